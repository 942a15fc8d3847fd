/// Float64 promises bits: the same on every machine, compiler and flag set. The hashes below were computed once.
#include <tercet/layers/loss.hpp>
#include <tercet/models/cnn.hpp>
#include <tercet/models/mlp.hpp>
#if defined(TERCET_COMPILE_OPERATORS)  // tests/flags: the operators here, under a user's flags, not the library's
#include <tercet/models/graph/interpret.hpp>
#else
#include <tercet/models/graph/shipped_contexts.hpp>
#endif

#include <bit>

#include "../catch.hpp"
#include "../support/wired_graphs.hpp"
#include "random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// FNV-1a over the bits of numbers; -0 counts as 0, since the seeds' outer product and a sum that starts at 0 differ
/// there alone.
struct Fnv {
    std::uint64_t hash = 14695981039346656037ULL;

    void number(double x) {
        const auto bits = order(x) == 0 ? 0 : std::bit_cast<std::uint64_t>(x);
        for (int k = 0; k < 64; k += 8) hash = (hash ^ ((bits >> k) & 0xFF)) * 1099511628211ULL;
    }
    template <class T>
    void number(const DualNumber<T>& x) {
        number(static_cast<double>(x.value));
        number(static_cast<double>(x.derivative));
    }
    template <class T>
    void operator()(const T& t) {
        if constexpr (HasMembers<T>) {
            zip_parameters([&](const auto& p) { (*this)(p); }, t);
        } else if constexpr (requires { t.storage(); }) {
            for (const auto& x : t.storage()) number(x);
        } else if constexpr (requires { t.input; }) {
            (*this)(t.layer);
            (*this)(t.input);
        } else {
            number(t);
        }
    }
};

constexpr CNN2Config small{.c1 = 3, .c2 = 4, .out = 5};

template <Context C>
std::uint64_t mlp_bits() {
    Random random(77, Data::rough);
    const auto m = random.like(Mlp<C, 19, 23, 7>{});
    const auto x = random.fixed<C, 19>();
    const auto g = random.fixed<C, 7>();
    const auto p = m.backward(x, g);
    Fnv fnv;
    fnv(m(x));
    fnv(m.forward_softmax(x));
    fnv(p.layer);
    fnv(p.input);
    return fnv.hash;
}

template <Context C>
std::uint64_t cnn_bits() {
    Random random(78, Data::rough);
    const auto m = random.like(Cnn2<C, 2, 9, 8, small>{});
    const auto x = random.fixed<C, 2, 9, 8>();
    const auto g = random.fixed<C, 5>();
    const auto p = m.backward(x, g);
    Fnv fnv;
    fnv(m(x));
    fnv(p.layer);
    fnv(p.input);
    return fnv.hash;
}

/// Value and pullback of every smooth layer and pool, and the losses.
template <Context C>
std::uint64_t layer_bits() {
    Random random(79, Data::rough);
    Fnv fnv;
    const auto layer = [&](const auto& l, const auto& x) {
        const auto y = l(x);
        fnv(y);
        fnv(l.vjp(x, random.tensor<std::remove_cvref_t<decltype(y)>>(y.dims())));
    };
    for (int k = 0; k < 20; ++k) {
        const auto x = random.fixed<C, 5>();
        layer(Sigmoid<C>{}, x);
        layer(Tanh<C>{}, x);
        layer(Softmax<C>{}, x);
        layer(Softmax<C>{}, random.fixed<C, 3>());
        const auto image = random.fixed<C, 2, 7, 6>();
        layer(MaxPool2d<C, Pool2dWindow{2, 3, Geometry2d{2, 2}}>{}, image);
        layer(AvgPool2d<C, Pool2dWindow{3, 2, Geometry2d{1, 2, 1, 0, 1, 0}}>{}, image);
        layer(LeakyRelu<C>{0.3}, x);
        const auto t = random.fixed<C, 5>();
        fnv(squared_error<C>(x.view(), t.view()));
        fnv(squared_error_gradient<C>(x.view(), t.view()));
        if constexpr (!requires { typename C::Base; }) {
            fnv(cross_entropy<C>(x.view(), k % 5));
            fnv(cross_entropy_gradient<C>(x.view(), k % 5));
        }
    }
    return fnv.hash;
}

/// Scalar operations, in chains as layers have them.
template <Context C>
std::uint64_t scalar_bits() {
    Random random(80, Data::rough);
    Fnv fnv;
    for (int k = 1; k <= 200; ++k) {
        const Scalar<C> a = random.number<C>(), b = random.number<C>(), c = random.number<C>();
        for (const Scalar<C>& x :
             {C::divide(a, b), C::divide(c, b), C::ratio(k, 7), C::sigmoid(a), C::exp(a), C::tanh(b),
              C::sqrt(C::exp(c)), product<C>(a, b), sum<C>(sum<C>(a, b), c), Scalar<C>(product<C>(a, b) + c),
              sum<C>(product<C>(a, b), product<C>(b, c)), sigmoid_slope<C>(a), tanh_slope<C>(b)})
            fnv.number(x);
        if constexpr (requires { typename C::Base; })
            for (const Scalar<C>& x : {a * b, a * b + c, a * b - c, a + b + c, (a + b) - a, a * b + b * c + c * a})
                fnv.number(x);
    }
    const auto x = random.fixed<C, 3, 4>();
    const auto y = random.fixed<C, 4, 2>();
    fnv(matmul<C>(matrix(x.view()), matrix(y.view())));
    return fnv.hash;
}

/// Every operator of a graph, the mean, batch normalisation and softmax over an axis among them.
template <Context C>
std::uint64_t graph_bits() {
    Random random(81, Data::rough);
    Fnv fnv;
    for (const Wired& w : {Wired::perceptron(), Wired::convolutional(), Wired::assorted(true, true)}) {
        std::vector<AnyTensor<C>> parameters;
        for (const Dims& d : w.shapes) parameters.push_back(random_tensor<C>(random, d));
        const auto trace = run<C>(w.graph, parameters, {random_tensor<C>(random, w.graph.nodes[0].shape)});
        for (const AnyTensor<C>& y : trace.values)
            for (const auto& v : y.data) fnv.number(v);
    }
    return fnv.hash;
}

}  // namespace

TEST_CASE("The bits of a Float64 MLP, forward, softmax and backward") {
    CHECK(mlp_bits<Float64>() == 0xcae643a23245bee0ULL);
}
TEST_CASE("The bits of a Float64 CNN, forward and backward") { CHECK(cnn_bits<Float64>() == 0x82054730e64274d9ULL); }
TEST_CASE("The bits of a Float32 MLP and CNN") {
    CHECK(mlp_bits<Float32>() == 0x5503418fd3e72e4bULL);
    CHECK(cnn_bits<Float32>() == 0xd66b64d953d0298dULL);
}
TEST_CASE("The bits of Float64 layers, scalars and graphs") {
    CHECK(layer_bits<Float64>() == 0x8108f72a6ac8ee60ULL);
    CHECK(scalar_bits<Float64>() == 0x67f7dcd6137e59c3ULL);
    CHECK(graph_bits<Float64>() == 0x10247675662428b9ULL);
}
TEST_CASE("The bits of Float32 layers, scalars and graphs") {
    CHECK(layer_bits<Float32>() == 0x2bf5f5723054e0d5ULL);
    CHECK(scalar_bits<Float32>() == 0xfcc6d6583f20221fULL);
    CHECK(graph_bits<Float32>() == 0x0f3fd84c33e02ed8ULL);
}
TEST_CASE("The bits of dual numbers over Float64 and Float32") {
    CHECK(layer_bits<Dual<Float64>>() == 0x47d87c02d02feea7ULL);
    CHECK(scalar_bits<Dual<Float64>>() == 0x4fe33863dbf08f1aULL);
    CHECK(graph_bits<Dual<Float64>>() == 0x62544d1157216309ULL);
    CHECK(scalar_bits<Dual<Float32>>() == 0xf8340db5c5c35b17ULL);
}
