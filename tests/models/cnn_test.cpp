#include "../layers/naive.hpp"
#include "model_checks.hpp"
#include "small_cnns.hpp"

using namespace tercet;
using namespace tercet::testing;

// The sizes of the seeds.
static_assert(conv_out(28, 3, 1, 1) == 28 && pool_out(28, 2, 2) == 14 && conv_out(5, 3, 2, 0) == 2 &&
              pool_out(5, 2, 2) == 2);
static_assert(conv_out(2, 5, 1, 1) == 0 && pool_out(1, 2, 1) == 0 && conv_out(4, 2, 0, 0) == 0,
              "no window: size 0, not 1");
static_assert(CNN2Config{}.heights(28).conv1 == 28 && CNN2Config{}.heights(28).pool1 == 14 &&
              CNN2Config{}.heights(28).conv2 == 14 && CNN2Config{}.heights(28).pool2 == 7);
static_assert(CNN2Config{}.features(28, 28) == 3136 && CNN2Config{}.features(32, 32) == 4096);
static_assert(CNN2Config{}.well_formed() && CNN2Config{}.fits(28, 28) && CNN2Config{}.fits(4, 4) &&
              !CNN2Config{}.fits(3, 4));
static_assert(!CNN2Config{.c1 = 0}.well_formed() && !CNN2Config{.stride2 = 0}.well_formed() &&
              !CNN2Config{.pool_stride1 = 0}.well_formed() && !CNN2Config{.padding1 = -1}.well_formed() &&
              CNN2Config{.padding1 = 0, .padding2 = 0}.well_formed());
static_assert(CNN2Config{} == CNN2Config{.c1 = 32,
                                         .c2 = 64,
                                         .out = 10,
                                         .kernel_h = 3,
                                         .kernel_w = 3,
                                         .stride1 = 1,
                                         .padding1 = 1,
                                         .stride2 = 1,
                                         .padding2 = 1});
static_assert(Cnn2<Float64, 3, 32, 32>::features == 4096);
static_assert(std::is_aggregate_v<Cnn2<Float64, 1, 28, 28>>);

namespace {

/// The model from the layers' naive formulas.
template <class M, class C>
Tensor<C, dyn> naive_cnn(const M& m, const naive::Images<C>& x) {
    constexpr CNN2Config c = M::config;
    const auto stage = [](const auto& in, const auto& conv, const Geometry2d& g, const Pool2dWindow& p) {
        auto z = naive::conv2d<C>(in, conv.kernel, conv.bias, g, 1);
        for (std::int64_t i = 0; i < z.size(); ++i) z[i] = certainly(C::less(zero<C>(), z[i])) ? z[i] : zero<C>();
        return naive::max_pool2d(z,
                                 {1, z.dim(1), pool_out(static_cast<int>(z.dim(2)), p.kernel_h, p.geometry.stride_h),
                                  pool_out(static_cast<int>(z.dim(3)), p.kernel_w, p.geometry.stride_w)},
                                 p);
    };
    const auto p2 = stage(stage(x, m.conv1, c.conv1(), c.pool1()), m.conv2, c.conv2(), c.pool2());
    return naive::linear<C>(m.head.weight, m.head.bias, Tensor<C, dyn>({p2.size()}, p2.storage()));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("CNN2: the forward is the naive formulas, to the bit or the fraction", "", PlainContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(121, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 3; ++k) {
        const auto m = random.like(Uneven<C>{});
        const auto x = random.fixed<C, 2, 4, 5>();
        REQUIRE((Tensor<C, dyn>(m(x)) == naive_cnn<Uneven<C>, C>(m, naive::Images<C>({1, 2, 4, 5}, x.storage()))));
        const auto s = random.like(Strided<C>{});
        const auto z = random.fixed<C, 1, 7, 5>();
        REQUIRE((Tensor<C, dyn>(s(z)) == naive_cnn<Strided<C>, C>(s, naive::Images<C>({1, 1, 7, 5}, z.storage()))));
    }
}

TEMPLATE_LIST_TEST_CASE("CNN2: chain and hand-written forward and backward are equal in every context", "",
                        OrderedContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(122, data);
    CAPTURE(random.seed);
    const auto m = random.like(Uneven<C>{});
    check_chain_is_model(m, chain_of(m), random.fixed<C, 2, 4, 5>(), random);
    const auto s = random.like(Strided<C>{});
    check_chain_is_model(s, chain_of(s), random.fixed<C, 1, 7, 5>(), random);
    check_chain_is_model(s, chain_of(s), random.tensor<Tensor<C, dyn, 1, 7, 5>>({2, 1, 7, 5}), random);
}

TEMPLATE_LIST_TEST_CASE("CNN2: the hand-written backward is the derivative, kinks and ties included", "",
                        ExactContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(123, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 3; ++k) {
        check_pullback_is_derivative<C>(random.like(Uneven<C>{}), random.fixed<C, 2, 4, 5>(), random, 2);
        check_pullback_is_derivative<C>(random.like(Strided<C>{}), random.fixed<C, 1, 7, 5>(), random, 2);
    }
    check_pullback_is_derivative<C>(random.like(Strided<C>{}), random.tensor<Tensor<C, dyn, 1, 7, 5>>({2, 1, 7, 5}),
                                    random, 1);
    check_pullback_is_derivative<C>(Uneven<C>{}, random.fixed<C, 2, 4, 5>(), random, 1);  // all kinks and ties
}

TEMPLATE_LIST_TEST_CASE("CNN2: a batch is its images, also an empty one; parameters", "", OrderedContexts) {
    using C = TestType;
    Random random(124);
    CAPTURE(random.seed);
    const auto m = random.like(Strided<C>{});
    for (const std::int64_t n : {0, 1, 3})
        check_batch_is_rows(m, random.tensor<Tensor<C, dyn, 1, 7, 5>>({n, 1, 7, 5}), random);
    check_parameters(m, 2 * 1 * 9 + 2 + 2 * 2 * 9 + 2 + 3 * Strided<C>::features + 3, random);
}

TEMPLATE_LIST_TEST_CASE(
    "CNN2 over boxes: the set-valued backward contains the gradients at rational points, kinks and ties included", "",
    EnclosingContexts) {
    using C = TestType;
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(125, data);
    CAPTURE(random.seed);
    for (int k = 0; k < 5; ++k) {
        check_boxes_contain_points<C>(random.like(Uneven<C>{}), random.fixed<C, 2, 4, 5>(), random, 4);
        check_boxes_contain_points<C>(random.like(Strided<C>{}), random.fixed<C, 1, 7, 5>(), random, 4);
    }
    check_boxes_contain_points<C>(Uneven<C>{}, random.fixed<C, 2, 4, 5>(), random, 2);
}

TEST_CASE("cnn_chain is the model without its ReLUs; both forms are derivatives, and list themselves") {
    Random random(126);
    CAPTURE(random.seed);
    const auto m = random.like(Uneven<Rational>{});
    const auto plain = cnn_chain(m.conv1, MaxPool2d<Rational, uneven.pool1()>{}, m.conv2,
                                 MaxPool2d<Rational, uneven.pool2()>{}, m.head);
    const auto x = random.fixed<Rational, 2, 4, 5>();
    const auto by_hand = m.head(Flatten<Rational>{}(
        MaxPool2d<Rational, uneven.pool2()>{}(m.conv2(MaxPool2d<Rational, uneven.pool1()>{}(m.conv1(x))))));
    CHECK((plain(x) == by_hand));
    check_pullback_is_derivative<Rational>(plain, x, random);
    check_pullback_is_derivative<Rational>(chain_of(m), x, random);
    check_batch_is_rows(plain, random.tensor<Tensor<Rational, dyn, 2, 4, 5>>({2, 2, 4, 5}), random);
    CHECK(operators(plain).size() == 6);
    const auto names = operators(chain_of(m));
    REQUIRE(names.size() == 8);
    CHECK(names[0] == "nn.Conv2d(2, 2, kernel_size=(2, 3), stride=1, padding=1)");
    CHECK(names[1] == "nn.ReLU()");
    CHECK(names[2] == "nn.MaxPool2d(kernel_size=(2, 3), stride=1)");
    CHECK(names[6] == "nn.Flatten(start_dim=0)");
    CHECK(names[7] == "nn.Linear(" + std::to_string(Uneven<Rational>::features) + ", 2)");
}

TEST_CASE("CNN2: lift commutes with running it") {
    Random random(127);
    CAPTURE(random.seed);
    check_lift(random.like(Uneven<Float64>{}), random.fixed<Float64, 2, 4, 5>());
}
