/// Batch normalisation at inference: y = (x - mean) * factor + bias per channel (axis 1), factor = scale / sqrt(variance + epsilon).
#pragma once

#include <tercet/models/graph.hpp>
#include <tercet/models/operand.hpp>

namespace tercet {

/// The channel parameters as tensors that broadcast against x [n, c, ...].
template <RootContext C>
struct BatchNormParts {
    AnyTensor<C> scale, bias, mean, root, factor;

    static Dims channel_shape(const std::vector<Operand<C>>& in) {
        Dims channel(in[0].dims().size(), 1);
        channel[1] = in[0].dims()[1];
        return channel;
    }

    BatchNormParts(const op::BatchNormalization& op, const std::vector<Operand<C>>& in) {
        const Dims channel = channel_shape(in);
        const auto lifted = [&](std::size_t i) { return AnyTensor<C>(channel, std::move(in[i].tensor().data)); };
        scale = lifted(1);
        bias = lifted(2);
        mean = lifted(3);
        root = lifted(4);
        for (std::size_t i = 0; i < root.data.size(); ++i) root.data[i] = C::sqrt(root.data[i] + C::exact(op.epsilon));
        factor = AnyTensor<C>(channel, elementwise<C>(Binary::divide, scale.data, root.data));
    }
};

/// Into y. The channel parameters are prepared once where they are the graph's parameters, else for each call.
template <RootContext C>
std::function<void()> prepare_batch_norm(const op::BatchNormalization& op, const std::vector<Operand<C>>& in, AnyTensor<C>* y) {
    const auto apply = [y, x = lasting_scalars<C>(in[0]),
                        runs = BroadcastRuns(y->dims, BatchNormParts<C>::channel_shape(in), y->dims)](const BatchNormParts<C>& p) {
        broadcast_elementwise_into<C>(Binary::subtract, runs, *x, p.mean.data, y->data);
        broadcast_elementwise_into<C>(Binary::multiply, runs, y->data, p.factor.data, y->data);
        broadcast_elementwise_into<C>(Binary::add, runs, y->data, p.bias.data, y->data);
    };
    for (std::size_t i = 1; i < 5; ++i)
        if (in[i].value) return [=] { apply(BatchNormParts<C>(op, in)); };
    return [apply, p = BatchNormParts<C>(op, in)] { apply(p); };
}

/// With s = sqrt(v + e), z = (x - mean)/s: dx = g factor, dscale = sum g z, dbias = sum g, dmean = -sum g factor, dv = -(sum g z) factor /
/// (2 s).
template <RootContext C>
std::vector<AnyTensor<C>> batch_norm_backward(const op::BatchNormalization& op, const std::vector<Operand<C>>& in, const AnyTensor<C>& g) {
    const BatchNormParts<C> p(op, in);
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
}

}  // namespace tercet
