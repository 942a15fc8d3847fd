/// Conv: the convolution of x [n, c, h, w] with a kernel, and perhaps a bias; both may be computed.
#pragma once

#include <tercet/layers/conv2d.hpp>
#include <tercet/models/operators/image.hpp>

namespace tercet::op {

struct Conv {
    Geometry2d geometry;
    int groups = 1;

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 3);
        const Dims x = expect_rank(in[0], 4, "the input"), k = expect_rank(in[1], 4, "the weight");
        if (groups < 1 || k[0] % groups != 0 || k[1] * groups != x[1])
            throw ShapeError("weight " + to_string_dims(k) + " with " + std::to_string(groups) + " group(s) needs " +
                             std::to_string(k[1] * groups) + " input channels, got " + std::to_string(x[1]));
        if (in.size() == 3 && in[2] != Dims{k[0]})
            throw ShapeError("bias " + to_string_dims(in[2]) + " for " + std::to_string(k[0]) + " output channels");
        const auto out = window_counts("conv", x[2], x[3], k[2], k[3], geometry);
        return {x[0], k[0], out[0], out[1]};
    }
    bool affine_in(const Varying& varies) const { return varies.product(); }
    Reason mixes_rows(const Rows& rows) const { return rows.only_first() ? nullptr : "its kernel depends on the input"; }
    Conv with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    /// Stored weights are points, which contexts may pack; computed ones are values.
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const auto* x = image_operand<C>(in);
        if (!in[1].parameter || (in.size() == 3 && !in[2].parameter))
            return [x, kernel = lasting_scalars<C>(in[1]), size = kernel_size(in), y, c = *this,
                    bias = in.size() == 3 ? lasting_scalars<C>(in[2])
                                          : std::make_shared<const Storage<C>>(repeated<C>(zero<C>(), in[1].dims()[0]))] {
                const auto view = x->template view<4>();
                const auto p = Conv2dPlan::make({view.dims[1], view.dims[2], view.dims[3]}, size, c.geometry, c.groups);
                Conv2dColumns<C> columns(p);
                convolve_columns<C>(view, View<C, 4>{kernel.get(), 0, size}, *bias, p, columns, y->data);
            };
        const auto zeros = std::make_shared<const AnyTensor<Parameters<C>>>(Dims{in[1].dims()[0]});
        return [x, kernel = in[1].parameter, bias = in.size() == 3 ? in[2].parameter : zeros.get(), zeros, y, c = *this] {
            y->data = std::move(conv2d<C>(x->template view<4>(), kernel->template view<4>(), bias->template view<1>(), c.geometry, c.groups)
                                    .storage());
        };
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        const auto& in = at.in;
        const auto g = at.g.template view<4>();
        std::vector<AnyTensor<C>> d(in.size());
        const auto x = image_of<C>(in);
        const auto with = [&](const auto& kernel) { return AnyTensor<C>(conv2d_input_gradient<C>(x.dims, kernel, g, geometry, groups)); };
        if (at.wanted[0]) d[0] = in[1].parameter ? with(in[1].parameter->template view<4>()) : with(in[1].value->template view<4>());
        if (at.wanted[1] || (in.size() == 3 && at.wanted[2])) {
            auto w = conv2d_weight_gradient<C>(x, kernel_size(in), g, geometry, groups);
            d[1] = std::move(w.kernel);
            if (in.size() == 3) d[2] = std::move(w.bias);
        }
        return d;
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    template <Context C>
    static Extents<4> kernel_size(const Operands<C>& in) {
        const Dims& d = expect_rank(in[1].dims(), 4, "the weight");
        return {d[0], d[1], d[2], d[3]};
    }
};

}  // namespace tercet::op
