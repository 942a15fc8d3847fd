#include <tercet/layers/applied.hpp>
#include <tercet/layers/softmax.hpp>

#include "layer_checks.hpp"

using namespace tercet;
using namespace tercet::testing;

TEMPLATE_LIST_TEST_CASE("Relu and LeakyRelu are the formulas, with slope 0 and a at 0", "", PointContexts) {
    using C = TestType;
    const double slope = GENERATE(0.0, 0.25, 1.5, -0.5);
    const Scalar<C> a = C::exact(slope);
    for (int k = -4; k <= 4; ++k) {
        const Scalar<C> x = C::ratio(k, 2), g = C::ratio(3, 1);
        const Tensor<C, 1> in{x}, cotangent{g};
        const Relu<C> relu;
        const LeakyRelu<C> leaky{slope};
        CHECK((relu(in)[0] == (k > 0 ? x : zero<C>())));
        CHECK((relu.vjp(in, cotangent).input[0] == (k > 0 ? g : zero<C>())));
        CHECK((leaky(in)[0] == (k > 0 ? x : Scalar<C>(a * x))));
        CHECK((leaky.vjp(in, cotangent).input[0] == (k > 0 ? g : Scalar<C>(g * a))));
    }
}

TEMPLATE_LIST_TEST_CASE("The piecewise activations' pullbacks are derivatives, kinks included", "", ExactContexts) {
    using C = TestType;
    Random random(71);
    CAPTURE(random.seed);
    check_pullback_is_derivative<C>(Relu<C>{}, random.fixed<C, 3, 9>(), random);
    check_pullback_is_derivative<C>(LeakyRelu<C>{0.25}, random.fixed<C, 3, 9>(), random);
}

TEST_CASE("The piecewise activations over Dyadic are those over Rational") {
    Random random(77, Data::rough);
    CAPTURE(random.seed);
    for (const double slope : {0.25, 1.5, -0.5, 0.1})
        check_dyadic_is_rational(LeakyRelu<Dyadic>{slope}, random.fixed<Dyadic, 3, 9>(), random);
    check_dyadic_is_rational(Relu<Dyadic>{}, random.fixed<Dyadic, 3, 9>(), random);
}

TEMPLATE_LIST_TEST_CASE("The piecewise activations over boxes contain their points, kinks included", "",
                        EnclosingContexts) {
    using C = TestType;
    Random random(72);
    CAPTURE(random.seed);
    for (int k = 0; k < 20; ++k) {
        check_boxes_contain_points<C>(Relu<C>{}, random.fixed<C, 12>(), random);
        check_boxes_contain_points<C>(LeakyRelu<C>{0.25}, random.fixed<C, 12>(), random);
        check_boxes_contain_points<C>(LeakyRelu<C>{1.5}, random.fixed<C, 12>(), random);
        check_boxes_contain_points<C>(LeakyRelu<C>{-0.5}, random.fixed<C, 12>(), random);
    }
}

// The smooth activations need exp: over Rational and Dyadic they do not compile.

namespace {

using Boxes = Tensor<Interval64, dyn, dyn>;

/// Two enclosures of one number meet, and neither is wider than rounding can make it.
///
/// At points an operation moves an end by at most a factor 1 + d, |d| <= u = 2^-52. Behind an end stand at most 64 such
/// factors: the longest is softmax. y_i = exp(z_i) / sum_j exp(z_j) has 15: z 1, which counts 4 times after exp as |z|
/// <= 4, exp 1, so 5 above, 8 below, quotient 1, and one spare. Over duals (e_i z_i' - y_i sum_j e_j z_j') / sum_j e_j
/// has 38; y_i (g_i - sum_j g_j y_j) has 15 + 15 + 7; the sum of 8 products has 9. With sums of absolute values for
/// differences all stays below S = 64: 8 terms of slope 2, g 2, dx 2; for softmax 16 y_i, 16 a row. So an end is off by
/// at most ((1 + u)^64 - 1) S <= 65 u 64 < 2^-39.
bool agree(const Interval& a, const Interval& b) {
    return order(a.lower()) <= order(b.upper()) && order(b.lower()) <= order(a.upper()) && a.width_up() <= 0x1p-38 &&
           b.width_up() <= 0x1p-38;
}

/// The pullback at a point, over Interval64, and the forward derivative over Dual<Interval64> both enclose the true
/// number.
template <template <class> class L>
void check_smooth_pullback(Random& random) {
    Boxes x({2, 4}), g({2, 4}), dx({2, 4});
    for (auto* t : {&x, &g, &dx})
        for (std::int64_t i = 0; i < t->size(); ++i) (*t)[i] = Interval(random.real());
    const auto p = L<Interval64>{}.vjp(x, g);
    const auto y = L<Dual<Interval64>>{}(with_direction(x, dx));
    REQUIRE(agree(derivative(y, g), inner(p.input, dx)));
    for (std::int64_t i = 0; i < x.size(); ++i) REQUIRE(agree(y[i].value, L<Interval64>{}(x)[i]));
}

/// f over a box contains f over a part of it, value and pullback.
template <template <class> class L>
void check_smooth_isotonic(Random& random) {
    const auto x = random.fixed<Interval64, 5>(), g = random.fixed<Interval64, 5>();
    auto part = x;
    for (std::int64_t i = 0; i < 5; ++i)
        part[i] = random.integer(0, 1) ? Interval(x[i].midpoint()) : Interval(x[i].midpoint(), x[i].upper());
    const auto y = L<Interval64>{}(x), z = L<Interval64>{}(part);
    const auto p = L<Interval64>{}.vjp(x, g).input, q = L<Interval64>{}.vjp(part, g).input;
    for (std::int64_t i = 0; i < 5; ++i) {
        REQUIRE(y[i].contains(z[i]));
        REQUIRE(p[i].contains(q[i]));
    }
}

}  // namespace

TEST_CASE("Sigmoid, Tanh and Softmax: pullback and forward derivative enclose the same numbers, boxes contain parts") {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(73, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 20; ++k) {
        check_smooth_pullback<Sigmoid>(random);
        check_smooth_pullback<Tanh>(random);
        check_smooth_pullback<Softmax>(random);
        check_smooth_isotonic<Sigmoid>(random);
        check_smooth_isotonic<Tanh>(random);
        check_smooth_isotonic<Softmax>(random);
    }
}

TEMPLATE_LIST_TEST_CASE("The smooth activations are the seeds' formulas, bit for bit; slopes are of the argument", "",
                        FloatContexts) {
    using C = TestType;
    using T = Scalar<C>;
    Random random(74, Data::rough);
    CAPTURE(random.seed);
    const auto x = random.fixed<C, 7>(), g = random.fixed<C, 7>();
    const auto s = Sigmoid<C>{}(x), t = Tanh<C>{}(x), y = Softmax<C>{}(x);
    const auto ds = Sigmoid<C>{}.vjp(x, g).input, dt = Tanh<C>{}.vjp(x, g).input;
    T m = x[0], sum = 0;
    for (int i = 1; i < 7; ++i) m = C::max(m, x[i]);
    for (int i = 0; i < 7; ++i) sum = sum + C::exp(x[i] - m);
    for (int i = 0; i < 7; ++i) {
        CHECK(s[i] == 1 / (1 + C::exp(-x[i])));
        CHECK(t[i] == C::tanh(x[i]));
        CHECK(y[i] == C::exp(x[i] - m) / sum);
        CHECK(ds[i] == g[i] * C::sigmoid_slope(x[i]));
        CHECK(dt[i] == g[i] * C::tanh_slope(x[i]));
    }
}

TEMPLATE_LIST_TEST_CASE("Smooth activations at their edges, and known values inside enclosures", "", SmoothContexts) {
    using C = TestType;
    CHECK(Softmax<C>{}(Tensor<C, 0>{}).size() == 0);
    CHECK((Softmax<C>{}(Tensor<C>{}) == Tensor<C>{one<C>()}));
    CHECK(Softmax<C>{}(Tensor<C, dyn, dyn>({3, 0})).size() == 0);
    CHECK(Softmax<C>{}(Tensor<C, dyn, dyn>({0, 3})).size() == 0);
    CHECK((Softmax<C>{}(Tensor<C, 1>{C::exact(5.0)})[0] == one<C>()));
    const auto half = Sigmoid<C>{}(Tensor<C, 1>{})[0], quarter = Softmax<C>{}(Tensor<C, 4>{})[2],
               nothing = Tanh<C>{}(Tensor<C, 1>{})[0];
    CHECK((nothing == zero<C>()));
    if constexpr (EnclosingContext<C>) {
        CHECK(half.contains(0.5));
        CHECK(quarter.contains(0.25));
        Random random(75);
        const auto x = random.fixed<C, 6>();
        Interval sum;
        const auto y = Softmax<C>{}(x);
        for (int i = 0; i < 6; ++i) {
            if constexpr (std::same_as<C, Interval64>) REQUIRE(Interval(0, 1).contains(y[i]));
            sum = sum + y[i];
        }
        CHECK(sum.contains(1.0));
    } else {
        CHECK((half == C::exact(0.5)));
        CHECK((quarter == C::exact(0.25)));
    }
}

TEMPLATE_LIST_TEST_CASE("A batch of rows is row by row for every activation", "", OrderedContexts) {
    using C = TestType;
    Random random(76, Data::rough);
    CAPTURE(random.seed);
    for (const std::int64_t n : {0, 1, 3}) {
        const auto x = random.tensor<Tensor<C, dyn, 4>>({n, 4});
        check_batch_is_rows(Relu<C>{}, x, random);
        check_batch_is_rows(LeakyRelu<C>{}, x, random);
        if constexpr (ElementaryContext<C>) {
            check_batch_is_rows(Sigmoid<C>{}, x, random);
            check_batch_is_rows(Tanh<C>{}, x, random);
            check_batch_is_rows(Softmax<C>{}, x, random);
        }
    }
}
