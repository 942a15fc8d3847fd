/// Outer products against products of GMP's integers: every count of limbs, signs, zero rows, edges of limbs, parts of
/// a larger storage.
#include <tercet/scalars/dyadic.hpp>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// The least b with every m in [-2^b, 2^b).
std::int64_t bits_of(const std::vector<Integer>& all) {
    std::int64_t bits = 0;
    for (const Integer& m : all)
        while (m < -(Integer(1) << static_cast<unsigned>(bits)) || m >= Integer(1) << static_cast<unsigned>(bits))
            ++bits;
    return bits;
}

/// 0, +-2^bits, +-(2^bits - 1) and random integers up to that.
std::vector<Integer> integers(Random& random, std::int64_t n, std::int64_t bits) {
    std::vector<Integer> all(static_cast<std::size_t>(n));
    const Integer top = Integer(1) << static_cast<unsigned>(bits);
    for (Integer& m : all) {
        for (std::int64_t l = 0; l <= bits; l += 32) m = (m << 32) + static_cast<std::uint32_t>(random.engine());
        m %= top + 1;
        const std::int64_t kind = random.integer(0, 5);
        if (kind == 0) m = 0;
        if (kind == 1) m = top;
        if (kind == 2) m = top - 1;
        if (random.integer(0, 1)) m = -m;
    }
    return all;
}

DyadicStorage storage_of(const std::vector<Integer>& all, std::int64_t exponent) {
    DyadicStorage x(all.size());
    x.make_room(exponent, 0, "a test");
    for (std::size_t i = 0; i < all.size(); ++i) x[i] = DyadicNumber(all[i], exponent);
    return x;
}

}  // namespace

TEST_CASE("An outer product has every product of two elements, and as many bits as the longest needs") {
    Random random(701);
    CAPTURE(random.seed);
    for (const std::int64_t bits_a : {0, 1, 31, 32, 63, 64, 65, 127, 128, 200, 260, 500})
        for (const std::int64_t bits_b : {0, 1, 31, 63, 64, 100, 130, 190, 400}) {
            const std::int64_t m = random.integer(1, 6), n = random.integer(1, 9);
            CAPTURE(bits_a, bits_b, m, n);
            const auto p = integers(random, m, bits_a), q = integers(random, n, bits_b);
            const DyadicStorage a = storage_of(p, -7), b = storage_of(q, 12);
            DyadicStorage y(static_cast<std::size_t>(m * n));
            multiply<Dyadic>(ConstMatrix<Dyadic>{&a, 0, m, 1, 1, 1}, ConstMatrix<Dyadic>{&b, 0, 1, n, n, 1},
                             matrix_in<Dyadic>(y, 0, m, n));
            std::vector<Integer> want;
            for (const Integer& s : p)
                for (const Integer& t : q) want.push_back(s * t);
            for (std::size_t i = 0; i < want.size(); ++i) REQUIRE(std::as_const(y)[i] == DyadicNumber(want[i], 5));
            REQUIRE(y.exponent() == (bits_of(want) == 0 && y.limbs() == 0 ? 0 : 5));  // zeros have none
            REQUIRE(y.bits() == bits_of(want));

            DyadicStorage wide(
                static_cast<std::size_t>(m * n + 3));  // transposed, into a part, below the product's exponent
            const DyadicNumber outside(1, random.integer(-100, 100));
            wide[0] = outside;
            multiply<Dyadic>(ConstMatrix<Dyadic>{&a, 0, m, 1, 1, 1}, ConstMatrix<Dyadic>{&b, 0, 1, n, n, 1},
                             matrix_in<Dyadic>(wide, 2, n, m).transposed());
            for (std::int64_t i = 0; i < m; ++i)
                for (std::int64_t j = 0; j < n; ++j)
                    REQUIRE(std::as_const(wide)[static_cast<std::size_t>(2 + j * m + i)] ==
                            DyadicNumber(want[static_cast<std::size_t>(i * n + j)], 5));
            REQUIRE(std::as_const(wide)[0] == outside);
            REQUIRE(std::as_const(wide)[1].is_zero());
        }
}

TEST_CASE("Only a negative product may be -2^b in b bits") {
    for (const int sign : {-1, 1}) {
        const DyadicStorage a = storage_of({Integer(sign) << 40, 1}, 0), b = storage_of({Integer(1) << 50, 1}, 0);
        DyadicStorage y(4);
        multiply<Dyadic>(ConstMatrix<Dyadic>{&a, 0, 2, 1, 1, 1}, ConstMatrix<Dyadic>{&b, 0, 1, 2, 2, 1},
                         matrix_in<Dyadic>(y, 0, 2, 2));
        CHECK(y.bits() == (sign < 0 ? 90 : 91));
        CHECK(std::as_const(y)[0] == DyadicNumber(sign, 90));
    }
}
