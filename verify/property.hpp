/// What is asked of a network N: is there an X with X in some disjunct's box and Y = N(X) such that all of its
/// constraints hold?
///
///   exists X :  OR_k ( lower_k <= X <= upper_k  and  all input_constraints_k(X)
///                      and  all output_constraints_k(X, N(X)) )
///
/// A property of the network is proved by showing that nothing answers this query ("unsat"). All numbers are exact
/// rationals.
#pragma once

#include <tercet/scalars/rational_number.hpp>

#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace tercet {

/// sum_i a_i X_i + sum_j b_j Y_j <= bound, or < bound where strict. Terms: (index, coefficient), indices ascending, no
/// coefficient 0.
struct LinearConstraint {
    std::vector<std::pair<int, RationalNumber>> input_terms, output_terms;
    RationalNumber bound;
    bool strict = false;

    bool operator==(const LinearConstraint&) const = default;
};

/// { X : lower_i <= X_i <= upper_i }, one pair for each input.
struct Box {
    std::vector<RationalNumber> lower, upper;

    bool operator==(const Box&) const = default;
};

/// A conjunction over boxes[box] of its property. input_constraints name inputs only, and are what the box cannot say:
/// two or more inputs, or a strict bound (the box then holds the closed bound too, so it always contains the disjunct).
/// output_constraints name an output at least, and may name inputs.
struct Disjunct {
    int box = 0;
    std::vector<LinearConstraint> input_constraints, output_constraints;

    bool operator==(const Disjunct&) const = default;
};

/// The boxes are all different, none is empty, and they stand in the order in which disjuncts first name them.
/// empty_disjuncts: how many more disjuncts the query was written with, which hold nowhere.
struct Property {
    int inputs = 0;
    int outputs = 0;
    std::vector<Box> boxes;
    std::vector<Disjunct> disjuncts;
    std::int64_t empty_disjuncts = 0;

    bool operator==(const Property&) const = default;
};

/// Collects boxes and says under which index an equal one stands already.
class BoxIndex {
public:
    explicit BoxIndex(std::vector<Box>& boxes) : boxes_(boxes), known_(Order{&boxes}) {}

    /// The index of the box in the list, to which it is appended where it is new.
    int operator()(Box box);

private:
    struct Order {
        const std::vector<Box>* boxes;
        bool operator()(int a, int b) const;
    };
    std::vector<Box>& boxes_;
    std::set<int, Order> known_;
};

/// Decided exactly at a point: x in the box and every constraint true. Throws ShapeError when x or y has too few
/// numbers.
bool holds(const LinearConstraint& constraint, std::span<const RationalNumber> x, std::span<const RationalNumber> y);
bool holds(const Box& box, std::span<const RationalNumber> x);

/// Some disjunct holds: y = N(x) makes x a witness of the query.
bool holds(const Property& property, std::span<const RationalNumber> x, std::span<const RationalNumber> y);

}  // namespace tercet
