#include <tercet/layers/conv2d.hpp>

#include "layer_checks.hpp"
#include "naive.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

struct Case {
    Extents<4> input, kernel;
    Geometry2d geometry;
    std::int64_t groups = 1;
};

const Case cases[] = {
    {{1, 1, 3, 3}, {1, 1, 2, 2}, {}},
    {{2, 2, 5, 4}, {3, 2, 3, 3}, Geometry2d::same(1, 1)},
    {{1, 2, 6, 5}, {2, 2, 3, 2}, Geometry2d::same(2, 1)},
    {{1, 1, 7, 8},
     {2, 1, 3, 3},
     {.stride_h = 2, .stride_w = 3, .pad_top = 1, .pad_left = 0, .pad_bottom = 0, .pad_right = 2}},
    {{1, 2, 7, 7}, {2, 2, 2, 3}, {.dilation_h = 3, .dilation_w = 2}},
    {{2, 4, 5, 5}, {6, 2, 3, 3}, Geometry2d::same(2, 1), 2},
    {{1, 3, 4, 4}, {6, 1, 2, 2}, {.stride_h = 1, .stride_w = 2, .pad_top = 2, .pad_left = 3, .dilation_h = 2}, 3},
    {{1, 1, 1, 1}, {1, 1, 1, 1}, {}},
    {{1, 1, 2, 2}, {1, 1, 3, 3}, Geometry2d::same(1, 2)},  // padding wider than the image; whole rows of taps in it
    {{0, 2, 4, 4}, {3, 2, 3, 3}, Geometry2d::same(1, 1)},
};

template <class C>
using Images = naive::Images<C>;

}  // namespace

TEMPLATE_LIST_TEST_CASE("conv2d and its two gradients are the formulas, for stride, padding, dilation and groups", "",
                        PlainContexts) {
    using C = TestType;
    const auto& [input, kernel, geometry, groups] = cases[GENERATE(range(0, 10))];
    Random random(51, Data::rough);
    CAPTURE(random.seed, to_string_dims(input), to_string_dims(kernel), groups);
    const auto x = random.tensor<Images<C>>(input), k = random.tensor<Images<C>>(kernel);
    const auto b = random.tensor<Tensor<C, dyn>>({kernel[0]});
    const Images<C> y = conv2d<C>(x.view(), k.view(), b.view(), geometry, groups);
    REQUIRE((y == naive::conv2d(x, k, b, geometry, groups)));

    const auto g = random.tensor<Images<C>>(y.dims());
    const auto d = conv2d_weight_gradient<C>(x.view(), kernel, g.view(), geometry, groups);
    REQUIRE((d.kernel == naive::conv2d_kernel_gradient(x, k, g, geometry, groups)));
    const Images<C> dx = conv2d_input_gradient<C>(input, k.view(), g.view(), geometry, groups);
    REQUIRE((dx == naive::conv2d_input_gradient(input, k, g, geometry, groups)));

    Tensor<C, dyn> db({kernel[0]});
    for (std::int64_t n = 0; n < y.dim(0); ++n)
        for (std::int64_t oc = 0; oc < y.dim(1); ++oc) {
            Scalar<C> sum = zero<C>();
            for (std::int64_t at = 0; at < y.dim(2) * y.dim(3); ++at)
                sum = sum + g[(n * y.dim(1) + oc) * y.dim(2) * y.dim(3) + at];
            db[oc] = db[oc] + sum;
        }
    REQUIRE((d.bias == db));
}

TEMPLATE_LIST_TEST_CASE("The gradients of conv2d are derivatives, for every geometry", "", ExactContexts) {
    const auto& [input, kernel, geometry, groups] = cases[GENERATE(range(0, 10))];
    Random random(52, Data::rough);
    CAPTURE(random.seed, to_string_dims(input), to_string_dims(kernel), groups);
    using C = TestType;
    const auto x = random.tensor<Images<C>>(input), dx = random.tensor<Images<C>>(input);
    const auto k = random.tensor<Images<C>>(kernel), dk = random.tensor<Images<C>>(kernel);
    const auto b = random.tensor<Tensor<C, dyn>>({kernel[0]}), db = random.tensor<Tensor<C, dyn>>({kernel[0]});
    const auto y = conv2d<Dual<C>>(with_direction(x, dx).view(), with_direction(k, dk).view(),
                                   with_direction(b, db).view(), geometry, groups);
    const auto g = random.tensor<Images<C>>(y.dims());
    const auto d = conv2d_weight_gradient<C>(x.view(), kernel, g.view(), geometry, groups);
    const auto d_x = conv2d_input_gradient<C>(input, k.view(), g.view(), geometry, groups);
    REQUIRE((derivative(y, g) == inner(d_x, dx) + inner(d.kernel, dk) + inner(d.bias, db)));
}

TEMPLATE_TEST_CASE("conv2d over boxes contains conv2d at their points, and over Dyadic is conv2d over Rational", "",
                   Interval64, IntervalWeights64, Dyadic) {
    using C = TestType;
    const auto& [input, kernel, geometry, groups] = cases[GENERATE(range(0, 10))];
    Random random(53, Data::rough);
    CAPTURE(random.seed, to_string_dims(input), to_string_dims(kernel), groups);
    using P = Parameters<C>;
    const auto x = random.tensor<Images<C>>(input);
    const auto k = random.tensor<Images<P>>(kernel);
    const auto b = random.tensor<Tensor<P, dyn>>({kernel[0]});
    const auto y = conv2d<C>(x.view(), k.view(), b.view(), geometry, groups);
    const auto g = random.tensor<Images<C>>(y.dims());
    const auto d = conv2d_weight_gradient<C>(x.view(), kernel, g.view(), geometry, groups);
    const auto dx = conv2d_input_gradient<C>(input, k.view(), g.view(), geometry, groups);
    for (int repeat = 0; repeat < 4; ++repeat) {
        const auto xp = point_of(x, random), gp = point_of(g, random);
        const auto kp = point_of(k, random);
        const auto bp = point_of(b, random);
        REQUIRE(contains(y, conv2d<Rational>(xp.view(), kp.view(), bp.view(), geometry, groups)));
        const auto dp = conv2d_weight_gradient<Rational>(xp.view(), kernel, gp.view(), geometry, groups);
        REQUIRE(contains(d.kernel, dp.kernel));
        REQUIRE(contains(d.bias, dp.bias));
        REQUIRE(contains(dx, conv2d_input_gradient<Rational>(input, kp.view(), gp.view(), geometry, groups)));
    }
}

TEMPLATE_LIST_TEST_CASE("The layer Conv2d: a batch is its images, static and run-time shapes agree", "", EveryContext) {
    using C = TestType;
    Random random(54);
    CAPTURE(random.seed);
    const auto l = random.like(Conv2d<C, 2, 3, 3, 2, Geometry2d::same(2, 1)>{});
    const auto image = random.fixed<C, 2, 5, 6>();
    const Tensor<C, 3, 3, 4> y = l(image);
    for (const std::int64_t n : {0, 1, 3})
        check_batch_is_rows(l, random.tensor<Tensor<C, dyn, 2, 5, 6>>({n, 2, 5, 6}), random);
    const Conv2d<C, dyn, dyn, dyn, dyn, Geometry2d::same(2, 1)> loaded{l.kernel, l.bias};
    const Tensor<C, dyn, dyn, dyn> z = loaded(Tensor<C, dyn, dyn, dyn>(image));
    CHECK((z == Tensor<C, dyn, dyn, dyn>(y)));
    if constexpr (std::same_as<C, Rational> || std::same_as<C, Dyadic>)
        check_pullback_is_derivative<C>(l, image, random);
    if constexpr (std::same_as<C, Dyadic>) check_dyadic_is_rational(l, image, random);
    if constexpr (EnclosingContext<C>) check_boxes_contain_points<C>(l, image, random);
}

TEST_CASE("conv2d refuses what does not fit, with the numbers") {
    using C = Float64;
    const Images<C> x({1, 4, 5, 5}), k({8, 3, 3, 3});
    const Tensor<C, dyn> b({8});
    CHECK_THROWS_WITH(conv2d<C>(x.view(), k.view(), b.view(), {}),
                      Catch::Matchers::ContainsSubstring("needs 3 input channels, got 4"));
    const Images<C> k2({8, 4, 6, 3}), k3({8, 4, 3, 3});
    CHECK_THROWS_WITH(conv2d<C>(x.view(), k2.view(), b.view(), {}), Catch::Matchers::ContainsSubstring("6x3 window"));
    CHECK_THROWS_AS(conv2d<C>(x.view(), k3.view(), b.view(), {.stride_h = 0}), ShapeError);
    CHECK_THROWS_AS(conv2d<C>(x.view(), k3.view(), b.view(), {.pad_left = -1}), ShapeError);
    CHECK_THROWS_AS(conv2d<C>(x.view(), k3.view(), b.view(), {}, 3), ShapeError);
    CHECK_THROWS_AS(conv2d<C>(x.view(), k3.view(), Tensor<C, dyn>({7}).view(), {}), ShapeError);
    CHECK_THROWS_AS(conv2d_input_gradient<C>({1, 4, 5, 5}, k3.view(), x.view(), {}), ShapeError);
    CHECK_THROWS_AS(conv2d_weight_gradient<C>(x.view(), {8, 4, 3, 3}, x.view(), {}), ShapeError);
}
