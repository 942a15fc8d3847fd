/// tercet doctor: is this machine fit for certified arithmetic?
#include "commands.hpp"
#include "values.hpp"

#include <tercet/core/version.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>
#include <tercet/scalars/machine/parallel.hpp>
#include <tercet/scalars/machine/processor.hpp>

#include <gmp.h>
#include <mpfr.h>
#include <boost/version.hpp>

#include <iostream>

namespace tercet::cli {

namespace {

struct Check {
    const char* what;
    bool holds;
};

/// a . b over C with a_i = (i + 1)/8, b_i = 1/(i + 3) as doubles: inexact in floats, dyadic for rationals.
template <Context C>
Scalar<C> sample_dot() {
    constexpr int n = 100;
    Storage<Parameters<C>> a(n);
    Storage<C> b(n), y(1);
    for (int i = 0; i < n; ++i) {
        a[static_cast<std::size_t>(i)] = Parameters<C>::exact((i + 1) / 8.0);
        b[static_cast<std::size_t>(i)] = C::exact(1.0 / (i + 3));
    }
    multiply<C>(ConstMatrix<Parameters<C>>{&a, 0, 1, n, n, 1}, ConstMatrix<C>{&b, 0, n, 1, 1, 1},
                matrix_in<C>(y, 0, 1, 1));
    return y[0];
}

bool encloses(const Interval& i, const RationalNumber& x) {
    return Rational::exact(i.lower()) <= x && x <= Rational::exact(i.upper());
}

std::vector<Check> checks() {
    const RationalNumber exact = sample_dot<Rational>();
    double reference = 0;
    for (int i = 0; i < 100; ++i) reference += opaque(((i + 1) / 8.0) * (1.0 / (i + 3)));
    float reference32 = 0;
    for (int i = 0; i < 100; ++i)
        reference32 += opaque(static_cast<float>((i + 1) / 8.0) * static_cast<float>(1.0 / (i + 3)));
    const Interval third = Interval64::ratio(1, 3), e = Interval64::exp(Interval(1.0));
    std::vector<Check> all{
        {"the processor obeys rounding modes (emulators such as valgrind do not)", directed::honoured()},
        {"MPFR keeps its state per thread", mpfr_buildopt_tls_p() != 0},
        {"float64: a dot product has the bits of the left fold", sample_dot<Float64>() == reference},
        {"float32: the same", sample_dot<Float32>() == reference32},
        {"rational: the same dot product, added up fraction by fraction",
         [&] {
             RationalNumber sum(0);
             for (int i = 0; i < 100; ++i) sum += Rational::exact((i + 1) / 8.0) * Rational::exact(1.0 / (i + 3));
             return sum == exact;
         }()},
        {"interval64: the dot product's interval contains the exact one", encloses(sample_dot<Interval64>(), exact)},
        {"interval64: 1/3 lies strictly inside its interval, one ulp wide",
         encloses(third, Rational::ratio(1, 3)) && third.lower() < third.upper()},
        {"interval64: exp(1) lies between 2.718281828459045 and ..046",
         Rational::exact(e.lower()) >= parse_decimal("2.718281828459045") &&
             Rational::exact(e.upper()) <= parse_decimal("2.718281828459046") && e.lower() < e.upper()},
    };
    const unsigned saved = fp_control();
    set_fp_control(saved | flushing);  // as a library built with -ffast-math leaves them
    const Interval tiny = Interval(0x1p-600) * Interval(0x1p-440), dot = sample_dot<Interval64>();
    set_fp_control(saved);
    all.push_back({"interval64: right although another library turned FTZ and DAZ on",
                   tiny.lower() > 0 && tiny.upper() > 0 && encloses(dot, exact)});
    return all;
}

void doctor(int& exit) {
    const Processor runs = kernel_processor();  // throws before anything is printed
    std::cout << "tercet " << version << ", compiled by "
              <<
#ifdef __clang__
        "clang " __clang_version__
#else
        "g++ " __VERSION__
#endif
              << "\n  Boost " << BOOST_VERSION / 100000 << '.' << BOOST_VERSION / 100 % 1000 << '.'
              << BOOST_VERSION % 100 << ", GMP " << gmp_version << ", MPFR " << mpfr_get_version() << '\n';
    std::cout << "  kernels:";
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512})
        if (has_instructions(p)) std::cout << ' ' << to_string(p) << (p == runs ? " (runs)" : "");
    std::cout << "; TERCET_PROCESSOR forces one\n  threads: " << thread_count() << "\n  memory: at most "
              << said_bytes(memory_budget())
              << "; --memory and TERCET_MEMORY set it (default: half of what this process may use)\n";
    if (runs != processor())
        std::cout << "  the avx512 kernels do not agree with the avx2 ones here and are not used\n";
    std::cout << "  floating-point state: " << describe_fp_control(fp_control()) << '\n';
    for (const Check& c : checks()) {
        std::cout << (c.holds ? "  holds   " : "  FAILS   ") << c.what << '\n';
        if (!c.holds) exit = failed;
    }
    std::cout << (exit == done ? "all self-tests hold\n" : "do not trust results from this machine\n");
}

}  // namespace

void add_doctor(CLI::App& app, int& exit) {
    auto* command = app.add_subcommand(
        "doctor", "Processor features, floating-point state, versions, and a self-test of each arithmetic");
    command->callback([&exit] { doctor(exit); });
}

}  // namespace tercet::cli
