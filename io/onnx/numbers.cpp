#include <tercet/io/onnx/translation.hpp>
#include <tercet/models/graph/part.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>

namespace tercet::onnx_io {

namespace {

/// The value of a part without inputs, in C's arithmetic.
template <Context C>
std::vector<double> computed(const Part& part, const std::vector<AnyTensor<Float64>>& parameters) {
    std::vector<AnyTensor<C>> own;
    for (const int p : part.parameters) {
        const auto& from = parameters[static_cast<std::size_t>(p)];
        auto& to = own.emplace_back(from.dims);
        for (std::size_t i = 0; i < to.data.size(); ++i) to.data[i] = C::exact(from.data[i]);
    }
    const auto y = interpret<C>(part.graph, own, {}).at(0);
    return {y.data.begin(), y.data.end()};
}

}  // namespace

std::optional<Constant> Translation::numbers_of(const Value& value) {
    if (value.constant && value.node < 0) return *value.constant;
    if (value.varies) return std::nullopt;
    const Graph& graph = model.network.graph;
    Constant c{value.constant ? value.constant->name : "", value.type, value.dims, {}, {}};
    if (const auto* p = graph.nodes[static_cast<std::size_t>(value.node)].op.as<op::Parameter>()) {
        c.reals = model.network.parameters[static_cast<std::size_t>(p->index)].data;
        if (!is_real(value.type)) c.integers.assign(c.reals.begin(), c.reals.end());
        return c;
    }
    const Part part = part_of(graph, {value.node}, [](std::size_t) { return false; });
    c.reals = value.type != Type::float64 ? computed<Float32>(part, model.network.parameters)
                                          : computed<Float64>(part, model.network.parameters);
    if (!is_real(value.type)) c.integers.assign(c.reals.begin(), c.reals.end());
    return c;
}

}  // namespace tercet::onnx_io
