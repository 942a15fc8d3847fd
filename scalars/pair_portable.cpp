#define TERCET_PAIR_DOUBLES 2
#include <tercet/scalars/pair_loops.hpp>

namespace tercet::pairs {
const Kernels portable_kernels = table;
}
