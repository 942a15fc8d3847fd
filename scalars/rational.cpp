/// Rational's bulk operations on integers over a common denominator.
///
/// A row a_1..a_n of fractions is (N_1..N_n) / D with D = 2^e d, d odd, the least common denominator; for dyadic
/// numbers (every float, and every sum and product of floats) d = 1 and no gcd is taken at all. A dot product of two
/// such rows is (sum N_k M_k) / (D D'), reduced once: by a shift where d = d' = 1, by one gcd else.
#include <tercet/scalars/machine/bit_limit.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <bit>
#include <vector>

namespace tercet {

namespace {

mpz_srcptr numerator(const RationalNumber& x) { return mpq_numref(x.backend().data()); }
mpz_srcptr denominator(const RationalNumber& x) { return mpq_denref(x.backend().data()); }
mpz_ptr raw(Integer& x) { return x.backend().data(); }
mpz_srcptr raw(const Integer& x) { return x.backend().data(); }

/// mpz_sizeinbase(x, 2) without a call: it is asked of every result.
std::int64_t bits_of(mpz_srcptr x) {
    const std::size_t limbs = mpz_size(x);
    return limbs == 0 ? 1 : static_cast<std::int64_t>(limbs * GMP_NUMB_BITS) - std::countl_zero(x->_mp_d[limbs - 1]);
}

/// A common denominator may pass the limit of results, which are reduced; it may not pass every limit.
void require_work(std::int64_t bits, const char* what) {
    if (bits > BitLimit::start) require_bits(bits, what);
}

/// Room for `limbs` limbs: mpz_mul frees its destination before it asks for a larger one, which memory that is counted
/// may refuse (counted_memory.hpp).
void make_room(Integer& x, std::size_t limbs) {
    if (static_cast<std::size_t>(raw(x)->_mp_alloc) < limbs) mpz_realloc2(raw(x), limbs * GMP_NUMB_BITS);
}

/// The exponent of 2 in a positive integer.
mp_bitcnt_t twos(mpz_srcptr x) { return mpz_scan1(x, 0); }
bool is_power_of_two(mpz_srcptr x) { return static_cast<mp_bitcnt_t>(bits_of(x)) == twos(x) + 1; }

/// Fractions over their least common denominator 2^exponent * odd.
struct CommonRow {
    std::vector<Integer> numerators;
    mp_bitcnt_t exponent = 0;
    Integer odd = 1;

    template <class At>
    CommonRow(std::int64_t n, At at) : numerators(static_cast<std::size_t>(n)) {
        bool dyadic = true;
        for (std::int64_t i = 0; i < n; ++i) {
            mpz_srcptr d = denominator(at(i));
            exponent = std::max(exponent, twos(d));
            if (!is_power_of_two(d)) {
                dyadic = false;
                Integer rest;
                mpz_tdiv_q_2exp(raw(rest), d, twos(d));
                require_gcd(bits_of(raw(odd)), bits_of(raw(rest)), "the common denominator of a row");
                mpz_lcm(raw(odd), raw(odd), raw(rest));
                require_work(bits_of(raw(odd)), "the common denominator of a row");
            }
        }
        require_work(bits_of(raw(odd)) + static_cast<std::int64_t>(exponent), "the common denominator of a row");
        for (std::int64_t i = 0; i < n; ++i) {
            const RationalNumber& x = at(i);
            mpz_ptr to = raw(numerators[static_cast<std::size_t>(i)]);
            const mp_bitcnt_t e = twos(denominator(x));
            if (mpz_sgn(numerator(x)) == 0) continue;
            mpz_mul_2exp(to, numerator(x), exponent - e);
            if (!dyadic) {
                Integer rest;
                mpz_tdiv_q_2exp(raw(rest), denominator(x), e);
                mpz_divexact(raw(rest), raw(odd), raw(rest));
                mpz_mul(to, to, raw(rest));
            }
        }
    }
};

/// y = n / (2^exponent odd), canonical.
void assign_reduced(RationalNumber& y, const Integer& n, mp_bitcnt_t exponent, const Integer& odd) {
    mpq_ptr q = y.backend().data();
    if (mpz_sgn(raw(n)) == 0) {
        mpq_set_ui(q, 0, 1);
        return;
    }
    const mp_bitcnt_t shift = std::min(exponent, twos(raw(n)));
    if (mpz_cmp_ui(raw(odd), 1) != 0)  // before y is touched
        require_gcd(bits_of(raw(n)) - static_cast<std::int64_t>(shift), bits_of(raw(odd)),
                    "a fraction in lowest terms");
    mpz_tdiv_q_2exp(mpq_numref(q), raw(n), shift);
    mpz_set(mpq_denref(q), raw(odd));
    if (mpz_cmp_ui(raw(odd), 1) != 0) {
        Integer g;
        mpz_gcd(raw(g), mpq_numref(q), mpq_denref(q));
        mpz_divexact(mpq_numref(q), mpq_numref(q), raw(g));
        mpz_divexact(mpq_denref(q), mpq_denref(q), raw(g));
    }
    mpz_mul_2exp(mpq_denref(q), mpq_denref(q), exponent - shift);
}

/// The divisors that GMP takes for a op b: of the denominators, for sums, and of each numerator with the other's
/// denominator.
void require_gcds(Binary op, const RationalNumber& a, const RationalNumber& b, const char* what) {
    const bool divides = op == Binary::divide;
    mpz_srcptr over = divides ? denominator(b) : numerator(b), under = divides ? numerator(b) : denominator(b);
    if (op == Binary::max) return;
    if (op == Binary::add || op == Binary::subtract)
        return require_gcd(bits_of(denominator(a)), bits_of(denominator(b)), what);
    require_gcd(bits_of(numerator(a)), bits_of(under), what);
    require_gcd(bits_of(over), bits_of(denominator(a)), what);
}

/// a + sign b for dyadic a, b: shift to the larger exponent, add, drop the factors of 2.
RationalNumber dyadic_sum(const RationalNumber& a, const RationalNumber& b, bool subtract) {
    static thread_local Integer left, right;
    const mp_bitcnt_t e = twos(denominator(a)), f = twos(denominator(b)), top = std::max(e, f);
    mpz_mul_2exp(raw(left), numerator(a), top - e);
    mpz_mul_2exp(raw(right), numerator(b), top - f);
    if (subtract) mpz_sub(raw(left), raw(left), raw(right));
    else mpz_add(raw(left), raw(left), raw(right));
    RationalNumber y;
    assign_reduced(y, left, top, Integer(1));
    return y;
}

RationalNumber dyadic_product(const RationalNumber& a, const RationalNumber& b) {
    static thread_local Integer n;
    make_room(n, mpz_size(numerator(a)) + mpz_size(numerator(b)));
    mpz_mul(raw(n), numerator(a), numerator(b));
    RationalNumber y;
    assign_reduced(y, n, twos(denominator(a)) + twos(denominator(b)), Integer(1));
    return y;
}

}  // namespace

RationalNumber Rational::exact(double d) { return exact_rational(d); }

RationalNumber Rational::ratio(std::int64_t p, std::int64_t q) {
    if (q == 0) throw DomainError("the fraction " + std::to_string(p) + "/0 has no value");
    return RationalNumber(Integer(p)) / RationalNumber(Integer(q));
}

RationalNumber Rational::divide(const RationalNumber& a, const RationalNumber& b) {
    if (b.is_zero()) throw DomainError("division of " + a.str() + " by zero");
    require_gcds(Binary::divide, a, b, "a quotient");
    return a / b;
}

/// A quotient of integers is no more work than their gcd.
RationalNumber Rational::floor(const RationalNumber& a) {
    require_gcd(bits_of(numerator(a)), bits_of(denominator(a)), "rounding to an integer");
    Integer q;
    mpz_fdiv_q(raw(q), numerator(a), denominator(a));
    return RationalNumber(q);
}

/// floor(n/d + 1/2) = floor((2n + d) / 2d), less 1 where that is odd and the division is exact: then n/d is a half away
/// from it.
RationalNumber Rational::round_even(const RationalNumber& a) {
    require_gcd(bits_of(numerator(a)), bits_of(denominator(a)), "rounding to an integer");
    Integer n, d, q, rest;
    mpz_mul_2exp(raw(n), numerator(a), 1);
    mpz_add(raw(n), raw(n), denominator(a));
    mpz_mul_2exp(raw(d), denominator(a), 1);
    mpz_fdiv_qr(raw(q), raw(rest), raw(n), raw(d));
    if (rest.is_zero() && mpz_odd_p(raw(q))) --q;
    return RationalNumber(q);
}

void Rational::require_limit(const RationalNumber& x, const char* what) {
    require_bits(std::max(bits_of(numerator(x)), bits_of(denominator(x))), what);
}

void Rational::gemm(const ConstMatrix<Rational>& a, const ConstMatrix<Rational>& b, const Matrix<Rational>& y) {
    std::vector<CommonRow> columns;
    columns.reserve(static_cast<std::size_t>(b.cols));
    for (std::int64_t j = 0; j < b.cols; ++j)
        columns.emplace_back(b.rows, [&](std::int64_t k) -> const RationalNumber& { return b(k, j); });
    Integer sum, odd;
    for (std::int64_t i = 0; i < a.rows; ++i) {
        const CommonRow row(a.cols, [&](std::int64_t k) -> const RationalNumber& { return a(i, k); });
        std::vector<std::size_t> nonzero;  // after a relu half of the terms vanish
        for (std::size_t k = 0; k < row.numerators.size(); ++k)
            if (!row.numerators[k].is_zero()) nonzero.push_back(k);
        for (std::int64_t j = 0; j < b.cols; ++j) {
            const CommonRow& column = columns[static_cast<std::size_t>(j)];
            sum = 0;
            for (const std::size_t k : nonzero) mpz_addmul(raw(sum), raw(row.numerators[k]), raw(column.numerators[k]));
            odd = row.odd * column.odd;
            assign_reduced(y(i, j), sum, row.exponent + column.exponent, odd);
            require_limit(y(i, j), "a product of matrices");
        }
    }
}

void Rational::elementwise(Binary op, std::int64_t n, const ConstRun<Rational>& a, const ConstRun<Rational>& b,
                           const Run<Rational>& y) {
    for (std::int64_t i = 0; i < n; ++i) {
        const RationalNumber &s = a[i], &t = b[i];
        const bool dyadic = op != Binary::divide && op != Binary::max && is_power_of_two(denominator(s)) &&
                            is_power_of_two(denominator(t));
        const char* what = op == Binary::multiply ? "a product" : op == Binary::divide ? "a quotient" : "a sum";
        if (!dyadic) {
            if (op != Binary::divide) require_gcds(op, s, t, what);
            y[i] = apply<Rational>(op, s, t);
        } else if (op == Binary::multiply) {
            y[i] = dyadic_product(s, t);
        } else {
            y[i] = dyadic_sum(s, t, op == Binary::subtract);
        }
        require_limit(y[i], what);
    }
}

FractionSize size_of(const std::vector<RationalNumber>& x) {
    FractionSize size{0, 0, static_cast<std::int64_t>(x.size() * sizeof(RationalNumber))};
    for (const RationalNumber& q : x) {
        size.bits = std::max(size.bits, q.is_zero() ? 0 : bits_of(numerator(q)));
        size.denominator_bits = std::max(size.denominator_bits, bits_of(denominator(q)));
        for (mpz_srcptr part : {numerator(q), denominator(q)})
            size.bytes += static_cast<std::int64_t>(part->_mp_alloc * sizeof(mp_limb_t));
    }
    return size;
}

}  // namespace tercet
