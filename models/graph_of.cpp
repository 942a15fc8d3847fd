#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/graph_of.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/softmax.hpp>

namespace tercet {

void SeedGraph::linear(const std::string& name, const Dims& weight, const Dims& bias) {
    const int w = graph_.add_parameter(name + ".weight", weight), b = graph_.add_parameter(name + ".bias", bias);
    at_ = append(graph_, name, "Gemm", op::Gemm{.transpose_b = true}, {at_, w, b});
}

void SeedGraph::conv(const std::string& name, const Dims& kernel, const Dims& bias, const Geometry2d& geometry) {
    const int k = graph_.add_parameter(name + ".weight", kernel), b = graph_.add_parameter(name + ".bias", bias);
    at_ = append(graph_, name, "Conv", op::Conv{geometry}, {at_, k, b});
}

void SeedGraph::max_pool(const std::string& name, const Pool2dWindow& window) {
    at_ = append(graph_, name, "MaxPool", op::MaxPool{window}, {at_});
}

void SeedGraph::reshape(const std::string& name, const char* kind, const Dims& shape) {
    at_ = append(graph_, name, kind, op::Reshape{}, {at_}, shape);
}

void SeedGraph::softmax() { at_ = append(graph_, "softmax", "Softmax", op::Softmax{.axis = 0}, {at_}); }

void SeedGraph::activation(const std::string& name, Activation a) {
    switch (a) {
        case Activation::relu: at_ = append(graph_, name, "Relu", op::Relu{}, {at_}); return;
        case Activation::sigmoid: at_ = append(graph_, name, "Sigmoid", op::Sigmoid{}, {at_}); return;
        case Activation::tanh: at_ = append(graph_, name, "Tanh", op::Tanh{}, {at_}); return;
        case Activation::identity: return;
    }
}

Graph SeedGraph::finish(const std::string& output) && {
    graph_.outputs.push_back(at_);
    graph_.output_names.push_back(output);
    return std::move(graph_);
}

}  // namespace tercet
