#include <tercet/models/autoencoder.hpp>

#include "model_checks.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

constexpr Activation all_activations[] = {Activation::relu, Activation::sigmoid, Activation::tanh,
                                          Activation::identity};

template <Context C>
bool runs(Activation a) {
    return ElementaryContext<C> || a == Activation::relu || a == Activation::identity;
}

template <Context C, int In, int Hidden>
Autoencoder<C, In, Hidden> random_autoencoder(Random& random, Activation a) {
    Autoencoder<C, In, Hidden> m;
    m.activation = a;
    return random.like(m);
}

/// The chain of the layer that the activation names, spelled out.
template <Context C, int In, int Hidden, class Layer>
auto chain_through(const Autoencoder<C, In, Hidden>& m, Layer activation) {
    return chain(Linear<C, In, Hidden>{m.encoder_weights, m.encoder_bias}, activation,
                 Linear<C, Hidden, In>{m.decoder_weights, m.decoder_bias});
}

}  // namespace

TEMPLATE_LIST_TEST_CASE(
    "Autoencoder: chains and hand-written forward and backward are equal in every context, for every activation", "",
    OrderedContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(111, data);
    CAPTURE(random.seed);
    for (const Activation a : all_activations) {
        if (!runs<C>(a)) continue;
        CAPTURE(to_string(a));
        const auto m = random_autoencoder<C, 5, 3>(random, a);
        const auto x = random.fixed<C, 5>();
        check_chain_is_model(m, chain_of(m), x, random);
        if (a == Activation::relu) check_chain_is_model(m, chain_through(m, Relu<C>{}), x, random);
        if constexpr (ElementaryContext<C>) {
            if (a == Activation::sigmoid) check_chain_is_model(m, chain_through(m, Sigmoid<C>{}), x, random);
            if (a == Activation::tanh) check_chain_is_model(m, chain_through(m, Tanh<C>{}), x, random);
        }
        REQUIRE((m.decode(m.encode(x)) == m(x)));
        REQUIRE((m.encode(x).dim(0) == 3));
        Autoencoder<C> loaded{m.encoder_weights, m.encoder_bias, m.decoder_weights, m.decoder_bias, a};
        check_chain_is_model(loaded, chain_of(loaded), Tensor<C, dyn>(x), random);
        REQUIRE((loaded(Tensor<C, dyn>(x)) == Tensor<C, dyn>(m(x))));
    }
}

TEMPLATE_LIST_TEST_CASE("Autoencoder: the hand-written backward is the derivative, kinks included", "", ExactContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(112, data);
    CAPTURE(random.seed);
    for (const Activation a : {Activation::relu, Activation::identity})
        for (int k = 0; k < 5; ++k)
            check_pullback_is_derivative<C>(random_autoencoder<C, 4, 3>(random, a), random.fixed<C, 4>(), random);
    check_pullback_is_derivative<C>(Autoencoder<C, 4, 3>{}, random.fixed<C, 4>(), random);
}

TEMPLATE_LIST_TEST_CASE("Autoencoder: a batch is its rows; parameters; reconstruction error", "", OrderedContexts) {
    using C = TestType;
    Random random(113);
    CAPTURE(random.seed);
    for (const Activation a : all_activations) {
        if (!runs<C>(a)) continue;
        auto m = random_autoencoder<C, 5, 3>(random, a);
        // Over intervals rows and batches sum in different orders: the same bounds only where sums are exact, so not
        // after sigmoid and tanh.
        if (!(EnclosingContext<C> && (a == Activation::sigmoid || a == Activation::tanh)))
            for (const std::int64_t n : {0, 1, 3}) {
                const auto batch = random.tensor<Tensor<C, dyn, 5>>({n, 5});
                check_batch_value_is_rows(m, batch);
                for (std::int64_t k = 0; k < n; ++k) REQUIRE((row(m.encode(batch), k) == m.encode(row(batch, k))));
            }
        check_parameters(m, 5 * 3 + 3 + 3 * 5 + 5, random);
        REQUIRE(zero_like(m).activation == a);
        REQUIRE((m + m).activation == a);

        if constexpr (FieldContext<C>) {  // the error is a mean: it does not exist over Dyadic
            const auto x = random.fixed<C, 5>(), y = m(x);
            Scalar<C> sum = zero<C>();
            for (int i = 0; i < 5; ++i) sum = sum + square<C>(x[i] - y[i]);
            REQUIRE((m.reconstruction_error(x) == C::divide(sum, C::ratio(5, 1))));
        }
    }
}

TEST_CASE("Autoencoder: the compression ratio, for display") {
    CHECK(Autoencoder<Float64, 64, 16>{}.compression_ratio() == 4.0);
    CHECK(Autoencoder<Float64, 3, 0>{}.compression_ratio() == std::numeric_limits<double>::infinity());
    const double nothing = Autoencoder<Float64, 0, 0>{}.compression_ratio();
    CHECK(nothing != nothing);
    CHECK_THROWS_AS((Autoencoder<Rational, 0, 2>{}.reconstruction_error({})), DomainError);
}

TEMPLATE_LIST_TEST_CASE("Autoencoder over boxes: value and set-valued backward contain those at rational points", "",
                        EnclosingContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(114, data);
    CAPTURE(random.seed);
    for (const Activation a : {Activation::relu, Activation::identity})
        for (int k = 0; k < 10; ++k) {
            const auto m = random_autoencoder<C, 4, 3>(random, a);
            const auto x = random.fixed<C, 4>();
            check_boxes_contain_points<C>(m, x, random);
            REQUIRE(m.reconstruction_error(x).lower() >= 0);
            for (int i = 0; i < 4; ++i) {
                const auto p = point_of(m, random).reconstruction_error(point_of(x, random));
                REQUIRE(contains(m.reconstruction_error(x), p));
            }
        }
}

TEST_CASE("Activations by name: four, and any other is an error that repeats it") {
    for (const Activation a : all_activations) CHECK(parse_activation(to_string(a)) == a);
    CHECK_THROWS_AS(parse_activation("Relu"), DomainError);
    CHECK_THROWS_AS(parse_activation(""), DomainError);
    CHECK_THROWS_WITH(parse_activation("gelu"), "activation 'gelu' is not relu, sigmoid, tanh or identity");
}

TEMPLATE_LIST_TEST_CASE("Autoencoder over exact numbers: sigmoid and tanh throw, with a sentence", "", ExactContexts) {
    using C = TestType;
    const auto a = GENERATE(Activation::sigmoid, Activation::tanh);
    Random random(115);
    const auto m = random_autoencoder<C, 2, 2>(random, a);
    const Tensor<C, 2> x;
    CHECK_THROWS_AS(m(x), UnsupportedOp);
    CHECK_THROWS_AS(m.backward(x, x), UnsupportedOp);
    CHECK_THROWS_WITH(m.encode(x),
                      std::string("autoencoder: ") + to_string(a) + " needs exp, which " + std::string(C::name) +
                          " does not have: use interval64 for certified bounds, or relu for exact results");
}

TEST_CASE("Autoencoder: lift commutes, shapes are checked, the chain lists itself") {
    Random random(116);
    CAPTURE(random.seed);
    check_lift(random_autoencoder<Float64, 4, 3>(random, Activation::relu), random.fixed<Float64, 4>());
    CHECK(lift<Rational>(random_autoencoder<Float64, 4, 3>(random, Activation::tanh)).activation == Activation::tanh);
    const Autoencoder<Float64> loaded{Tensor<Float64, dyn, dyn>({2, 3}), Tensor<Float64, dyn>({2}),
                                      Tensor<Float64, dyn, dyn>({3, 2}), Tensor<Float64, dyn>({3})};
    CHECK_THROWS_AS(loaded(Tensor<Float64, dyn>({4})), ShapeError);
    CHECK_THROWS_AS(loaded.backward(Tensor<Float64, dyn>({3}), Tensor<Float64, dyn>({2})), ShapeError);
    CHECK(operators(chain_of(loaded)) == std::vector<std::string>{"nn.Linear(3, 2)", "nn.ReLU()", "nn.Linear(2, 3)"});
}
