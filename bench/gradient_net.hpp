/// The networks of bench/exact_gradient: random ones of given sizes, or the weights of a file.
#pragma once

#include <tercet/core/error.hpp>
#include <tercet/io/onnx/read.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reshape.hpp>

#include <cmath>
#include <random>
#include <string>

namespace tercet::bench {

/// A graph of convolutions (with pooling) and linear layers, each but the last followed by a ReLU, with its parameters,
/// input and cotangent.
struct Net {
    struct Layer {
        // Channels or features; a convolution 5x5 on size x size, then pooling 2x2, or size 0: linear.
        std::int64_t in, out, size;
    };
    std::int64_t batch;
    std::vector<Layer> layers;
    Graph graph;
    std::vector<AnyTensor<Float64>> parameters;
    AnyTensor<Float64> x, g;

    Net(std::int64_t n, std::vector<Layer> l) : batch(n), layers(std::move(l)) {
        std::mt19937_64 random(20261121);
        const auto floats = [&](Dims dims, double scale) {
            AnyTensor<Float64> t(std::move(dims));
            for (double& v : t.data)
                v = static_cast<double>(static_cast<float>(scale * std::normal_distribution<double>()(random)));
            return t;
        };
        const Layer& first = layers.front();
        const Dims shape = first.size ? Dims{batch, first.in, first.size, first.size} : Dims{batch, first.in};
        x = AnyTensor<Float64>(shape);
        for (double& v : x.data) v = static_cast<double>(static_cast<float>(static_cast<double>(random() % 256) / 255));
        int node = graph.add_input("x", shape);
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto& [in, out, size] = layers[i];
            const std::string name = "layer" + std::to_string(i);
            const std::int64_t fan = size ? 25 * in : in;
            parameters.push_back(
                floats(size ? Dims{out, in, 5, 5} : Dims{out, in}, std::sqrt(2.0 / static_cast<double>(fan))));
            parameters.push_back(floats({out}, 0.1));
            const int w = graph.add_parameter(name + ".weight", parameters[2 * i].dims),
                      b = graph.add_parameter(name + ".bias", {out});
            if (!size && graph.nodes[static_cast<std::size_t>(node)].shape.size() == 4)
                node = append(graph, name + ".flat", "Reshape", op::Reshape{}, {node}, {batch, in});
            node = size ? append(graph, name, "Conv", op::Conv{}, {node, w, b})
                        : append(graph, name, "Gemm", op::Gemm{.transpose_b = true}, {node, w, b});
            if (i + 1 < layers.size()) node = append(graph, name + ".relu", "Relu", op::Relu{}, {node});
            if (size)
                node = append(graph, name + ".pool", "MaxPool", op::MaxPool{Pool2dWindow{2, 2, Geometry2d::same(2, 0)}},
                              {node});
        }
        graph.outputs = {node};
        graph.output_names = {"y"};
        g = floats({batch, layers.back().out}, 0.3);
    }

    /// The weights of a file instead, whose parameters are these in this order. Throws ShapeError where they are not.
    void take_weights(const std::string& onnx) {
        std::vector<AnyTensor<Float64>> read = read_onnx(onnx).network.parameters;
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (read.size() != parameters.size() || read[i].dims != parameters[i].dims)
                throw ShapeError(onnx + ": parameter " + std::to_string(i) + " of " + std::to_string(read.size()) +
                                 " is not " + to_string_dims(parameters[i].dims));
        parameters = std::move(read);
    }
};

}  // namespace tercet::bench
