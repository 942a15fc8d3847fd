#include <tercet/layers/chain.hpp>

#include "layer_checks.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// A mean, or where C cannot divide (Dyadic) a maximum.
template <Context C>
auto pool_columns() {
    constexpr Pool2dWindow window{2, 1};
    if constexpr (FieldContext<C>) return AvgPool2d<C, window>{};
    else return MaxPool2d<C, window>{};
}

template <Context C>
auto small_network(Random& random) {
    return chain(random.like(Conv2d<C, 1, 2, 3, 3, Geometry2d::same(1, 1)>{}), Relu<C>{},
                 MaxPool2d<C, Pool2dWindow{2, 2, Geometry2d::same(2, 0)}>{}, LeakyRelu<C>{0.125}, pool_columns<C>(),
                 Flatten<C>{}, random.like(Linear<C, 4, 3>{}));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("The pullback of a chain is the derivative, and input_vjp is its input part", "",
                        ExactContexts) {
    using C = TestType;
    Random random(81, Data::rough);
    CAPTURE(random.seed);
    const auto net = small_network<C>(random);
    const auto x = random.fixed<C, 1, 4, 5>();
    check_pullback_is_derivative<C>(net, x, random);
    const auto g = random.fixed<C, 3>();
    CHECK((net.input_vjp(x, g) == net.vjp(x, g).input));
    if constexpr (std::same_as<C, Dyadic>) check_dyadic_is_rational(net, x, random);
}

TEMPLATE_LIST_TEST_CASE("A batch through a chain is its rows", "", OrderedContexts) {
    using C = TestType;
    Random random(82);
    CAPTURE(random.seed);
    const auto net = small_network<C>(random);
    for (const std::int64_t n : {0, 1, 3})
        check_batch_is_rows(net, random.tensor<Tensor<C, dyn, 1, 4, 5>>({n, 1, 4, 5}), random);
}

TEMPLATE_LIST_TEST_CASE("A chain over boxes contains the chain at their points", "", EnclosingContexts) {
    using C = TestType;
    Random random(83);
    CAPTURE(random.seed);
    for (int k = 0; k < 10; ++k)
        check_boxes_contain_points<C>(small_network<C>(random), random.fixed<C, 1, 4, 5>(), random);
}

TEST_CASE("Flatten is row-major, and its pullback puts everything back") {
    Random random(84);
    CAPTURE(random.seed);
    const auto x = random.fixed<Rational, 2, 3, 4>();
    const Tensor<Rational, 24> flat = Flatten<Rational>{}(x);
    for (int c = 0; c < 2; ++c)
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 4; ++j) REQUIRE((flat[(c * 3 + i) * 4 + j] == x(c, i, j)));
    CHECK((Flatten<Rational>{}.vjp(x, flat).input == x));
    check_pullback_is_derivative<Rational>(Flatten<Rational>{}, x, random);
    check_batch_is_rows(Flatten<Rational>{}, random.tensor<Tensor<Rational, dyn, 2, 3, 4>>({3, 2, 3, 4}), random);
}

TEST_CASE("A chain lists its operators as PyTorch modules") {
    const auto net =
        chain(Linear<Float64, 3, 4>{}, Relu<Float64>{}, Sigmoid<Float64>{}, Tanh<Float64>{}, Softmax<Float64>{});
    CHECK(operators(net) ==
          std::vector<std::string>{"nn.Linear(3, 4)", "nn.ReLU()", "nn.Sigmoid()", "nn.Tanh()", "nn.Softmax(dim=-1)"});
    Random random(85);
    const auto images = operators(small_network<Rational>(random));
    CHECK(images[0] == "nn.Conv2d(1, 2, kernel_size=(3, 3), stride=1, padding=1)");
    CHECK(images[2] == "nn.MaxPool2d(kernel_size=2, stride=2)");
    CHECK(images[4] == "nn.AvgPool2d(kernel_size=(2, 1), stride=1)");
}

TEST_CASE("A chain of layers with run-time shapes throws where they do not fit") {
    const auto net = chain(Linear<Float64>{Tensor<Float64, dyn, dyn>({2, 3}), Tensor<Float64, dyn>({2})},
                           Linear<Float64>{Tensor<Float64, dyn, dyn>({1, 4}), Tensor<Float64, dyn>({1})});
    CHECK_THROWS_WITH(net(Tensor<Float64, dyn>({3})), Catch::Matchers::ContainsSubstring("needs 4 inputs, got [1, 2]"));
}

TEST_CASE("The empty chain is the identity") {
    const Tensor<Rational, 2> x{Rational::ratio(1, 3), Rational::ratio(2, 3)};
    CHECK((chain()(x) == x));
}
