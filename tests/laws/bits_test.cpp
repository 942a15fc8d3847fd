/// Float64 promises bits: the same on every machine, compiler and flag set. The hashes below were computed once.
#include <tercet/models/cnn.hpp>
#include <tercet/models/mlp.hpp>

#include <bit>

#include "../catch.hpp"
#include "random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// FNV-1a over the bits of numbers; -0 counts as 0, since the seeds' outer product and a sum that starts at 0 differ there alone.
struct Fnv {
    std::uint64_t hash = 14695981039346656037ULL;

    template <class T>
    void operator()(const T& t) {
        if constexpr (HasMembers<T>) {
            zip_parameters([&](const auto& p) { (*this)(p); }, t);
        } else {
            for (std::int64_t i = 0; i < t.size(); ++i) {
                const auto bits = t[i] == 0 ? 0 : std::bit_cast<std::uint64_t>(static_cast<double>(t[i]));
                for (int k = 0; k < 64; k += 8) hash = (hash ^ ((bits >> k) & 0xFF)) * 1099511628211ULL;
            }
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

}  // namespace

TEST_CASE("The bits of a Float64 MLP, forward, softmax and backward") { CHECK(mlp_bits<Float64>() == 0xcae643a23245bee0ULL); }
TEST_CASE("The bits of a Float64 CNN, forward and backward") { CHECK(cnn_bits<Float64>() == 0x82054730e64274d9ULL); }
TEST_CASE("The bits of a Float32 MLP and CNN") {
    CHECK(mlp_bits<Float32>() == 0x5503418fd3e72e4bULL);
    CHECK(cnn_bits<Float32>() == 0xd66b64d953d0298dULL);
}
