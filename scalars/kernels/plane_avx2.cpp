#if defined(__x86_64__)
#include <tercet/scalars/kernels/plane_loops.hpp>

namespace tercet::planes {
const AddProduct avx2_add_product = add_product_loop;
}
#endif
