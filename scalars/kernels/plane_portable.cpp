#include <tercet/scalars/kernels/plane_loops.hpp>

namespace tercet::planes {
const AddProduct portable_add_product = add_product_loop;
}
