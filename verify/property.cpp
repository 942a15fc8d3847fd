#include <tercet/core/error.hpp>
#include <tercet/verify/property.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace tercet {

namespace {

/// Any strict order will do.
struct BoxOrder {
    bool operator()(const Box* a, const Box* b) const {
        const auto order = [](const auto& u, const auto& v) {
            return std::lexicographical_compare_three_way(
                u.begin(), u.end(), v.begin(), v.end(),
                [](const RationalNumber& p, const RationalNumber& q) { return p.compare(q) <=> 0; });
        };
        const auto lower = order(a->lower, b->lower);
        return lower != 0 ? lower < 0 : order(a->upper, b->upper) < 0;
    }
};

void require_index(int index, std::size_t size, char variable) {
    if (index < 0 || static_cast<std::size_t>(index) >= size)
        throw ShapeError(std::string("the constraint names ") + variable + "_" + std::to_string(index) + ", the point has " +
                         std::to_string(size) + " numbers " + variable);
}

}  // namespace

std::vector<std::vector<int>> disjuncts_by_box(const Property& property) {
    std::vector<std::vector<int>> groups;
    std::map<const Box*, std::size_t, BoxOrder> group_of;
    for (std::size_t i = 0; i < property.disjuncts.size(); ++i) {
        const auto [at, fresh] = group_of.try_emplace(&property.disjuncts[i].box, groups.size());
        if (fresh) groups.emplace_back();
        groups[at->second].push_back(static_cast<int>(i));
    }
    return groups;
}

std::vector<Box> distinct_boxes(const Property& property) {
    std::vector<Box> boxes;
    for (const auto& group : disjuncts_by_box(property)) boxes.push_back(property.disjuncts[static_cast<std::size_t>(group.front())].box);
    return boxes;
}

bool holds(const LinearConstraint& constraint, std::span<const RationalNumber> x, std::span<const RationalNumber> y) {
    RationalNumber sum;
    const auto add = [&](const auto& terms, std::span<const RationalNumber> values, char variable) {
        for (const auto& [index, coefficient] : terms) {
            require_index(index, values.size(), variable);
            sum += coefficient * values[static_cast<std::size_t>(index)];
        }
    };
    add(constraint.input_terms, x, 'X');
    add(constraint.output_terms, y, 'Y');
    return constraint.strict ? sum < constraint.bound : sum <= constraint.bound;
}

bool holds(const Disjunct& disjunct, std::span<const RationalNumber> x, std::span<const RationalNumber> y) {
    const auto& [lower, upper] = disjunct.box;
    if (x.size() != lower.size() || x.size() != upper.size())
        throw ShapeError("the box has " + std::to_string(lower.size()) + " inputs, the point has " + std::to_string(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i)
        if (x[i] < lower[i] || x[i] > upper[i]) return false;
    const auto true_here = [&](const LinearConstraint& constraint) { return holds(constraint, x, y); };
    return std::ranges::all_of(disjunct.input_constraints, true_here) && std::ranges::all_of(disjunct.output_constraints, true_here);
}

bool holds(const Property& property, std::span<const RationalNumber> x, std::span<const RationalNumber> y) {
    return std::ranges::any_of(property.disjuncts, [&](const Disjunct& disjunct) { return holds(disjunct, x, y); });
}

}  // namespace tercet
