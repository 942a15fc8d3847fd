/// Fractions stop at the limit of bits, in every bulk operation, also under Dual, and only where the result in lowest
/// terms is too long.
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/machine/bit_limit.hpp>
#include <tercet/scalars/rational.hpp>

#include "../catch.hpp"

using namespace tercet;

namespace {

RationalNumber power(std::int64_t p, std::int64_t q, unsigned n) {
    return RationalNumber(boost::multiprecision::pow(Integer(p), n)) /
           RationalNumber(boost::multiprecision::pow(Integer(q), n));
}

RationalNumber in_bulk(Binary op, const RationalNumber& a, const RationalNumber& b) {
    const std::vector<RationalNumber> x{a}, y{b};
    std::vector<RationalNumber> z(1);
    Rational::elementwise(op, 1, {&x, 0, 1}, {&y, 0, 1}, {&z, 0, 1});
    return z[0];
}

}  // namespace

TEST_CASE("A fraction in lowest terms passes the limit of bits exactly where it is no longer than it") {
    const RationalNumber third = power(2, 3, 40), half = power(3, 2, 40);  // 3^40 has 64 bits
    const BitLimit limit(127);
    CHECK(in_bulk(Binary::multiply, third, third) == power(2, 3, 80));  // 3^80: 127 bits
    CHECK(in_bulk(Binary::multiply, third, half) == 1);
    CHECK(in_bulk(Binary::divide, third, third) == 1);
    CHECK(in_bulk(Binary::subtract, third, third) == 0);
    for (const std::int64_t bits : {126, 64, 1}) {
        const BitLimit less(bits);
        CHECK_THROWS_AS(in_bulk(Binary::multiply, third, third), LimitError);
        CHECK_THROWS_AS(in_bulk(Binary::divide, third, half), LimitError);
        CHECK_THROWS_AS(in_bulk(Binary::add, power(2, 3, 80), half), LimitError);
        CHECK_THROWS_AS(in_bulk(Binary::subtract, half, power(2, 3, 80)), LimitError);
        CHECK_THROWS_AS(in_bulk(Binary::multiply, power(1, 2, 63), power(1, 2, 63)), LimitError);  // 2^126: 127 bits
        CHECK(in_bulk(Binary::multiply, third, half) == 1);
    }
    CHECK_THROWS_WITH(
        in_bulk(Binary::multiply, power(2, 3, 80), third),
        "a product can need integers of 191 bits (58 decimal digits); the limit is 127 bits (39 decimal digits)");
}

TEST_CASE("Products of matrices of fractions, and of dual fractions, stop at the limit of bits") {
    const std::vector<RationalNumber> row{power(2, 3, 40), power(1, 5, 20)}, column{power(2, 3, 40), power(1, 5, 20)};
    const auto product = [&] {
        std::vector<RationalNumber> y(1);
        Rational::gemm({&row, 0, 1, 2, 2, 1}, {&column, 0, 2, 1, 1, 1}, {&y, 0, 1, 1, 1, 1});
        return y[0];
    };
    const RationalNumber exact = power(2, 3, 80) + power(1, 5, 40);
    CHECK(product() == exact);
    {
        const BitLimit limit(219);  // 3^80 5^40 has 220 bits
        CHECK_THROWS_AS(product(), LimitError);
    }
    {
        const BitLimit limit(220);
        CHECK(product() == exact);
    }
    using D = Dual<Rational>;
    const std::vector<D::Scalar> x{{power(2, 3, 40), 1}}, w{{1, power(2, 3, 40)}};
    std::vector<D::Scalar> y(1);
    const auto dual = [&] {
        multiply<D>(ConstMatrix<D>{&x, 0, 1, 1, 1, 1}, ConstMatrix<D>{&w, 0, 1, 1, 1, 1}, matrix_in<D>(y, 0, 1, 1));
    };
    dual();
    CHECK(y[0] == D::Scalar{power(2, 3, 40), 1 + power(2, 3, 80)});
    const BitLimit limit(100);
    CHECK_THROWS_AS(dual(), LimitError);  // the derivative is the longer part
    CHECK_THROWS_AS(D::require_limit({0, power(2, 3, 80)}, "a value"), LimitError);
    CHECK_THROWS_AS(D::require_limit({power(2, 3, 80), 0}, "a value"), LimitError);
    CHECK_NOTHROW(D::require_limit({power(2, 3, 40), power(2, 3, 40)}, "a value"));
}

TEST_CASE("A common denominator beyond all limits is refused before the row is written over it") {
    std::vector<RationalNumber> row, ones(4, 1), y(1);
    for (const int p : {3, 5, 7, 11})
        row.push_back(power(1, p, 12000000 / static_cast<unsigned>(p)));  // 1.2 2^24 bits together, no two alike
    CHECK_THROWS_AS(Rational::gemm({&row, 0, 1, 4, 4, 1}, {&ones, 0, 4, 1, 1, 1}, {&y, 0, 1, 1, 1, 1}), LimitError);
}

TEST_CASE("The size of a tensor of fractions") {
    const FractionSize size = size_of({RationalNumber(0), power(3, 2, 10), power(1, 3, 40)});
    CHECK(size.bits == 16);  // 59049
    CHECK(size.denominator_bits == 64);
    CHECK(size.bytes >= 3 * 32 + 5 * 8);
}
