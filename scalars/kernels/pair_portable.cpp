#define TERCET_PAIR_DOUBLES 2
#include <tercet/scalars/kernels/pair_loops.hpp>

namespace tercet::pairs {
const Kernels portable_kernels = table;
}
