/// What a window slides over: an operand [n, c, h, w], which must be a computed value.
#pragma once

#include <tercet/layers/pool2d_window.hpp>
#include <tercet/models/operators/computing.hpp>

namespace tercet {

/// The value's shape of a pool over the only operand.
inline Dims pool_shape(const Shapes& in, const Pool2dWindow& window) {
    const Dims& x = expect_rank(only(in), 4, "the input");
    const auto p = Pool2dSizes::make("pool", x[2], x[3], window);
    return {x[0], x[1], p.out_h, p.out_w};
}

template <Context C>
const AnyTensor<C>* image_operand(const Operands<C>& in) {
    if (!in[0].value) throw UnsupportedOp("a window over a stored weight");
    expect_rank(in[0].dims(), 4, "the input");
    return in[0].value;
}
template <Context C>
View<C, 4> image_of(const Operands<C>& in) {
    return image_operand<C>(in)->template view<4>();
}

}  // namespace tercet
