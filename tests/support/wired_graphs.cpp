#include <tercet/layers/functions/leaky_relu.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/softmax.hpp>

#include "wired_graphs.hpp"

namespace tercet::testing {

Wired Wired::perceptron(double alpha) {
    Wired w;
    const int x = w.graph.add_input("x", {1, 6});
    const int h = w.add("Gemm", op::Gemm{false, true}, {x, w.parameter({20, 6}), w.parameter({20})}, {1, 20});
    const int r = w.add("Relu", op::Relu{}, {h}, {1, 20});
    const int m = w.add("MatMul", op::MatMul{}, {r, w.parameter({20, 19})}, {1, 19});
    const int b = w.add("Add", op::Elementwise{Binary::add}, {w.parameter({1, 19}), m}, {1, 19});
    const int s = w.add("Relu", op::Relu{}, {b}, {1, 19});
    const int t = w.add("Gemm", op::Gemm{false, false, alpha, alpha == 1 ? 1.0 : 2.0},
                        {s, w.parameter({19, 6}), w.parameter({1, 6})}, {1, 6});
    const int u = w.add("Add", op::Elementwise{Binary::add}, {t, x}, {1, 6});
    const int v = w.add("Relu", op::Relu{}, {u}, {1, 6});
    const int q = w.add("Mul", op::Elementwise{Binary::multiply}, {v, v}, {1, 6});
    const int z = w.add("Sub", op::Elementwise{Binary::subtract}, {q, u}, {1, 6});
    const int f = w.add("Reshape", op::Reshape{}, {z}, {1, 3, 2});
    const int g = w.add("Relu", op::Relu{}, {f}, {1, 3, 2});
    w.graph.outputs = {g, b, w.parameter({2, 2})};
    return w;
}

Wired Wired::convolutional() {
    Wired w;
    const int x = w.graph.add_input("x", {1, 2, 7, 6});
    const int c = w.add("Conv", op::Conv{Geometry2d::same(1, 1), 1}, {x, w.parameter({4, 2, 3, 3}), w.parameter({4})},
                        {1, 4, 7, 6});
    const int r = w.add("Relu", op::Relu{}, {c}, {1, 4, 7, 6});
    const int p = w.add("MaxPool", op::MaxPool{Pool2dWindow{2, 2, Geometry2d::same(2, 0)}}, {r}, {1, 4, 3, 3});
    const int d = w.add("Conv", op::Conv{Geometry2d{}, 2}, {p, w.parameter({6, 2, 2, 2})}, {1, 6, 2, 2});
    const int e = w.add("Add", op::Elementwise{Binary::add}, {d, w.parameter({6, 1, 1})}, {1, 6, 2, 2});
    const int s = w.add("Relu", op::Relu{}, {e}, {1, 6, 2, 2});
    const int f = w.add("Flatten", op::Reshape{}, {s}, {1, 24});
    const int g = w.add("Gemm", op::Gemm{false, true}, {f, w.parameter({5, 24}), w.parameter({5})}, {1, 5});
    w.graph.outputs = {g};
    return w;
}

Wired Wired::assorted(bool rooted, bool smooth) {
    Wired w;
    const int x = w.graph.add_input("x", {1, 4, 7, 6});
    const Pool2dWindow window{2, 3, Geometry2d{2, 2, 1, 1, 1, 1}, true, false};
    int y = w.add("AveragePool", op::AveragePool{window}, {x}, {1, 4, 4, 4});
    if (rooted) {
        const int scale = w.parameter({4}), bias = w.parameter({4}), mean = w.parameter({4}),
                  variance = w.parameter({4});
        y = w.add("BatchNormalization", op::BatchNormalization{64}, {y, scale, bias, mean, variance}, {1, 4, 4, 4});
    }
    const int leaky = w.add("LeakyRelu", op::LeakyRelu{0.25}, {y}, {1, 4, 4, 4});
    y = w.add("ReduceMean", op::Reduce{{2}, true}, {leaky}, {1, 4, 1, 4});
    y = w.add("Sub", op::Elementwise{Binary::subtract}, {y, leaky},
              {1, 4, 4, 4});  // in the place of the value on the right
    y = w.add("ReduceSum", op::Reduce{{2, 3}, false}, {y}, {1, 4});
    const int column = w.add("Unsqueeze", op::Reshape{}, {y}, {1, 4, 1});
    y = w.add("MatMul", op::MatMul{}, {w.parameter({3, 4}), column}, {1, 3, 1});  // weights on the left
    y = w.add("Pad", op::Rearrange{{{-1, 0, 0, 2}, {0, 2, -1, 3}, {0, 1, 0, 2}, {-1, 0, 0, 1}}}, {y}, {1, 8});
    const int negated = w.add("Neg", op::Negate{}, {y}, {1, 8});
    y = w.add("Max", op::Elementwise{Binary::max}, {y, negated}, {1, 8});
    y = w.add("Gemm", op::Gemm{false, true, 2, 1}, {y, w.parameter({6, 8})}, {1, 6});
    if (smooth) {
        y = w.add("Sigmoid", op::Sigmoid{}, {y}, {1, 6});
        y = w.add("Tanh", op::Tanh{}, {y}, {1, 6});
        y = w.add("Reshape", op::Reshape{}, {y}, {1, 3, 2});
        y = w.add("Softmax", op::Softmax{1, false}, {y}, {1, 3, 2});
        y = w.add("Softmax", op::Softmax{2, false}, {y}, {1, 3, 2});
        y = w.add("Flatten", op::Reshape{}, {y}, {1, 6});
    }
    const int nothing = w.add("Sub", op::Elementwise{Binary::subtract}, {y, y}, {1, 6});
    const int stored = w.add("Reshape", op::Reshape{}, {w.parameter({2, 3})}, {1, 6});  // a parameter as a value
    const int z = w.add("Add", op::Elementwise{Binary::add}, {stored, nothing}, {1, 6});
    w.graph.outputs = {w.add("Mul", op::Elementwise{Binary::multiply}, {z, z}, {1, 6}), column};
    return w;
}

}  // namespace tercet::testing
