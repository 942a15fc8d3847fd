/// read_onnx on any bytes, through a file in memory.
#include "fuzz.hpp"

#include <tercet/io/onnx/read.hpp>

#include <sys/mman.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const int file = memfd_create("fuzz.onnx", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(file);
    if (file < 0 || ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
    return fuzz::reads_or_refuses([&] { tercet::read_onnx(path); });
}
