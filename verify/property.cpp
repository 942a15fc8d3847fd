#include <tercet/core/error.hpp>
#include <tercet/verify/property.hpp>

#include <algorithm>
#include <string>

namespace tercet {

namespace {

void require_index(int index, std::size_t size, char variable) {
    if (index < 0 || static_cast<std::size_t>(index) >= size)
        throw ShapeError(std::string("the constraint names ") + variable + "_" + std::to_string(index) +
                         ", the point has " + std::to_string(size) + " numbers " + variable);
}

}  // namespace

/// Any strict order will do.
bool BoxIndex::Order::operator()(int a, int b) const {
    const auto order = [](const auto& u, const auto& v) {
        return std::lexicographical_compare_three_way(
            u.begin(), u.end(), v.begin(), v.end(),
            [](const RationalNumber& p, const RationalNumber& q) { return p.compare(q) <=> 0; });
    };
    const Box &left = (*boxes)[static_cast<std::size_t>(a)], &right = (*boxes)[static_cast<std::size_t>(b)];
    const auto lower = order(left.lower, right.lower);
    return lower != 0 ? lower < 0 : order(left.upper, right.upper) < 0;
}

int BoxIndex::operator()(Box box) {
    boxes_.push_back(std::move(box));
    const auto [at, fresh] = known_.insert(static_cast<int>(boxes_.size()) - 1);
    if (!fresh) boxes_.pop_back();
    return *at;
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

bool holds(const Box& box, std::span<const RationalNumber> x) {
    if (x.size() != box.lower.size() || x.size() != box.upper.size())
        throw ShapeError("the box has " + std::to_string(box.lower.size()) + " inputs, the point has " +
                         std::to_string(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i)
        if (x[i] < box.lower[i] || x[i] > box.upper[i]) return false;
    return true;
}

bool holds(const Property& property, std::span<const RationalNumber> x, std::span<const RationalNumber> y) {
    const auto true_here = [&](const LinearConstraint& constraint) { return holds(constraint, x, y); };
    return std::ranges::any_of(property.disjuncts, [&](const Disjunct& d) {
        return holds(property.boxes.at(static_cast<std::size_t>(d.box)), x) &&
               std::ranges::all_of(d.input_constraints, true_here) &&
               std::ranges::all_of(d.output_constraints, true_here);
    });
}

}  // namespace tercet
