/// Batch normalisation at inference: y = (x - mean) * factor + bias per channel (axis 1), factor = scale / sqrt(variance + epsilon);
/// operands x, scale, bias, mean, variance.
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet {

/// The channel parameters as tensors that broadcast against x [n, c, ...].
template <RootContext C>
struct BatchNormParts {
    AnyTensor<C> scale, bias, mean, root, factor;

    static Dims channel_shape(const Operands<C>& in) {
        Dims channel(in[0].dims().size(), 1);
        channel[1] = in[0].dims()[1];
        return channel;
    }

    BatchNormParts(double epsilon, const Operands<C>& in) {
        const Dims channel = channel_shape(in);
        const auto lifted = [&](std::size_t i) { return AnyTensor<C>(channel, std::move(in[i].tensor().data)); };
        scale = lifted(1);
        bias = lifted(2);
        mean = lifted(3);
        root = lifted(4);
        for (std::size_t i = 0; i < root.data.size(); ++i) root.data[i] = C::sqrt(root.data[i] + C::exact(epsilon));
        factor = AnyTensor<C>(channel, elementwise<C>(Binary::divide, scale.data, root.data));
    }
};

namespace op {

struct BatchNormalization {
    double epsilon;

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 5, 5);
        if (in[0].size() < 2) throw ShapeError("batch normalisation of " + to_string_dims(in[0]) + ", which has no channel axis");
        for (std::size_t i = 1; i < 5; ++i)
            if (in[i] != Dims{in[0][1]})
                throw ShapeError("channel parameter " + to_string_dims(in[i]) + " for " + std::to_string(in[0][1]) + " channels");
        return in[0];
    }
    bool affine_in(const Varying& varies) const { return !varies(4) && !((varies(0) || varies(3)) && varies(1)); }
    Reason mixes_rows(const Rows& rows) const { return rows.only_first() ? nullptr : "its statistics depend on the input"; }
    BatchNormalization with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return Domain{4, Domain::Asks::positive, epsilon}; }
    static constexpr Overwrites overwrites = Overwrites::sole_operand;

    template <Context C>
    std::optional<Lack> lacks() const {
        if (!RootContext<C>) return Lack{"batch normalisation", "a square root"};
        return {};
    }
    /// The channel parameters are prepared once where they are the graph's parameters, else for each call.
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        if constexpr (RootContext<C>) {
            const auto apply = [y, x = lasting_scalars<C>(in[0]),
                                runs = BroadcastRuns(y->dims, BatchNormParts<C>::channel_shape(in), y->dims)](const BatchNormParts<C>& p) {
                broadcast_elementwise_into<C>(Binary::subtract, runs, *x, p.mean.data, y->data);
                broadcast_elementwise_into<C>(Binary::multiply, runs, y->data, p.factor.data, y->data);
                broadcast_elementwise_into<C>(Binary::add, runs, y->data, p.bias.data, y->data);
            };
            for (std::size_t i = 1; i < 5; ++i)
                if (in[i].value) return [=, e = epsilon] { apply(BatchNormParts<C>(e, in)); };
            return [apply, p = BatchNormParts<C>(epsilon, in)] { apply(p); };
        } else {
            return {};
        }
    }
    /// With s = sqrt(v + e), z = (x - mean)/s: dx = g factor, dscale = sum g z, dbias = sum g, dmean = -sum g factor, dv = -(sum g z)
    /// factor / (2 s).
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        if constexpr (RootContext<C>) {
            const Operands<C>& in = at.in;
            const AnyTensor<C>& g = at.g;
            const BatchNormParts<C> p(epsilon, in);
            const AnyTensor<C> x = in[0].tensor();
            const Dims& channel = p.mean.dims;
            auto z = broadcast_elementwise<C>(Binary::subtract, x.dims, x.data, channel, p.mean.data, x.dims);
            z = broadcast_elementwise<C>(Binary::divide, x.dims, z.data, channel, p.root.data, x.dims);
            std::vector<AnyTensor<C>> d(5);
            d[0] = broadcast_elementwise<C>(Binary::multiply, g.dims, g.data, channel, p.factor.data, g.dims);
            d[1] = sum_to<C>(AnyTensor<C>(g.dims, elementwise<C>(Binary::multiply, g.data, z.data)), channel);
            d[2] = sum_to<C>(g, channel);
            d[3] = sum_to<C>(d[0], channel);
            d[4] = d[1];
            for (std::size_t i = 0; i < d[4].data.size(); ++i) {
                d[3].data[i] = -d[3].data[i];
                d[4].data[i] = C::divide(-product<C>(d[1].data[i], p.factor.data[i]), p.root.data[i] + p.root.data[i]);
            }
            for (std::size_t i = 1; i < 5; ++i) d[i].dims = in[i].dims();
            return d;
        } else {
            return {};
        }
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace op

}  // namespace tercet
