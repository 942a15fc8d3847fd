/// Graphs whose wiring and operators a plan treats in different ways, and random tensors for them.
#pragma once

#include <tercet/models/graph/graph.hpp>

#include "../laws/random_data.hpp"

namespace tercet::testing {

/// A graph with every shape of wiring that a plan treats apart: fused and unfused relus, a value read twice, an output
/// that is read again, a reshape, pooling, a product with the weights on the left, a bias that is no row, a parameter
/// as output.
struct Wired {
    Graph graph;
    std::vector<Dims> shapes;

    int parameter(Dims d) {
        shapes.push_back(d);
        return graph.add_parameter("p" + std::to_string(shapes.size()), d);
    }
    int add(const char* kind, Operator op, std::vector<int> in, Dims d) {
        return graph.add("n" + std::to_string(graph.nodes.size()), kind, std::move(op), std::move(in), std::move(d));
    }

    static Wired perceptron(double alpha = 0.5);
    static Wired convolutional();
    /// The operators that the other two do not have; those that need a root, or exp, only if asked.
    static Wired assorted(bool rooted, bool smooth);
};

template <Context C>
AnyTensor<C> random_tensor(Random& random, const Dims& dims) {
    AnyTensor<C> t(dims);
    for (std::size_t i = 0; i < t.data.size(); ++i) t.data[i] = random.number<C>();
    return t;
}

}  // namespace tercet::testing
