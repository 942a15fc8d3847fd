/// graph_of(m) and params_of(m): a model as a Graph beside its flat parameter list, named as PyTorch names them
/// ("l1.weight").
///
/// interpret<C>(graph_of(m), params_of(m), {x}) == m(x) in every context: the seeds' theorem for the MLP, and tests for
/// all three models. The graph takes one unbatched input of the model's shape.
#pragma once

#include <tercet/models/autoencoder.hpp>
#include <tercet/models/cnn.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/mlp.hpp>

namespace tercet {

/// Every parameter of a layer or model, depth first in declaration order: the order of graph_of(m).parameters.
template <HasMembers M>
std::vector<AnyTensor<Parameters<typename M::Context>>> params_of(const M& m) {
    std::vector<AnyTensor<Parameters<typename M::Context>>> list;
    zip_parameters([&](const auto& t) { list.emplace_back(t); }, m);
    return list;
}

/// The nodes that the models are made of, named as PyTorch names their parameters; each returns its index.
class SeedGraph {
public:
    explicit SeedGraph(const Dims& input) : at_(graph_.add_input("x", input)) {}

    /// weight x + bias, with parameters name.weight and name.bias.
    void linear(const std::string& name, const Dims& weight, const Dims& bias);
    void conv(const std::string& name, const Dims& kernel, const Dims& bias, const Geometry2d& geometry);
    void max_pool(const std::string& name, const Pool2dWindow& window);
    void reshape(const std::string& name, const char* kind, const Dims& shape);
    void softmax();
    /// The identity is no node.
    void activation(const std::string& name, Activation a);

    /// The last node as the only output.
    Graph finish(const std::string& output) &&;

private:
    Graph graph_;
    int at_;
};

namespace detail {

template <class T>
Dims dims_of(const T& tensor) {
    return Dims(tensor.dims().begin(), tensor.dims().end());
}

template <class M>
SeedGraph mlp_logits(const M& m) {
    SeedGraph g({m.l1.weight.dim(1)});
    g.linear("l1", dims_of(m.l1.weight), dims_of(m.l1.bias));
    g.activation("relu", Activation::relu);
    g.linear("l2", dims_of(m.l2.weight), dims_of(m.l2.bias));
    return g;
}

}  // namespace detail

template <Context C, int In, int Hidden, int Out>
Graph graph_of(const Mlp<C, In, Hidden, Out>& m) {
    return detail::mlp_logits(m).finish("y");
}

template <Context C, int In, int Hidden, int Out>
Graph graph_with_softmax_of(const Mlp<C, In, Hidden, Out>& m) {
    SeedGraph g = detail::mlp_logits(m);
    g.softmax();
    return std::move(g).finish("y");
}

template <Context C, int In, int Hidden>
Graph graph_of(const Autoencoder<C, In, Hidden>& m) {
    SeedGraph g({m.encoder_weights.dim(1)});
    g.linear("encoder", detail::dims_of(m.encoder_weights), detail::dims_of(m.encoder_bias));
    g.activation(to_string(m.activation), m.activation);
    g.linear("decoder", detail::dims_of(m.decoder_weights), detail::dims_of(m.decoder_bias));
    return std::move(g).finish("reconstruction");
}

/// Input [inC, h, w], output [out]: reshapes stand at both ends of the convolutions, which take batches.
template <Context C, int InC, int H, int W, CNN2Config Config>
Graph graph_of(const Cnn2<C, InC, H, W, Config>& m) {
    SeedGraph g({InC, H, W});
    const auto conv = [&](const std::string& name, const auto& layer) {
        g.conv(name, detail::dims_of(layer.kernel), detail::dims_of(layer.bias),
               std::remove_cvref_t<decltype(layer)>::geometry);
    };
    g.reshape("batch", "Reshape", {1, InC, H, W});
    conv("conv1", m.conv1);
    g.activation("relu1", Activation::relu);
    g.max_pool("pool1", Config.pool1());
    conv("conv2", m.conv2);
    g.activation("relu2", Activation::relu);
    g.max_pool("pool2", Config.pool2());
    g.reshape("flatten", "Flatten", {Config.features(H, W)});
    g.linear("head", detail::dims_of(m.head.weight), detail::dims_of(m.head.bias));
    return std::move(g).finish("logits");
}

}  // namespace tercet
