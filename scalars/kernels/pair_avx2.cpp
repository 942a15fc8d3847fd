#if defined(__x86_64__)
#define TERCET_PAIR_DOUBLES 4
#include <tercet/scalars/kernels/pair_loops.hpp>

namespace tercet::pairs {
const Kernels avx2_kernels = table;
}
#endif
