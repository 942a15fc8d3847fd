/// Batch normalisation at inference: y = (x - mean) * factor + bias per channel (axis 1), factor = scale /
/// sqrt(variance + epsilon); operands x, scale, bias, mean, variance.
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

    static constexpr auto attributes() {
        return std::array{Attribute<BatchNormalization>{"epsilon", &BatchNormalization::epsilon, 1e-5f}};
    }

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 5, 5);
        if (in[0].size() < 2)
            throw ShapeError("batch normalisation of " + to_string_dims(in[0]) + ", which has no channel axis");
        for (std::size_t i = 1; i < 5; ++i)
            if (in[i] != Dims{in[0][1]})
                throw ShapeError("channel parameter " + to_string_dims(in[i]) + " for " + std::to_string(in[0][1]) +
                                 " channels");
        return in[0];
    }
    bool affine_in(const Varying& varies) const { return !varies(4) && !((varies(0) || varies(3)) && varies(1)); }
    Reason mixes_rows(const Rows& rows) const {
        return rows.only_first() ? nullptr : "its statistics depend on the input";
    }
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
                                runs = BroadcastRuns(y->dims, BatchNormParts<C>::channel_shape(in), y->dims)](
                                   const BatchNormParts<C>& p) {
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
    /// With s = sqrt(v + e), z = (x - mean)/s: dx = g factor, dscale = sum g z, dbias = sum g, dmean = -sum g factor,
    /// dv = -(sum g z) factor / (2 s).
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        if constexpr (RootContext<C>)
            return [at, epsilon = epsilon](std::int64_t rows, Storage<C> forms) {
                const BatchNormParts<C> p(epsilon, at.in);
                const Dims &y = at.y->dims, &channel = p.mean.dims;
                std::vector<Storage<C>> d(5, Storage<C>(0));
                const auto sums = [&](Storage<C> of) {
                    return forms_before_broadcast<C>(rows, std::move(of), y, channel);
                };
                d[0] = forms_with<C>(Binary::multiply, rows, forms, y, p.factor.data, channel);
                if (at.wanted[3]) d[3] = negated<C>(sums(d[0]));
                if (at.wanted[1] || at.wanted[4]) {
                    const AnyTensor<C> x = at.in[0].tensor();
                    auto z = broadcast_elementwise<C>(Binary::subtract, y, x.data, channel, p.mean.data, y);
                    z = broadcast_elementwise<C>(Binary::divide, y, z.data, channel, p.root.data, y);
                    d[1] = sums(forms_with<C>(Binary::multiply, rows, forms, y, z.data, y));
                    d[4] = d[1];
                    const std::size_t channels = p.root.data.size();
                    for (std::size_t i = 0; i < d[4].size(); ++i) {
                        const std::size_t c = i % channels;
                        d[4][i] = C::divide(-product<C>(d[1][i], p.factor.data[c]), p.root.data[c] + p.root.data[c]);
                    }
                }
                if (at.wanted[2]) d[2] = sums(std::move(forms));
                return d;
            };
        else return {};
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace op

}  // namespace tercet
