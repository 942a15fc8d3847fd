/// The kernel of a convolution: an operand [outC, inC/groups, kH, kW], stored weights or a computed value.
#pragma once

#include <tercet/layers/conv2d.hpp>
#include <tercet/models/operators/image.hpp>

namespace tercet {

template <Context C>
Extents<4> kernel_size(const Operands<C>& in) {
    const Dims& d = expect_rank(in[1].dims(), 4, "the weight");
    return {d[0], d[1], d[2], d[3]};
}

/// product(group, g [outC/groups, P], columns [T, P]): columns = K^T g.
template <Context C>
using ColumnProduct = std::function<void(std::int64_t, const ConstMatrix<C>&, const Matrix<C>&)>;

/// Of the second operand; stored weights are packed once where C packs them.
template <Context C>
ColumnProduct<C> column_product(const Operands<C>& in, const Conv2dSizes& p) {
    if constexpr (hook::PacksWeights<C>) {
        if (in[1].parameter) {
            std::vector<PackedPointer<C>> packed;
            for (std::int64_t group = 0; group < p.groups; ++group)
                packed.push_back(
                    in[1].packed(kernel_matrix(in[1].parameter->template view<4>(), p, group).transposed()));
            return [packed](std::int64_t group, const ConstMatrix<C>& g, const Matrix<C>& y) {
                C::affine(g.transposed(), *packed[static_cast<std::size_t>(group)], nullptr, false, y.transposed());
            };
        }
    }
    return [k = in[1], p](std::int64_t group, const ConstMatrix<C>& g, const Matrix<C>& y) {
        if (k.parameter) multiply<C>(kernel_matrix(k.parameter->template view<4>(), p, group).transposed(), g, y);
        else multiply<C>(kernel_matrix(k.value->template view<4>(), p, group).transposed(), g, y);
    };
}

}  // namespace tercet
