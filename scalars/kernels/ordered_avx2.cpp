#if defined(__x86_64__)
#include <tercet/scalars/kernels/ordered_tile.hpp>

namespace tercet::ordered {
const Kernels avx2_kernels = kernels_in<32, 5>;
}
#endif
