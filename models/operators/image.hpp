/// What a window slides over: an operand [n, c, h, w], which must be a computed value.
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet {

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
