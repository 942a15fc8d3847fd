#include <tercet/scalars/kernels/ordered_tile.hpp>

namespace tercet::ordered {
const Kernels portable_kernels = kernels_in<16, 4>;
}
