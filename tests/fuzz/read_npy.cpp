/// parse_npy on any bytes.
#include "fuzz.hpp"

#include <tercet/io/npy/npy.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::reads_or_refuses([&] { tercet::parse_npy(fuzz::text(data, size), "x.npy"); });
}
