/// parse_vnnlib on any text.
#include "fuzz.hpp"

#include <tercet/io/vnnlib/read.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::reads_or_refuses([&] { tercet::parse_vnnlib(fuzz::text(data, size), "p.vnnlib"); });
}
