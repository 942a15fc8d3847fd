/// What all three models must satisfy: every way of running them gives the same numbers, with ==.
#pragma once

#include "../layers/layer_checks.hpp"

namespace tercet::testing {

/// chain == hand-written forward, and chain pullback == hand-written backward: parameters in order, and x.
template <class M, class Chain, class X>
void check_chain_is_model(const M& model, const Chain& chain, const X& x, Random& random) {
    const auto y = model(x);
    REQUIRE((chain(x) == y));
    const auto g = random.tensor<std::remove_cvref_t<decltype(y)>>(y.dims());
    const auto by_hand = model.backward(x, g);
    const auto derived = chain.vjp(x, g);
    REQUIRE((derived.input == by_hand.input));
    REQUIRE((chain.input_vjp(x, g) == by_hand.input));
    std::vector<AnyTensor<Parameters<Gradients<typename M::Context>>>> a, b;
    zip_parameters([&](const auto& t) { a.emplace_back(t); }, by_hand.layer);
    zip_parameters([&](const auto& t) { b.emplace_back(t); }, derived.layer);
    REQUIRE((a == b));
}

/// Row k of the batch's value is the value of row k.
template <class M, class X>
void check_batch_value_is_rows(const M& model, const X& batch) {
    const auto y = model(batch);
    REQUIRE(y.dim(0) == batch.dim(0));
    for (std::int64_t k = 0; k < batch.dim(0); ++k) REQUIRE((row(y, k) == model(row(batch, k))));
}

/// lift, zero_like, +, scale and count on a model of `parameters` numbers.
template <class M>
void check_parameters(const M& model, std::int64_t parameters, Random& random) {
    using P = tercet::Parameters<typename M::Context>;
    REQUIRE(count_parameters(model) == parameters);
    const auto zeros = zero_like(model), other = random.like(model);
    REQUIRE(count_parameters(zeros) == parameters);
    zip_parameters(
        [](const auto& t) {
            for (std::int64_t i = 0; i < t.size(); ++i) REQUIRE((t[i] == zero<P>()));
        },
        zeros);
    REQUIRE(equal(model + zeros, model));
    REQUIRE(equal(model + other, other + model));
    REQUIRE(equal(scale(model, P::exact(2.0)), model + model));
    REQUIRE(equal(scale(model, zero<P>()), zeros));
    REQUIRE(equal(lift<typename M::Context>(model), model));
}

/// The points at which a Float64 model is a Rational model: lift commutes with running it where Float64 runs exactly.
template <class M, class X>
void check_lift(const M& model, const X& x) {
    REQUIRE((lift<Rational>(model)(lift<Rational>(x)) == lift<Rational>(model(x))));
    REQUIRE((lift<Interval64>(model)(lift<Interval64>(x)) == lift<Interval64>(model(x))));
    REQUIRE((lift<DualFloat64>(model)(lift<DualFloat64>(x)) == lift<DualFloat64>(model(x))));
    REQUIRE((lift<DualRational>(lift<Rational>(model))(lift<DualRational>(lift<Rational>(x))) ==
             lift<DualRational>(lift<Rational>(model)(lift<Rational>(x)))));
}

}  // namespace tercet::testing
