#if defined(__x86_64__)
#include <tercet/scalars/kernels/ordered_tile.hpp>

namespace tercet::ordered {
const Kernels avx512_kernels = kernels_in<64, 8>;
}
#endif
