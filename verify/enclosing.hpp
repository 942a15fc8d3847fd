/// What verify/ asks of a context beside what every enclosing one has: exact numbers into it, and exact ends out of it.
#pragma once

#include <tercet/core/parameters.hpp>
#include <tercet/models/graph/graph.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/round_rational.hpp>
#include <tercet/verify/property.hpp>

#include <cmath>
#include <limits>
#include <optional>

namespace tercet::verify {

/// By static functions of C; a context that shall not know fractions has them here.
template <class C>
struct Ends {
    /// The tightest scalar around [lower, upper]; null: unbounded on that side.
    static Scalar<C> around(const RationalNumber* lower, const RationalNumber* upper) {
        return C::around(lower, upper);
    }
    /// The end as a number, nothing where it is infinite.
    static std::optional<RationalNumber> exact(const typename C::Bound& end) { return C::exact_end(end); }
};

template <>
struct Ends<Interval64> {
    static Interval around(const RationalNumber* lower, const RationalNumber* upper) {
        return {lower ? round_down(*lower) : -std::numeric_limits<double>::infinity(),
                upper ? round_up(*upper) : std::numeric_limits<double>::infinity()};
    }
    static std::optional<RationalNumber> exact(double end) {
        if (!std::isfinite(end)) return std::nullopt;
        return exact_rational(end);
    }
};

/// A context in which networks are bounded.
template <class C>
concept Bounding = EnclosingContext<C> && requires(const RationalNumber* q, const typename C::Bound& end) {
    { Ends<C>::around(q, q) } -> std::same_as<Scalar<C>>;
    { Ends<C>::exact(end) } -> std::same_as<std::optional<RationalNumber>>;
    { end < end } -> std::convertible_to<bool>;
};

template <Bounding C>
Scalar<C> around(const RationalNumber& x) {
    return Ends<C>::around(&x, &x);
}

/// A box of exact numbers as the smallest box of C around it, a tensor for each input of the graph: the box holds the
/// numbers of the first, then those of the second, and so on. Throws ShapeError where the counts differ.
template <Bounding C = Interval64>
std::vector<AnyTensor<C>> enclose(const Box& box, const Graph& graph) {
    std::vector<AnyTensor<C>> inputs;
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
            t.data[i] = Ends<C>::around(&box.lower[first], &box.upper[first]);
    return inputs;
}

/// A network's parameters over C: its own where C's are doubles.
template <Bounding C>
class ParametersOver {
public:
    explicit ParametersOver(const Network<Float64>& network) : own_(&network.parameters) {
        if constexpr (!std::same_as<Parameters<C>, Float64>) lifted_ = lift<Parameters<C>>(network.parameters);
    }
    const std::vector<AnyTensor<Parameters<C>>>& get() const {
        if constexpr (std::same_as<Parameters<C>, Float64>) return *own_;
        else return lifted_;
    }

private:
    const std::vector<AnyTensor<Float64>>* own_;
    std::vector<AnyTensor<Parameters<C>>> lifted_;
};

}  // namespace tercet::verify
