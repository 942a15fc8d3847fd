#include <tercet/layers/linear.hpp>

#include "layer_checks.hpp"
#include "naive.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

template <Context C>
Linear<C> random_linear(Random& random, std::int64_t in, std::int64_t out) {
    return {random.tensor<Tensor<Parameters<C>, dyn, dyn>>({out, in}),
            random.tensor<Tensor<Parameters<C>, dyn>>({out})};
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("Linear is the formula, bit for bit or fraction for fraction", "", PlainContexts) {
    using C = TestType;
    Random random(41, Data::rough);
    CAPTURE(random.seed);
    for (const auto& [in, out] : {Extents<2>{3, 4}, {1, 1}, {0, 2}, {2, 0}, {17, 9}}) {
        const auto l = random_linear<C>(random, in, out);
        const auto x = random.tensor<Tensor<C, dyn>>({in}), g = random.tensor<Tensor<C, dyn>>({out});
        REQUIRE((l(x) == naive::linear(l.weight, l.bias, x)));
        const auto p = l.vjp(x, g);
        REQUIRE((p.input == naive::linear_input_gradient(l.weight, g)));
        REQUIRE((p.layer.bias == g));
        for (std::int64_t i = 0; i < out; ++i)
            for (std::int64_t j = 0; j < in; ++j) REQUIRE((p.layer.weight(i, j) == product<C>(g[i], x[j])));
    }
}

TEMPLATE_LIST_TEST_CASE("Linear's pullback is the derivative, for one input and for a batch", "", ExactContexts) {
    using C = TestType;
    Random random(42, Data::rough);
    CAPTURE(random.seed);
    const auto l = random_linear<C>(random, 3, 4);
    check_pullback_is_derivative<C>(l, random.tensor<Tensor<C, dyn>>({3}), random);
    check_pullback_is_derivative<C>(l, random.tensor<Tensor<C, dyn, dyn>>({5, 3}), random);
    check_pullback_is_derivative<C>(random.like(Linear<C, 2, 3>{}), random.fixed<C, 2>(), random);
}

TEST_CASE("Linear over Dyadic is Linear over Rational, with no input, one, and beyond a tile") {
    Random random(46, Data::rough);
    CAPTURE(random.seed);
    for (const auto& [in, out] : {Extents<2>{3, 4}, {1, 1}, {0, 2}, {2, 0}, {17, 9}})
        for (const std::int64_t n : {0, 1, 5})
            check_dyadic_is_rational(random_linear<Dyadic>(random, in, out),
                                     random.tensor<Tensor<Dyadic, dyn, dyn>>({n, in}), random);
}

TEMPLATE_LIST_TEST_CASE("A batch through Linear is its rows, also an empty one", "", EveryContext) {
    using C = TestType;
    Random random(43);
    CAPTURE(random.seed);
    for (const std::int64_t n : {0, 1, 4}) {
        check_batch_is_rows(random_linear<C>(random, 3, 2), random.tensor<Tensor<C, dyn, dyn>>({n, 3}), random);
        Linear<C, 3, 2> l;
        l = random.like(l);
        check_batch_is_rows(l, random.tensor<Tensor<C, dyn, 3>>({n, 3}), random);
    }
}

TEMPLATE_LIST_TEST_CASE("Linear over boxes contains Linear at their points", "", EnclosingContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(44, data);
    CAPTURE(random.seed);
    const auto l = random.like(Linear<C, 5, 4>{});
    check_boxes_contain_points<C>(l, random.fixed<C, 5>(), random);
    check_boxes_contain_points<C>(l, random.tensor<Tensor<C, dyn, 5>>({3, 5}), random);
}

TEMPLATE_LIST_TEST_CASE("Gradients accumulate and scale: + and scale are element for element", "", ExactContexts) {
    using C = TestType;
    Random random(45);
    CAPTURE(random.seed);
    const auto a = random_linear<C>(random, 3, 2), b = random_linear<C>(random, 3, 2);
    const auto s = C::ratio(-7, 8);
    const auto sum = a + b, scaled = scale(a, s);
    for (int i = 0; i < 6; ++i) {
        CHECK((sum.weight[i] == a.weight[i] + b.weight[i]));
        CHECK((scaled.weight[i] == a.weight[i] * s));
    }
    for (int i = 0; i < 2; ++i) {
        CHECK((sum.bias[i] == a.bias[i] + b.bias[i]));
        CHECK((scaled.bias[i] == a.bias[i] * s));
    }
    CHECK(count_parameters(a) == 8);
    CHECK(equal(a + zero_like(a), a));
    CHECK_FALSE(equal(a + b, a));
    CHECK_THROWS_AS((a + random_linear<C>(random, 2, 3)), ShapeError);
}

TEST_CASE("Linear's shape errors carry the numbers") {
    const Linear<Float64> l{Tensor<Float64, dyn, dyn>({2, 3}), Tensor<Float64, dyn>({2})};
    CHECK_THROWS_WITH(l(Tensor<Float64, dyn>({4})),
                      Catch::Matchers::ContainsSubstring("weight [2, 3] needs 3 inputs, got [1, 4]"));
    CHECK_THROWS_AS(l.vjp(Tensor<Float64, dyn>({3}), Tensor<Float64, dyn>({3})), ShapeError);
    const Linear<Float64> wrong_bias{Tensor<Float64, dyn, dyn>({2, 3}), Tensor<Float64, dyn>({3})};
    CHECK_THROWS_AS(wrong_bias(Tensor<Float64, dyn>({3})), ShapeError);
    CHECK_THROWS_WITH((Tensor<Float64, 3>(Tensor<Float64, dyn>({2}))),
                      Catch::Matchers::ContainsSubstring("axis 0: expected 3, got 2"));
}
