/// bench/exact_products: the exact product [256, 256] x [256, 64] of matrices of float32 values, against OpenBLAS
/// double, one thread.
///
/// rational: Rational's product over common denominators, p/q in and out. mpq: one mpq_mul and one mpq_add (GMP) for
/// each multiply-add. flint: fmpz_mat_mul of the numerators over one common denominator a matrix; making them is not
/// counted. Each result is compared with rational's by ==; a difference fails the run.
#include <tercet/bench/duel.hpp>

#include <tercet/core/kernels.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/rational.hpp>

#include <cblas.h>
#ifdef TERCET_FLINT
#include <flint/flint.h>
#include <flint/fmpz_mat.h>
#endif

#include <random>

extern "C" void openblas_set_num_threads(int);

using namespace tercet;
using namespace tercet::bench;

namespace {

constexpr std::int64_t m = 256, n = 256, k = 64;

struct Operands {
    std::vector<double> a, b, y;
    Storage<Rational> exact_a, exact_b, exact_y;

    Operands() : y(m * k), exact_y(m * k) {
        std::mt19937_64 random(20261121);
        std::normal_distribution<double> normal;
        const auto fill = [&](std::int64_t count, std::vector<double>& to, Storage<Rational>& exact) {
            for (std::int64_t i = 0; i < count; ++i) {
                to.push_back(static_cast<double>(static_cast<float>(normal(random) / 16)));
                exact.push_back(Rational::exact(to.back()));
            }
        };
        fill(m * n, a, exact_a);
        fill(n * k, b, exact_b);
        rational();
    }
    void yardstick() {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, k, n, 1, a.data(), n, b.data(), k, 0, y.data(), k);
    }
    void rational() {
        multiply<Rational>(ConstMatrix<Rational>{&exact_a, 0, m, n, n, 1},
                           ConstMatrix<Rational>{&exact_b, 0, n, k, k, 1}, matrix_in<Rational>(exact_y, 0, m, k));
    }
};

Operands& operands() {
    static Operands o;
    return o;
}

void run_rational(benchmark::State& state) {
    Operands& o = operands();
    duel(
        state, [&] { o.rational(); }, [&] { o.yardstick(); });
}

void run_mpq(benchmark::State& state) {
    Operands& o = operands();
    Storage<Rational> y(m * k);
    const auto candidate = [&] {
        RationalNumber term;
        for (std::int64_t i = 0; i < m; ++i)
            for (std::int64_t j = 0; j < k; ++j) {
                mpq_ptr sum = y[static_cast<std::size_t>(i * k + j)].backend().data();
                mpq_set_ui(sum, 0, 1);
                for (std::int64_t t = 0; t < n; ++t) {
                    mpq_mul(term.backend().data(), o.exact_a[static_cast<std::size_t>(i * n + t)].backend().data(),
                            o.exact_b[static_cast<std::size_t>(t * k + j)].backend().data());
                    mpq_add(sum, sum, term.backend().data());
                }
            }
    };
    duel(state, candidate, [&] { o.yardstick(); });
    if (y != o.exact_y) state.SkipWithError("the mpq product is not the rational one");
}

#ifdef TERCET_FLINT
/// The numerators of x over the largest denominator, a power of two; its exponent.
mp_bitcnt_t numerators(fmpz_mat_t to, const Storage<Rational>& x, std::int64_t cols) {
    mp_bitcnt_t exponent = 0;
    for (const auto& v : x) exponent = std::max(exponent, mpz_scan1(mpq_denref(v.backend().data()), 0));
    Integer scaled;
    for (std::size_t i = 0; i < x.size(); ++i) {
        mpq_srcptr v = x[i].backend().data();
        mpz_mul_2exp(scaled.backend().data(), mpq_numref(v), exponent - mpz_scan1(mpq_denref(v), 0));
        fmpz_set_mpz(fmpz_mat_entry(to, static_cast<slong>(i) / cols, static_cast<slong>(i) % cols),
                     scaled.backend().data());
    }
    return exponent;
}

void run_flint(benchmark::State& state) {
    Operands& o = operands();
    flint_set_num_threads(1);
    fmpz_mat_t a, b, y;
    fmpz_mat_init(a, m, n);
    fmpz_mat_init(b, n, k);
    fmpz_mat_init(y, m, k);
    const mp_bitcnt_t exponent = numerators(a, o.exact_a, n) + numerators(b, o.exact_b, k);
    duel(
        state, [&] { fmpz_mat_mul(y, a, b); }, [&] { o.yardstick(); });
    for (std::int64_t i = 0; i < m * k; ++i) {
        RationalNumber entry;
        fmpz_get_mpz(mpq_numref(entry.backend().data()), fmpz_mat_entry(y, i / k, i % k));
        mpq_div_2exp(entry.backend().data(), entry.backend().data(), exponent);
        if (entry != o.exact_y[static_cast<std::size_t>(i)]) {
            state.SkipWithError("the FLINT product is not the rational one");
            break;
        }
    }
    fmpz_mat_clear(a);
    fmpz_mat_clear(b);
    fmpz_mat_clear(y);
}
#endif

}  // namespace

int main(int argc, char** argv) {
    openblas_set_num_threads(1);
    add_benchmark("product/256x256x64/rational", 3, run_rational);
    add_benchmark("product/256x256x64/mpq", 1, run_mpq);
#ifdef TERCET_FLINT
    add_benchmark("product/256x256x64/flint", 10, run_flint);
#endif
    return run_benchmarks(argc, argv);
}
