#include <tercet/core/truth.hpp>

#include <algorithm>
#include <type_traits>

#include "catch.hpp"

using namespace tercet;

static_assert(!std::is_convertible_v<Truth, bool>, "a branch must say certainly or possibly");

TEST_CASE("Truth is Kleene's strong logic") {
    const auto a = GENERATE(Truth::no, Truth::unknown, Truth::yes);
    const auto b = GENERATE(Truth::no, Truth::unknown, Truth::yes);
    CHECK((a & b) == std::min(a, b));
    CHECK((a | b) == std::max(a, b));
    CHECK((!(a & b)) == ((!a) | (!b)));  // De Morgan
    CHECK((!(!a)) == a);
}

TEST_CASE("what is certain is possible, and the unknown is only possible") {
    CHECK(certainly(Truth::yes));
    CHECK(possibly(Truth::yes));
    CHECK_FALSE(certainly(Truth::unknown));
    CHECK(possibly(Truth::unknown));
    CHECK_FALSE(certainly(Truth::no));
    CHECK_FALSE(possibly(Truth::no));
    CHECK((!Truth::unknown) == Truth::unknown);
    CHECK(truth(true) == Truth::yes);
    CHECK(truth(false) == Truth::no);
}
