#include <tercet/models/exact.hpp>
#include <tercet/scalars/machine/bit_limit.hpp>
#include <tercet/verify/affine_tail.hpp>
#include <tercet/verify/exact_rows.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <span>

namespace tercet::verify {

namespace {

template <ExactContext C>
Scalar<C> exact_in(const RationalNumber& x) {
    if constexpr (std::same_as<C, Dyadic>) return to_dyadic(x);
    else return x;
}
RationalNumber rational_of(const DyadicNumber& x) { return to_rational(x); }
RationalNumber rational_of(const RationalNumber& x) { return x; }

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

    ExactRows operator()(std::span<const OutputForm> rows) {
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
        ExactRows d;
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
void combine(std::span<const OutputForm> rows, const ExactRows& basis, const std::map<int, std::size_t>& place,
             ExactRows& d) {
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
void pull_over(const Network<Float64>& network, const Part& tail, const std::vector<OutputForm>& forms,
               const std::set<int>& named, const RowsTaker& to) {
    PullBack<C> pull(network, tail);
    std::vector<std::int64_t> sizes;
    for (const auto& z : pull.zeros) sizes.push_back(z.size());
    to.start(tail.cut, sizes);
    std::map<int, std::size_t> place;  // of each output that is named, where that takes fewer rows
    ExactRows basis, rows;
    if (forms.size() > named.size()) {
        std::vector<OutputForm> single;
        for (const int j : named) {
            place.emplace(j, single.size());
            single.push_back({{j, 1}});
        }
        basis = pull(single);
    }
    const std::size_t most = rows_at_once(tail);
    for (std::size_t first = 0; first < forms.size(); first += most) {
        const auto some = std::span(forms).subspan(first, std::min(most, forms.size() - first));
        if (place.empty()) rows = pull(some);
        else combine(some, basis, place, rows);
        to.block(first, rows);
    }
}

/// Over Dyadic where neither the tail divides nor a form that is pulled back has another fraction.
void pull_through(const Network<Float64>& network, const Part& tail, const std::vector<OutputForm>& forms,
                  const RowsTaker& to) {
    std::set<int> named;
    bool dyadic = true;
    for (const OutputForm& form : forms)
        for (const auto& [j, a] : form) {
            named.insert(j);
            dyadic = dyadic && is_dyadic(a);
        }
    if ((dyadic || forms.size() > named.size()) && runs_in_dyadic(tail.graph))
        pull_over<Dyadic>(network, tail, forms, named, to);
    else pull_over<Rational>(network, tail, forms, named, to);
}

bool affordable(const Part& tail, std::size_t rows) {
    std::int64_t numbers = 1;
    for (const Node& node : tail.graph.nodes) numbers += element_count(node.shape);
    return numbers <= most_coefficients / static_cast<std::int64_t>(rows);
}

}  // namespace

bool pull_rows(const Network<Float64>& network, const std::vector<OutputForm>& forms, const RowsTaker& to) {
    std::int64_t outputs = 0;
    for (const int out : network.graph.outputs)
        outputs += element_count(network.graph.nodes[static_cast<std::size_t>(out)].shape);
    for (const OutputForm& form : forms)
        for (const auto& [j, a] : form)
            if (j < 0 || j >= outputs)
                throw ShapeError("a row names output Y_" + std::to_string(j) + "; the network has " +
                                 std::to_string(outputs));
    const auto pulled = [&](const Part& tail) {
        if (!affordable(tail, forms.size())) return false;
        pull_through(network, tail, forms, to);
        return true;
    };
    try {
        const BitLimit limit(std::min(most_bits_of_a_row, BitLimit::current()));
        if (pulled(affine_tail(network.graph))) return true;
    } catch (const LimitError&) {  // of the constants' digits or memory: rows of the outputs' bounds need none of them
    }
    try {
        return pulled(no_tail(network.graph));
    } catch (const LimitError&) {
        return false;
    }
}

}  // namespace tercet::verify
