#include <tercet/layers/loss.hpp>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

TEMPLATE_LIST_TEST_CASE("squared_error is the formula, and its gradient the derivative", "", ExactContexts) {
    using C = TestType;
    Random random(91, Data::rough);
    CAPTURE(random.seed);
    const auto y = random.fixed<C, 5>(), t = random.fixed<C, 5>(), dy = random.fixed<C, 5>();
    Scalar<C> sum = zero<C>();
    for (int i = 0; i < 5; ++i) sum = sum + (y[i] - t[i]) * (y[i] - t[i]);
    CHECK((squared_error<C>(y.view(), t.view()) == sum));
    const auto dual = squared_error<Dual<C>>(with_direction(y, dy).view(), lift<Dual<C>>(t).view());
    const auto g = squared_error_gradient<C>(y.view(), t.view());
    CHECK((dual.derivative == inner(g, Tensor<C, dyn>(dy))));
    CHECK((squared_error<C>(Tensor<C, 0>{}.view(), Tensor<C, 0>{}.view()) == zero<C>()));
    CHECK_THROWS_AS(squared_error<C>(y.view(), Tensor<C, 4>{}.view()), ShapeError);
}

TEST_CASE("squared_error over Dyadic is that over Rational, and so is its gradient") {
    Random random(94, Data::rough);
    CAPTURE(random.seed);
    const auto y = random.fixed<Dyadic, 5>(), t = random.fixed<Dyadic, 5>();
    const auto yq = point_of(y, random), tq = point_of(t, random);
    CHECK(contains(squared_error<Dyadic>(y.view(), t.view()), squared_error<Rational>(yq.view(), tq.view())));
    CHECK(contains(squared_error_gradient<Dyadic>(y.view(), t.view()),
                   squared_error_gradient<Rational>(yq.view(), tq.view())));
}

TEST_CASE("squared_error over a box contains it at points, and forgets no square's sign") {
    Random random(92);
    CAPTURE(random.seed);
    const auto y = random.fixed<Interval64, 4>(), t = random.fixed<Interval64, 4>();
    const auto e = squared_error<Interval64>(y.view(), t.view());
    CHECK(e.lower() >= 0);
    for (int k = 0; k < 20; ++k)
        REQUIRE(contains(e, squared_error<Rational>(point_of(y, random).view(), point_of(t, random).view())));
}

// Cross entropy needs exp and log: over Rational and Dyadic it does not compile.

TEST_CASE("cross_entropy: the gradient is the derivative, two enclosures of one number") {
    Random random(93, Data::rough);
    CAPTURE(random.seed);
    for (int k = 0; k < 20; ++k) {
        Tensor<Interval64, 4> y, dy;
        for (int i = 0; i < 4; ++i) {
            y[i] = Interval(8 * random.real());
            dy[i] = Interval(random.real());
        }
        const std::int64_t label = random.integer(0, 3);
        const auto dual = cross_entropy<Dual<Interval64>>(with_direction(y, dy).view(), label);
        const auto g = cross_entropy_gradient<Interval64>(y.view(), label);
        const Interval a = dual.derivative, b = inner(g, Tensor<Interval64, dyn>(dy)),
                       value = cross_entropy<Interval64>(y.view(), label);
        CHECK(a.lower() <= b.upper());
        CHECK(b.lower() <= a.upper());
        CHECK(dual.value.lower() <= value.upper());
        CHECK(value.lower() <= dual.value.upper());
        CHECK(value.upper() >= 0);
    }
    CHECK_THROWS_AS(cross_entropy<Float64>(Tensor<Float64, 3>{}.view(), 3), DomainError);
    CHECK_THROWS_AS(cross_entropy_gradient<Float64>(Tensor<Float64, 3>{}.view(), -1), DomainError);
    CHECK(cross_entropy<Float64>(Tensor<Float64, 1>{5.0}.view(), 0) == 0.0);
    CHECK(cross_entropy<Float64>(Tensor<Float64, 2>{1000.0, 0.0}.view(), 1) == 1000.0);
}

TEMPLATE_LIST_TEST_CASE("cross_entropy over a batch is row by row, summed or averaged", "", SmoothPrimalContexts) {
    using C = TestType;
    Random random(94, Data::rough);
    CAPTURE(random.seed);
    for (const std::int64_t n : {0, 1, 3}) {
        Tensor<C, dyn, dyn> y({n, 4});
        std::vector<std::int64_t> labels;
        for (std::int64_t k = 0; k < y.size(); ++k) y[k] = C::exact(30 * random.real());
        for (std::int64_t i = 0; i < n; ++i) labels.push_back(random.integer(0, 3));
        const auto sum = cross_entropy_gradient<C>(y.view(), labels, Reduction::sum);
        for (std::int64_t i = 0; i < n; ++i) {
            const auto row = cross_entropy_gradient<C>(y.view()[i], labels[static_cast<std::size_t>(i)]);
            for (std::int64_t j = 0; j < 4; ++j) CHECK((sum[i * 4 + j] == row[j]));
        }
        if (n == 0) {
            CHECK_THROWS_AS(cross_entropy_gradient<C>(y.view(), labels, Reduction::mean), ShapeError);
        } else {
            const auto mean = cross_entropy_gradient<C>(y.view(), labels, Reduction::mean);
            for (std::int64_t k = 0; k < sum.size(); ++k) CHECK((mean[k] == C::divide(sum[k], C::ratio(n, 1))));
        }
        labels.push_back(0);
        CHECK_THROWS_AS(cross_entropy_gradient<C>(y.view(), labels, Reduction::sum), ShapeError);
    }
}
