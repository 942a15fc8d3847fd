#include <tercet/scalars/plane_loops.hpp>

namespace tercet::planes {
const AddProduct portable_add_product = add_product_loop;
}
