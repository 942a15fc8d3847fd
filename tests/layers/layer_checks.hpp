/// What every layer must satisfy, written once: the pullback is the derivative, batches are rows, boxes contain points.
#pragma once

#include <tercet/layers/chain.hpp>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

namespace tercet::testing {

/// A layer's vjp, or a model's hand-written backward.
template <class L, class X, class G>
auto pull(const L& layer, const X& x, const G& g) {
    if constexpr (requires { layer.vjp(x, g); }) return layer.vjp(x, g);
    else return layer.backward(x, g);
}

/// <g, y'(x, p)[dx, dp]> from Dual forward derivatives equals <dy/dx^T g, dx> + <dy/dp^T g, dp> from vjp, in random
/// directions, with ==.
template <ExactContext C, class L, class X>
void check_pullback_is_derivative(const L& layer, const X& x, Random& random, int directions = 3) {
    using Y = std::remove_cvref_t<decltype(layer(x))>;
    const Y g = random.tensor<Y>(layer(x).dims());
    const auto p = pull(layer, x, g);
    REQUIRE((p.input.dims() == x.dims()));
    for (int k = 0; k < directions; ++k) {
        const X dx = random.tensor<X>(x.dims());
        const L dp = random.like(layer);
        const auto y = with_direction<C>(layer, dp)(with_direction(x, dx));
        REQUIRE((derivative(y, g) == inner(p.input, dx) + inner<C>(p.layer, dp)));
    }
}

/// Row k of the batch's value and input gradient is the value and gradient of row k; the parameters' gradient is the
/// sum over rows.
template <class L, class X>
void check_batch_is_rows(const L& layer, const X& batch, Random& random) {
    const auto y = layer(batch);
    const auto g = random.tensor<std::remove_cvref_t<decltype(y)>>(y.dims());
    const auto p = pull(layer, batch, g);
    auto sum = zero_like(p.layer);
    REQUIRE(y.dim(0) == batch.dim(0));
    REQUIRE((p.input.dims() == batch.dims()));
    for (std::int64_t k = 0; k < batch.dim(0); ++k) {
        const auto x = row(batch, k);
        REQUIRE((row(y, k) == layer(x)));
        const auto q = pull(layer, x, row(g, k));
        REQUIRE((row(p.input, k) == q.input));
        sum = sum + q.layer;
    }
    REQUIRE(equal(p.layer, sum));
}

/// Over boxes of inputs, parameters and cotangents, value and gradients contain those at rational points of the boxes.
template <class C, class L, class X>
requires EnclosingContext<C> || ExactContext<C>
void check_boxes_contain_points(const L& layer, const X& box, Random& random, int points = 6) {
    using Y = std::remove_cvref_t<decltype(layer(box))>;
    const Y y = layer(box), g = random.tensor<Y>(y.dims());
    const auto p = pull(layer, box, g);
    for (int k = 0; k < points; ++k) {
        const auto exact = point_of(layer, random);
        const auto x = point_of(box, random);
        const auto cotangent = point_of(g, random);
        REQUIRE(contains(y, exact(x)));
        const auto q = pull(exact, x, cotangent);
        REQUIRE(contains(p.input, q.input));
        REQUIRE(contains(p.layer, q.layer));
    }
}

/// Value and gradients over Dyadic are those over Rational: its numbers contain one point each.
template <class L, class X>
void check_dyadic_is_rational(const L& layer, const X& x, Random& random) {
    check_boxes_contain_points<Dyadic>(layer, x, random, 1);
}

}  // namespace tercet::testing
