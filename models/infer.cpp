#include <tercet/models/infer.hpp>

#include <algorithm>

namespace tercet {

namespace {

template <class... Fs>
struct Overload : Fs... {
    using Fs::operator()...;
};

void expect_operands(const std::vector<Dims>& operands, std::size_t least, std::size_t most) {
    if (operands.size() < least || operands.size() > most)
        throw ShapeError("needs " + std::to_string(least) + (most > least ? " to " + std::to_string(most) : "") + " inputs, got " +
                         std::to_string(operands.size()));
}

Dims expect_rank(const Dims& d, std::size_t rank, const char* what) {
    if (d.size() != rank)
        throw ShapeError(std::string(what) + " has shape " + to_string_dims(d) + ", expected rank " + std::to_string(rank));
    return d;
}

Dims gemm_shape(const op::Gemm& g, const std::vector<Dims>& in) {
    expect_operands(in, 2, 3);
    const bool vector = in[0].size() == 1;
    Dims a = vector ? Dims{1, in[0][0]} : expect_rank(in[0], 2, "the first factor"), b = expect_rank(in[1], 2, "the second factor");
    if (g.transpose_a) std::swap(a[0], a[1]);
    if (g.transpose_b) std::swap(b[0], b[1]);
    if (a[1] != b[0])
        throw ShapeError("weight " + to_string_dims(in[1]) + " needs " + std::to_string(b[0]) + " inputs, got " + to_string_dims(in[0]));
    const Dims y{a[0], b[1]};
    if (in.size() == 3 && broadcast_shape(in[2], y) != y)
        throw ShapeError("bias " + to_string_dims(in[2]) + " does not broadcast to " + to_string_dims(y));
    return vector ? Dims{b[1]} : y;
}

Dims matmul_shape(const std::vector<Dims>& in) {
    expect_operands(in, 2, 2);
    Dims a = in[0], b = in[1];
    if (a.empty() || b.empty()) throw ShapeError("a matrix product of a scalar");
    const bool row = a.size() == 1, column = b.size() == 1;
    if (row) a.insert(a.begin(), 1);
    if (column) b.push_back(1);
    if (a.back() != b[b.size() - 2]) throw ShapeError("product of " + to_string_dims(in[0]) + " and " + to_string_dims(in[1]));
    Dims y = broadcast_shape(Dims(a.begin(), a.end() - 2), Dims(b.begin(), b.end() - 2));
    if (!row) y.push_back(a[a.size() - 2]);
    if (!column) y.push_back(b.back());
    return y;
}

Dims conv_shape(const op::Conv& c, const std::vector<Dims>& in) {
    expect_operands(in, 2, 3);
    const Dims x = expect_rank(in[0], 4, "the input"), k = expect_rank(in[1], 4, "the weight");
    if (c.groups < 1 || k[0] % c.groups != 0 || k[1] * c.groups != x[1])
        throw ShapeError("weight " + to_string_dims(k) + " with " + std::to_string(c.groups) + " group(s) needs " +
                         std::to_string(k[1] * c.groups) + " input channels, got " + std::to_string(x[1]));
    if (in.size() == 3 && in[2] != Dims{k[0]})
        throw ShapeError("bias " + to_string_dims(in[2]) + " for " + std::to_string(k[0]) + " output channels");
    const auto out = window_counts("conv", x[2], x[3], k[2], k[3], c.geometry);
    return {x[0], k[0], out[0], out[1]};
}

Dims pool_shape(const Pool2dWindow& w, const std::vector<Dims>& in) {
    expect_operands(in, 1, 1);
    const Dims x = expect_rank(in[0], 4, "the input");
    const auto p = Pool2dPlan::make("pool", x[2], x[3], w);
    return {x[0], x[1], p.out_h, p.out_w};
}

Dims batch_norm_shape(const std::vector<Dims>& in) {
    expect_operands(in, 5, 5);
    if (in[0].size() < 2) throw ShapeError("batch normalisation of " + to_string_dims(in[0]) + ", which has no channel axis");
    for (std::size_t i = 1; i < 5; ++i)
        if (in[i] != Dims{in[0][1]})
            throw ShapeError("channel parameter " + to_string_dims(in[i]) + " for " + std::to_string(in[0][1]) + " channels");
    return in[0];
}

Dims rearrange_shape(const op::Rearrange& r, const std::vector<Dims>& in, const Dims& stated) {
    if (element_count(stated) != r.size())
        throw ShapeError("shape " + to_string_dims(stated) + " for " + std::to_string(r.size()) + " elements");
    std::vector<std::int64_t> sizes;
    for (const Dims& d : in) sizes.push_back(element_count(d));
    for (const auto& s : r.runs)
        for (const std::int64_t element : {s.first, s.first + (s.count - 1) * s.stride})
            if (s.input >= 0 &&
                (static_cast<std::size_t>(s.input) >= in.size() || element < 0 || element >= sizes[static_cast<std::size_t>(s.input)]))
                throw ShapeError("element " + std::to_string(element) + " of input " + std::to_string(s.input) + " does not exist");
    return stated;
}

Dims same_count(const std::vector<Dims>& in, const Dims& stated) {
    expect_operands(in, 1, 1);
    if (element_count(in[0]) != element_count(stated))
        throw ShapeError("cannot reshape " + to_string_dims(in[0]) + " to " + to_string_dims(stated));
    return stated;
}

Dims reduce_shape(const op::Reduce& r, const std::vector<Dims>& in, const Dims& stated) {
    expect_operands(in, 1, 1);
    std::int64_t kept = 1;
    for (std::size_t k = 0; k < in[0].size(); ++k)
        if (std::find(r.axes.begin(), r.axes.end(), static_cast<int>(k)) == r.axes.end()) kept *= in[0][k];
    if (element_count(stated) != kept)
        throw ShapeError("reducing " + to_string_dims(in[0]) + " leaves " + std::to_string(kept) + " elements, not " +
                         to_string_dims(stated));
    return stated;
}

}  // namespace

Dims broadcast_shape(const Dims& a, const Dims& b) {
    Dims y(std::max(a.size(), b.size()));
    for (std::size_t k = 0; k < y.size(); ++k) {
        const std::int64_t p = k < y.size() - a.size() ? 1 : a[k - (y.size() - a.size())],
                           q = k < y.size() - b.size() ? 1 : b[k - (y.size() - b.size())];
        if (p != q && p != 1 && q != 1) throw ShapeError("shapes " + to_string_dims(a) + " and " + to_string_dims(b) + " do not broadcast");
        y[k] = p == 1 ? q : p;
    }
    return y;
}

Dims infer_shape(const Operator& op, const std::vector<Dims>& in, const Dims& stated) {
    const auto unary = [&] {
        expect_operands(in, 1, 1);
        return in[0];
    };
    return std::visit(Overload{
                          [&](const op::Input&) { return stated; },
                          [&](const op::Parameter&) { return stated; },
                          [&](const op::Gemm& g) { return gemm_shape(g, in); },
                          [&](const op::MatMul&) { return matmul_shape(in); },
                          [&](const op::Elementwise&) {
                              expect_operands(in, 2, 2);
                              return broadcast_shape(in[0], in[1]);
                          },
                          [&](const op::Softmax& s) {
                              const Dims x = unary();
                              if (s.axis < 0 || s.axis >= static_cast<int>(x.size()))
                                  throw ShapeError("softmax axis " + std::to_string(s.axis) + " of " + to_string_dims(x));
                              return x;
                          },
                          [&](const op::Conv& c) { return conv_shape(c, in); },
                          [&](const op::MaxPool& p) { return pool_shape(p.window, in); },
                          [&](const op::AveragePool& p) { return pool_shape(p.window, in); },
                          [&](const op::BatchNormalization&) { return batch_norm_shape(in); },
                          [&](const op::Reshape&) { return same_count(in, stated); },
                          [&](const op::Rearrange& r) { return rearrange_shape(r, in, stated); },
                          [&](const op::Reduce& r) { return reduce_shape(r, in, stated); },
                          [&](const auto&) { return unary(); },
                      },
                      op);
}

int append(Graph& graph, std::string name, std::string kind, Operator op, std::vector<int> parents, const Dims& stated) {
    std::vector<Dims> operands;
    for (const int p : parents) operands.push_back(graph.nodes.at(static_cast<std::size_t>(p)).shape);
    Dims shape;
    try {
        shape = infer_shape(op, operands, stated);
    } catch (const ShapeError& e) {
        throw ShapeError("node '" + name + "' (" + kind + "): " + e.what());
    }
    return graph.add(std::move(name), std::move(kind), std::move(op), std::move(parents), std::move(shape));
}

}  // namespace tercet
