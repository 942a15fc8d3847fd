#include <tercet/core/error.hpp>
#include <tercet/verify/property.hpp>

#include "catch.hpp"

using namespace tercet;

TEST_CASE("a query holds at a point when some disjunct does, boundaries included unless strict") {
    const Box unit{{0, 0}, {1, 1}};
    const LinearConstraint sum{{{0, 1}, {1, 1}}, {}, 1, true};  // X_0 + X_1 < 1
    const LinearConstraint output{{}, {{0, -1}}, -2, false};    // Y_0 >= 2
    const Property property{2, 1, {unit, Box{{5, 5}, {5, 5}}}, {{0, {sum}, {output}}, {1, {}, {}}}, 0};
    const RationalNumber half(1, 2), third(1, 3);
    using Point = std::vector<RationalNumber>;
    CHECK(holds(property, Point{half, third}, Point{2}));
    CHECK_FALSE(holds(property, Point{half, half}, Point{2}));
    CHECK_FALSE(holds(property, Point{half, third}, Point{RationalNumber(199, 100)}));
    CHECK_FALSE(holds(property, Point{RationalNumber(-1, 1000000), third}, Point{2}));
    CHECK(holds(property, Point{5, 5}, Point{0}));
    CHECK(holds(property, Point{0, 1 - RationalNumber(1, 1000000)}, Point{2}));
    CHECK_THROWS_WITH(holds(property, Point{1}, Point{2}), "the box has 2 inputs, the point has 1");
    CHECK_THROWS_WITH(holds(output, Point{}, Point{}), "the constraint names Y_0, the point has 0 numbers Y");
}

TEST_CASE("boxes are told apart exactly, in the order in which they come") {
    const Box a{{0}, {1}}, b{{0}, {RationalNumber(1000001, 1000000)}}, c{{RationalNumber(-1, 7)}, {1}};
    std::vector<Box> boxes;
    BoxIndex index(boxes);
    std::vector<int> places;
    for (const Box& box : {b, a, b, c, a}) places.push_back(index(box));
    CHECK(boxes == std::vector<Box>{b, a, c});
    CHECK(places == std::vector<int>{0, 1, 0, 2, 1});
}
