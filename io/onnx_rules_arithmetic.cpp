#include <tercet/io/onnx_integers.hpp>
#include <tercet/io/onnx_rules.hpp>
#include <tercet/io/onnx_translation.hpp>
#include <tercet/models/operators/list.hpp>

#include <algorithm>
#include <numeric>

namespace tercet::onnx_io {

namespace {

void gemm(const Call& call) {
    const OnnxNode& n = call.node;
    if (call.dims(0).size() != 2) throw ShapeError("the first factor has shape " + to_string_dims(call.dims(0)) + ", expected rank 2");
    std::vector<int> parents{call.operand(0), call.operand(1)};
    if (call.has_input(2)) parents.push_back(call.operand(2));
    call.result(call.add(op::Gemm{n.integer("transA", 0) != 0, n.integer("transB", 0) != 0, n.real("alpha", 1), n.real("beta", 1)},
                         std::move(parents)));
}

void matmul(const Call& call) { call.result(call.add(op::MatMul{}, {call.operand(0), call.operand(1)})); }

/// Before opset 7 the second operand broadcasts only if asked, from `axis` on: axes of 1 are added behind it.
int second_operand(const Call& call) {
    const int b = call.operand(1);
    if (call.to.model.opset >= 7) return b;
    const Dims &x = call.dims(0), &y = call.dims(1);
    if (call.node.integer("broadcast", 0) == 0) {
        if (x != y) throw ShapeError("operands " + to_string_dims(x) + " and " + to_string_dims(y) + " differ and broadcast is 0");
        return b;
    }
    if (!call.node.has("axis")) return b;
    const auto axis = static_cast<std::size_t>(Call::axis(call.node.integer("axis", 0), x.size()));
    if (axis + y.size() > x.size())
        throw ShapeError("operand " + to_string_dims(y) + " at axis " + std::to_string(axis) + " of " + to_string_dims(x));
    Dims longer = y;
    longer.resize(x.size() - axis, 1);
    return longer == y ? b : call.add(op::Reshape{}, {b}, longer, "/input1", "Reshape");
}

template <Binary binary>
void elementwise(const Call& call) {
    if (call.to.model.opset >= 7 && (call.node.has("axis") || call.node.has("broadcast")))
        throw UnsupportedOp("attributes 'axis' and 'broadcast' belong to opset 6, not " + std::to_string(call.to.model.opset));
    if (call.input(0).is_integer() && call.input(1).is_integer()) {
        if (call.node.has("axis") || call.node.has("broadcast"))
            throw UnsupportedOp("attributes 'axis' and 'broadcast' of opset 6 are not read for integers");
        return call.result(fold_integers(binary, call));
    }
    const int a = call.operand(0), b = second_operand(call);
    call.result(call.add(op::Elementwise{binary}, {a, b}));
}

void negate(const Call& call) {
    if (call.input(0).is_integer()) call.result(fold_negation(call));
    else call.result(call.add(op::Negate{}, {call.operand(0)}));
}

/// x^n for the exponents that are made of what there is: 2, 1, 1/2, -1/2 and -1, in one stored number.
void power(const Call& call) {
    const Value& e = call.input(1);
    if (!e.constant || e.dims != Dims(e.dims.size(), 1)) throw UnsupportedOp("the exponent is not one stored number");
    const Graph& graph = call.to.model.network.graph;
    const double exponent = e.is_integer()  ? static_cast<double>(e.constant->integers.at(0))
                            : e.node < 0    ? e.constant->reals.at(0)
                                            : call.to.model.network.parameters[static_cast<std::size_t>(
                                                  graph.nodes[static_cast<std::size_t>(e.node)].op.as<op::Parameter>()->index)].data[0];
    const int x = call.operand(0);
    if (graph.nodes[static_cast<std::size_t>(x)].shape.size() < e.dims.size())
        throw UnsupportedOp("the exponent has shape " + to_string_dims(e.dims) + ", more axes than the base");
    if (exponent == 2) return call.result(call.add(op::Elementwise{Binary::multiply}, {x, x}));
    if (exponent == 1) return call.result_is_input(0);
    if (exponent != 0.5 && exponent != -0.5 && exponent != -1)
        throw UnsupportedOp("the exponent " + std::to_string(exponent) + " is not supported; 2, 1, 0.5, -0.5 and -1 are");
    const int base = exponent == -1 ? x : call.add(op::Sqrt{}, {x}, {}, exponent < 0 ? "/sqrt" : "", "Sqrt");
    if (exponent == 0.5) return call.result(base);
    call.result(call.add(op::Elementwise{Binary::divide}, {call.scalar(1, ".one"), base}));
}

void reciprocal(const Call& call) {
    const int x = call.operand(0);
    call.result(call.add(op::Elementwise{Binary::divide}, {call.scalar(1, ".one"), x}));
}

/// Before opset 13 over all axes from `axis` on, as one; since then over that axis.
void softmax(const Call& call) {
    const bool flatten = call.to.model.opset < 13;
    const int axis = Call::axis(call.node.integer("axis", flatten ? 1 : -1), call.dims(0).size());
    call.result(call.add(op::Softmax{axis, flatten}, {call.operand(0)}));
}

/// No axes, or an empty list of them, means all of them unless noop_with_empty_axes.
enum class Reduction { sum, mean, sum_of_squares, norm };

template <Reduction how>
void reduce(const Call& call) {
    const Dims& x = call.dims(0);
    const auto given = call.list("axes", 1);
    std::vector<int> axes = Call::axes(given.value_or(std::vector<std::int64_t>{}), x.size());
    if (axes.empty()) {
        if (call.node.integer("noop_with_empty_axes", 0) != 0) {
            if (how != Reduction::sum && how != Reduction::mean) throw UnsupportedOp("noop_with_empty_axes without axes is not supported");
            return call.result_is_input(0);
        }
        axes.resize(x.size());
        std::iota(axes.begin(), axes.end(), 0);
    }
    std::sort(axes.begin(), axes.end());
    const bool keep = call.node.integer("keepdims", 1) != 0;
    Dims shape;
    for (int k = 0; k < static_cast<int>(x.size()); ++k) {
        const bool reduced = std::binary_search(axes.begin(), axes.end(), k);
        if (!reduced) shape.push_back(x[static_cast<std::size_t>(k)]);
        else if (keep) shape.push_back(1);
    }
    int from = call.operand(0);
    const bool squares = how == Reduction::sum_of_squares || how == Reduction::norm;
    if (squares) from = call.add(op::Elementwise{Binary::multiply}, {from, from}, {}, "/square", "Mul");
    const std::string part = how == Reduction::norm ? "/sum" : "";
    const int sum = call.add(op::Reduce{std::move(axes), how == Reduction::mean}, {from}, shape, part, part.empty() ? "" : "ReduceSum");
    call.result(how == Reduction::norm ? call.add(op::Sqrt{}, {sum}) : sum);
}

}  // namespace

std::vector<Rule> arithmetic_rules() {
    return {
        {"Gemm", 2, 3, {"transA", "transB", "alpha", "beta", "broadcast"}, gemm},
        {"MatMul", 2, 2, {}, matmul},
        {"Add", 2, 2, {"axis", "broadcast"}, elementwise<Binary::add>},
        {"Sub", 2, 2, {"axis", "broadcast"}, elementwise<Binary::subtract>},
        {"Mul", 2, 2, {"axis", "broadcast"}, elementwise<Binary::multiply>},
        {"Div", 2, 2, {"axis", "broadcast"}, elementwise<Binary::divide>},
        {"Neg", 1, 1, {}, negate},
        {"Reciprocal", 1, 1, {}, reciprocal},
        {"Pow", 2, 2, {}, power},
        {"Softmax", 1, 1, {"axis"}, softmax},
        {"ReduceSum", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, reduce<Reduction::sum>},
        {"ReduceMean", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, reduce<Reduction::mean>},
        {"ReduceSumSquare", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, reduce<Reduction::sum_of_squares>},
        {"ReduceL2", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, reduce<Reduction::norm>},
    };
}

}  // namespace tercet::onnx_io
