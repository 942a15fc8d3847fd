/// What is asked of a network over boxes, in one form for every kind of question:
///
///   goal g:  exists X :  OR_c ( X in boxes[c.box]  and  all constraints of c hold of X and N(X) )
///
/// A VNN-LIB property is one goal. "The class is K in the whole box" is the goal of an image with the cases y_K - y_j
/// <= 0, one for each other j: where none of them holds anywhere, y_K is above all others everywhere.
#pragma once

#include <tercet/verify/class_axis.hpp>
#include <tercet/verify/property.hpp>

namespace tercet::verify {

/// A conjunction over boxes[box].
struct Case {
    int box = 0;
    std::vector<LinearConstraint> constraints;
};

/// A disjunction, and whose class it is about: for a property, no image and no label.
struct Goal {
    std::int64_t image = -1, label = -1;
    std::vector<Case> cases;
};

/// What the goals are: a property with its own boxes (then "unsat" and "sat" are said of it), its output constraints
/// over other boxes, or the classes of images.
enum class About { property, output_constraints, classes };

struct Query {
    About about = About::property;
    std::vector<Box> boxes;
    std::vector<Goal> goals;
};

/// More cases than this are refused with DomainError: boxes multiply with disjuncts and classes.
constexpr std::int64_t most_cases = 1'000'000;

/// The property as it stands. Throws FormatError where no disjunct has a constraint on outputs: then it asks nothing of
/// the network.
Query query_of(Property property);

/// Where a question is asked: parts of boxes, each the points that satisfy its constraints between inputs.
struct Regions {
    struct Part {
        int box = 0;
        std::vector<LinearConstraint> input_constraints;

        bool operator==(const Part&) const = default;
    };
    std::vector<Box> boxes;
    std::vector<Part> parts;

    /// All of one box; what a property says of the inputs.
    Regions(Box box) : boxes{std::move(box)}, parts{{}} {}
    Regions(std::vector<Box> whole);
    Regions(const Property& property);
};

/// The output constraints of the property over other regions: each disjunct over each part, its own box and input
/// constraints left aside. Throws as query_of.
Query query_over(const Property& property, Regions regions);

/// One goal an image: its class is labels[image] in every region. Throws DomainError for another count and for a label
/// that is no class.
Query class_query(const ClassAxis& axis, const std::vector<std::int64_t>& labels, Regions regions);

}  // namespace tercet::verify
