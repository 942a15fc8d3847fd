#include <tercet/models/exact.hpp>
#include <tercet/verify/affine_tail.hpp>
#include <tercet/verify/ibp.hpp>

#include <tercet/scalars/machine/bit_limit.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace tercet::verify {

namespace {

Interval hull_of(const RationalNumber& x) { return {round_down(x), round_up(x)}; }

template <ExactContext C>
Scalar<C> exact_in(const RationalNumber& x) {
    if constexpr (std::same_as<C, Dyadic>) return to_dyadic(x);
    else return x;
}
RationalNumber rational_of(const DyadicNumber& x) { return to_rational(x); }
RationalNumber rational_of(const RationalNumber& x) { return x; }

}  // namespace

std::vector<AnyTensor<Interval64>> enclose(const Box& box, const Graph& graph) {
    std::vector<AnyTensor<Interval64>> inputs;
    std::size_t first = 0;
    for (const int id : graph.inputs) inputs.emplace_back(graph.nodes[static_cast<std::size_t>(id)].shape);
    for (const auto& t : inputs) first += t.data.size();
    if (box.lower.size() != first || box.upper.size() != first)
        throw ShapeError("the box has " + std::to_string(box.lower.size()) + " inputs, the network " +
                         std::to_string(first) +
                         (inputs.size() == 1 ? " " + to_string_dims(inputs[0].dims)
                                             : " in " + std::to_string(inputs.size()) + " tensors"));
    first = 0;
    for (auto& t : inputs)
        for (std::size_t i = 0; i < t.data.size(); ++i, ++first)
            t.data[i] = Interval(round_down(box.lower[first]), round_up(box.upper[first]));
    return inputs;
}

namespace {

/// Forms in the values z of the cut: for each z their coefficients, [rows, z], and their constants.
struct PulledBack {
    std::vector<std::vector<RationalNumber>> coefficients;
    std::vector<RationalNumber> constants;
};

/// The affine tail ready to pull forms back: what it is at z = 0, and its adjoints. Over Dyadic the forms' numbers must
/// be dyadic.
template <ExactContext C>
struct PullBack {
    const Graph& graph;
    std::vector<AnyTensor<C>> parameters, zeros;
    Trace<C> trace;
    Reverse<C> reverse;

    PullBack(const Network<Float64>& network, const Part& tail)
        : graph(tail.graph),
          parameters(of(network, tail)),
          zeros(zeros_of(graph)),
          trace(run<C>(graph, parameters, zeros)),
          reverse(graph, parameters, trace, depends_on(graph, leaves(graph))) {}

    const AnyTensor<C>& value_at_zero(int out) const {
        const auto* p = graph.nodes[static_cast<std::size_t>(out)].op.as<op::Parameter>();
        return p ? parameters[static_cast<std::size_t>(p->index)] : trace.values[static_cast<std::size_t>(out)];
    }

    PulledBack operator()(std::span<const OutputForm> rows) {
        LinearForms<C> forms(graph, static_cast<std::int64_t>(rows.size()));
        std::vector<Scalar<C>> constants(rows.size(), Scalar<C>{});
        std::int64_t first = 0;
        for (const int out : graph.outputs) {
            const std::int64_t size = element_count(graph.nodes[static_cast<std::size_t>(out)].shape);
            Storage<C> g(rows.size() * static_cast<std::size_t>(size));
            for (std::size_t r = 0; r < rows.size(); ++r)
                for (const auto& [j, rational] : rows[r])
                    if (j >= first && j < first + size) {
                        const auto at = static_cast<std::size_t>(j - first),
                                   place = r * static_cast<std::size_t>(size) + at;
                        const Scalar<C> a = exact_in<C>(rational);
                        g[place] = Scalar<C>(g[place] + a);
                        constants[r] = Scalar<C>(constants[r] + a * value_at_zero(out).data[at]);
                    }
            first += size;
            forms.add(out, std::move(g));
        }
        forms = pull(reverse, std::move(forms), Cut{});
        PulledBack d;
        for (std::size_t k = 0; k < zeros.size(); ++k) {
            auto& of_z = d.coefficients.emplace_back(rows.size() * zeros[k].data.size());
            if (const auto& form = forms.of[static_cast<std::size_t>(graph.inputs[k])])
                for (std::size_t i = 0; i < of_z.size(); ++i) of_z[i] = rational_of((*form)[i]);
        }
        for (const auto& c : constants) d.constants.push_back(rational_of(c));
        return d;
    }

private:
    static std::vector<AnyTensor<C>> of(const Network<Float64>& network, const Part& tail) {
        std::vector<AnyTensor<C>> all;
        for (const int p : tail.parameters) all.push_back(lift<C>(network.parameters[static_cast<std::size_t>(p)]));
        return all;
    }
    static std::vector<AnyTensor<C>> zeros_of(const Graph& graph) {
        std::vector<AnyTensor<C>> all;
        for (const int input : graph.inputs) all.emplace_back(graph.nodes[static_cast<std::size_t>(input)].shape);
        return all;
    }
};

/// Rows as sums of pulled back outputs, into `d`, whose numbers are used again: thousands of rows of them, made and
/// freed, cost more than their sums.
void combine(std::span<const OutputForm> rows, const PulledBack& basis, const std::map<int, std::size_t>& place,
             PulledBack& d) {
    d.constants.resize(rows.size());
    d.coefficients.resize(basis.coefficients.size());
    RationalNumber product;
    const auto add = [&](RationalNumber& sum, const RationalNumber& a, const RationalNumber& term) {
        if (term.is_zero()) return;
        product = a * term;
        sum += product;
    };
    for (auto& c : d.constants) c = 0;
    for (std::size_t k = 0; k < d.coefficients.size(); ++k) {
        const std::size_t size = basis.coefficients[k].size() / place.size();
        d.coefficients[k].resize(rows.size() * size);
        for (auto& x : d.coefficients[k]) x = 0;
        for (std::size_t r = 0; r < rows.size(); ++r)
            for (const auto& [j, a] : rows[r]) {
                const std::size_t from = place.at(j) * size;
                for (std::size_t i = 0; i < size; ++i)
                    add(d.coefficients[k][r * size + i], a, basis.coefficients[k][from + i]);
            }
    }
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (const auto& [j, a] : rows[r]) add(d.constants[r], a, basis.constants[place.at(j)]);
}

/// How many rows are pulled together: their exact numbers are of some hundred bytes each.
std::size_t rows_at_once(const Part& tail) {
    std::int64_t numbers = 1;
    for (const Node& node : tail.graph.nodes) numbers += element_count(node.shape);
    return static_cast<std::size_t>(std::clamp<std::int64_t>((std::int64_t{1} << 20) / numbers, 1, 1024));
}

template <ExactContext C>
FusedRows fuse_over(const Network<Float64>& network, const Part& tail, const std::vector<OutputForm>& forms,
                    const std::set<int>& named) {
    PullBack<C> pull(network, tail);
    const std::size_t count = forms.size(), most = rows_at_once(tail);
    FusedRows fused{tail.cut, {}, Storage<Interval64>(count)};
    for (const auto& z : pull.zeros) fused.coefficients.emplace_back(Dims{z.size(), static_cast<std::int64_t>(count)});
    std::map<int, std::size_t> place;  // of each output that is named, where that takes fewer rows
    PulledBack basis, rows;
    if (count > named.size()) {
        std::vector<OutputForm> single;
        for (const int j : named) {
            place.emplace(j, single.size());
            single.push_back({{j, 1}});
        }
        basis = pull(single);
    }
    for (std::size_t first = 0; first < count; first += most) {
        const auto some = std::span(forms).subspan(first, std::min(most, count - first));
        if (place.empty()) rows = pull(some);
        else combine(some, basis, place, rows);
        for (std::size_t k = 0; k < fused.cut.size(); ++k) {
            const std::size_t size = pull.zeros[k].data.size();
            for (std::size_t r = 0; r < some.size(); ++r)
                for (std::size_t i = 0; i < size; ++i)
                    fused.coefficients[k].data[i * count + first + r] = hull_of(rows.coefficients[k][r * size + i]);
        }
        for (std::size_t r = 0; r < some.size(); ++r) fused.constants[first + r] = hull_of(rows.constants[r]);
    }
    return fused;
}

/// Over Dyadic where neither the tail divides nor a form that is pulled back has another fraction.
FusedRows fuse_at(const Network<Float64>& network, const Part& tail, const std::vector<OutputForm>& forms) {
    std::set<int> named;
    bool dyadic = true;
    for (const OutputForm& form : forms)
        for (const auto& [j, a] : form) {
            named.insert(j);
            dyadic = dyadic && is_dyadic(a);
        }
    if ((dyadic || forms.size() > named.size()) && runs_in_dyadic(tail.graph))
        return fuse_over<Dyadic>(network, tail, forms, named);
    return fuse_over<Rational>(network, tail, forms, named);
}

}  // namespace

FusedRows fuse(const Network<Float64>& network, const std::vector<OutputForm>& forms) {
    if (forms.empty()) return {};
    std::int64_t outputs = 0;
    for (const int out : network.graph.outputs)
        outputs += element_count(network.graph.nodes[static_cast<std::size_t>(out)].shape);
    for (const OutputForm& form : forms)
        for (const auto& [j, a] : form)
            if (j < 0 || j >= outputs)
                throw ShapeError("a row names output Y_" + std::to_string(j) + "; the network has " +
                                 std::to_string(outputs));
    const auto affordable = [&](const Part& tail) {
        std::int64_t numbers = 1;
        for (const Node& node : tail.graph.nodes) numbers += element_count(node.shape);
        return numbers <= FusedRows::most_coefficients / static_cast<std::int64_t>(forms.size());
    };
    try {
        const BitLimit limit(std::min(FusedRows::most_bits, BitLimit::current()));
        const Part tail = affine_tail(network.graph);
        if (affordable(tail)) return fuse_at(network, tail, forms);
    } catch (const LimitError&) {  // of the constants' digits or memory: rows of the outputs' bounds need none of them
    }
    const Part tail = no_tail(network.graph);
    try {
        if (affordable(tail)) return fuse_at(network, tail, forms);
    } catch (const LimitError&) {
    }
    FusedRows rows{tail.cut, {}, Storage<Interval64>(forms.size()), forms, {}};
    for (const int out : tail.cut)
        rows.sizes.push_back(element_count(network.graph.nodes[static_cast<std::size_t>(out)].shape));
    return rows;
}

FusedRows select(const FusedRows& rows, const std::vector<int>& indices) {
    const std::size_t count = indices.size(), all = rows.constants.size();
    FusedRows some{rows.cut, {}, Storage<Interval64>(count)};
    some.sizes = rows.sizes;
    for (std::size_t c = 0; c < count; ++c) {
        some.constants[c] = rows.constants[static_cast<std::size_t>(indices[c])];
        if (!rows.unfused.empty()) some.unfused.push_back(rows.unfused[static_cast<std::size_t>(indices[c])]);
    }
    for (const auto& from : rows.coefficients) {
        auto& to = some.coefficients.emplace_back(Dims{from.dims[0], static_cast<std::int64_t>(count)});
        for (std::size_t i = 0; i < static_cast<std::size_t>(from.dims[0]); ++i)
            for (std::size_t c = 0; c < count; ++c)
                to.data[i * count + c] = from.data[i * all + static_cast<std::size_t>(indices[c])];
    }
    return some;
}

namespace {

/// sum_j a_j y_j in intervals, for box k of the batch.
Interval unfused_bound(const FusedRows& rows, const OutputForm& form, const Trace<Interval64>& trace,
                       std::int64_t batch, std::int64_t k) {
    Interval sum;
    for (const auto& [j, a] : form) {
        std::size_t z = 0;
        std::int64_t at = j;
        for (; at >= rows.sizes[z]; ++z) at -= rows.sizes[z];
        const auto& values = trace.values[static_cast<std::size_t>(rows.cut[z])].data;
        const bool each =
            static_cast<std::int64_t>(values.size()) == batch * rows.sizes[z];  // else it depends on no input
        sum = sum + hull_of(a) * values[static_cast<std::size_t>(at + (each ? k * rows.sizes[z] : 0))];
    }
    return sum;
}

}  // namespace

std::vector<Interval> row_bounds(const FusedRows& rows, const Trace<Interval64>& trace, std::int64_t batch) {
    if (!rows.sizes.empty()) {
        std::vector<Interval> bounds;
        for (std::int64_t k = 0; k < batch; ++k)
            for (const OutputForm& form : rows.unfused) bounds.push_back(unfused_bound(rows, form, trace, batch, k));
        return bounds;
    }
    const auto count = static_cast<std::int64_t>(rows.constants.size());
    Storage<Interval64> sum, part(static_cast<std::size_t>(batch * count));
    for (std::int64_t i = 0; i < batch; ++i) sum.insert(sum.end(), rows.constants.begin(), rows.constants.end());
    for (std::size_t k = 0; k < rows.cut.size(); ++k) {
        const auto& z = trace.values[static_cast<std::size_t>(rows.cut[k])];
        const auto& coefficients = rows.coefficients[k];
        const std::int64_t each = coefficients.dims[0],
                           boxes = z.size() == batch * each ? batch : 1;  // 1: it depends on no input
        multiply<Interval64>(matrix(z.view_as<2>({boxes, each})), matrix(coefficients.view<2>()),
                             matrix_in<Interval64>(part, 0, boxes, count));
        for (std::int64_t i = 0; i < batch; i += boxes) accumulate<Interval64>(boxes * count, part, 0, sum, i * count);
    }
    return sum;
}

}  // namespace tercet::verify
