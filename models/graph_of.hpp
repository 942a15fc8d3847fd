/// graph_of(m) and params_of(m): a model as a Graph beside its flat parameter list, named as PyTorch names them
/// ("l1.weight").
///
/// interpret<C>(graph_of(m), params_of(m), {x}) == m(x) in every context: the seeds' theorem for the MLP, and tests for
/// all three models. The graph takes one unbatched input of the model's shape.
#pragma once

#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/models/autoencoder.hpp>
#include <tercet/models/cnn.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/mlp.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/softmax.hpp>

namespace tercet {

/// Every parameter of a layer or model, depth first in declaration order: the order of graph_of(m).parameters.
template <HasMembers M>
std::vector<AnyTensor<Parameters<typename M::Context>>> params_of(const M& m) {
    std::vector<AnyTensor<Parameters<typename M::Context>>> list;
    zip_parameters([&](const auto& t) { list.emplace_back(t); }, m);
    return list;
}

namespace detail {

template <int R>
Dims dims_of(const Extents<R>& e) {
    return Dims(e.begin(), e.end());
}

template <class C, int... Ds>
int add_parameter(Graph& g, const std::string& name, const Tensor<C, Ds...>& t) {
    return g.add_parameter(name, Dims(t.dims().begin(), t.dims().end()));
}

/// weight x + bias, with parameters name.weight and name.bias.
template <class W, class B>
int append_linear(Graph& g, const std::string& name, const W& weight, const B& bias, int x) {
    const int w = add_parameter(g, name + ".weight", weight), b = add_parameter(g, name + ".bias", bias);
    return append(g, name, "Gemm", op::Gemm{.transpose_b = true}, {x, w, b});
}

template <class Conv2d>
int append_conv(Graph& g, const std::string& name, const Conv2d& conv, int x) {
    const int k = add_parameter(g, name + ".weight", conv.kernel), b = add_parameter(g, name + ".bias", conv.bias);
    return append(g, name, "Conv", op::Conv{Conv2d::geometry}, {x, k, b});
}

inline Graph with_output(Graph g, const std::string& name, int node) {
    g.outputs.push_back(node);
    g.output_names.push_back(name);
    return g;
}

template <class M>
std::pair<Graph, int> mlp_logits(const M& m) {
    Graph g;
    const int x = g.add_input("x", {m.l1.weight.dim(1)});
    const int z1 = append_linear(g, "l1", m.l1.weight, m.l1.bias, x);
    const int a1 = append(g, "relu", "Relu", op::Relu{}, {z1});
    const int y = append_linear(g, "l2", m.l2.weight, m.l2.bias, a1);
    return {std::move(g), y};
}

inline std::pair<Operator, const char*> activation_operator(Activation a) {
    switch (a) {
        case Activation::relu: return {op::Relu{}, "Relu"};
        case Activation::sigmoid: return {op::Sigmoid{}, "Sigmoid"};
        case Activation::tanh: return {op::Tanh{}, "Tanh"};
        case Activation::identity: break;
    }
    throw DomainError("the identity is no operator");
}

}  // namespace detail

template <Context C, int In, int Hidden, int Out>
Graph graph_of(const Mlp<C, In, Hidden, Out>& m) {
    auto [g, y] = detail::mlp_logits(m);
    return detail::with_output(std::move(g), "y", y);
}

template <Context C, int In, int Hidden, int Out>
Graph graph_with_softmax_of(const Mlp<C, In, Hidden, Out>& m) {
    auto [g, y] = detail::mlp_logits(m);
    const int s = append(g, "softmax", "Softmax", op::Softmax{.axis = 0}, {y});
    return detail::with_output(std::move(g), "y", s);
}

/// The identity activation is no node.
template <Context C, int In, int Hidden>
Graph graph_of(const Autoencoder<C, In, Hidden>& m) {
    Graph g;
    const int x = g.add_input("x", {m.encoder_weights.dim(1)});
    int h = detail::append_linear(g, "encoder", m.encoder_weights, m.encoder_bias, x);
    if (m.activation != Activation::identity) {
        auto [activation, kind] = detail::activation_operator(m.activation);
        h = append(g, to_string(m.activation), kind, std::move(activation), {h});
    }
    const int y = detail::append_linear(g, "decoder", m.decoder_weights, m.decoder_bias, h);
    return detail::with_output(std::move(g), "reconstruction", y);
}

/// Input [inC, h, w], output [out]: reshapes stand at both ends of the convolutions, which take batches.
template <Context C, int InC, int H, int W, CNN2Config Config>
Graph graph_of(const Cnn2<C, InC, H, W, Config>& m) {
    Graph g;
    int x = g.add_input("x", {InC, H, W});
    x = append(g, "batch", "Reshape", op::Reshape{}, {x}, {1, InC, H, W});
    x = detail::append_conv(g, "conv1", m.conv1, x);
    x = append(g, "relu1", "Relu", op::Relu{}, {x});
    x = append(g, "pool1", "MaxPool", op::MaxPool{Config.pool1()}, {x});
    x = detail::append_conv(g, "conv2", m.conv2, x);
    x = append(g, "relu2", "Relu", op::Relu{}, {x});
    x = append(g, "pool2", "MaxPool", op::MaxPool{Config.pool2()}, {x});
    x = append(g, "flatten", "Flatten", op::Reshape{}, {x}, {Config.features(H, W)});
    x = detail::append_linear(g, "head", m.head.weight, m.head.bias, x);
    return detail::with_output(std::move(g), "logits", x);
}

}  // namespace tercet
