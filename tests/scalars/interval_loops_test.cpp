/// The loops over intervals of every processor that is here are the scalar operations, on every pair of intervals where
/// something happens.
#include <tercet/core/error.hpp>
#include <tercet/layers/linear.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/kernels/pair_kernels.hpp>
#include <tercet/scalars/kernels/plane_kernels.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/processor.hpp>

#include <algorithm>
#include <cmath>

#include "../catch.hpp"

using namespace tercet;

namespace {

constexpr double third = 1.0 / 3, tiny = 0x1p-1074, largest = 0x1.fffffffffffffp1023;

std::vector<Interval> edges(bool infinite) {
    std::vector<Interval> list{Interval(0),
                               Interval(1, 2),
                               Interval(-2, -1),
                               Interval(-third, third),
                               Interval(0, third),
                               Interval(-third, 0),
                               Interval(-third, 2),
                               Interval(third),
                               Interval(tiny, 3 * tiny),
                               Interval(-tiny, tiny),
                               Interval(-largest, largest),
                               Interval(third, largest),
                               Interval(-largest, -third),
                               Interval(-0x1p-540, 0x1p-530)};
    if (infinite)
        for (const auto& [l, u] : {std::pair{-HUGE_VAL, HUGE_VAL},
                                   {-HUGE_VAL, -third},
                                   {-HUGE_VAL, 0.0},
                                   {0.0, HUGE_VAL},
                                   {third, HUGE_VAL},
                                   {-tiny, HUGE_VAL}})
            list.emplace_back(l, u);
    return list;
}

struct Pairs {
    std::vector<Interval> a, b;
    std::vector<double> left, right;

    explicit Pairs(const std::vector<Interval>& list) {
        for (const Interval& p : list)
            for (const Interval& q : list) {
                a.push_back(p);
                b.push_back(q);
                left.insert(left.end(), {p.lower(), p.upper()});
                right.insert(right.end(), {q.lower(), q.upper()});
            }
    }
    std::int64_t size() const { return static_cast<std::int64_t>(a.size()); }
};

std::vector<Processor> processors() {
    std::vector<Processor> all;
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512})
        if (has_instructions(p)) all.push_back(p);
    return all;
}

/// kernel(y) in upward rounding gives scalar(k) for every k < n.
template <class Kernel, class Scalar>
void check(std::int64_t n, Kernel kernel, Scalar scalar) {
    std::vector<double> y(static_cast<std::size_t>(2 * n), 777.0);
    {
        const UpwardRounding upward;
        kernel(y.data());
    }
    for (std::size_t k = 0; k < static_cast<std::size_t>(n); ++k) {
        const Interval want = scalar(k);
        CAPTURE(k, y[2 * k], y[2 * k + 1], want.lower(), want.upper());
        REQUIRE(y[2 * k] == want.lower());
        REQUIRE(y[2 * k + 1] == want.upper());
    }
}

}  // namespace

TEST_CASE("Loops over pairs are the scalar operations, 0 inf and overflow included") {
    const std::vector<Interval> list = edges(true);
    const Pairs p(list);
    const std::int64_t n = p.size();
    const double *a = p.left.data(), *b = p.right.data();
    for (const Processor processor : processors()) {
        CAPTURE(to_string(processor));
        const pairs::Kernels& with = pairs::kernels_of(processor);
        check(
            n, [&](double* y) { with.add(n, a, b, 1, y); }, [&](std::size_t k) { return p.a[k] + p.b[k]; });
        check(
            n, [&](double* y) { with.subtract(n, a, b, 1, y); }, [&](std::size_t k) { return p.a[k] - p.b[k]; });
        check(
            n, [&](double* y) { with.multiply(n, a, b, 1, y); }, [&](std::size_t k) { return p.a[k] * p.b[k]; });
        check(
            n, [&](double* y) { with.max(n, a, b, 1, y); },
            [&](std::size_t k) { return Interval64::max(p.a[k], p.b[k]); });
        check(
            n, [&](double* y) { with.rectify(n, a, y); }, [&](std::size_t k) { return Interval64::relu(p.a[k]); });
        check(
            n, [&](double* y) { with.gate(n, a, b, y); },
            [&](std::size_t k) { return p.b[k] * Interval64::step(p.a[k]); });
        for (const Interval& one : list) {
            const double ends[] = {one.lower(), one.upper()};
            check(
                n, [&](double* y) { with.multiply(n, a, ends, 0, y); }, [&](std::size_t k) { return p.a[k] * one; });
            check(
                n, [&](double* y) { with.subtract(n, a, ends, 0, y); }, [&](std::size_t k) { return p.a[k] - one; });
        }
        std::vector<std::int64_t> at(static_cast<std::size_t>(n));
        for (std::size_t i = 0; i < at.size(); ++i) at[i] = static_cast<std::int64_t>(7 * i) % n;
        for (const std::int64_t cells : {1, 2, 3, 6})
            check(
                n / cells, [&](double* y) { with.pool(n / cells, cells, b, at.data(), y); },
                [&](std::size_t k) {
                    Interval most = p.b[static_cast<std::size_t>(at[k * static_cast<std::size_t>(cells)])];
                    for (std::size_t c = 1; c < static_cast<std::size_t>(cells); ++c)
                        most = Interval64::max(
                            most, p.b[static_cast<std::size_t>(at[k * static_cast<std::size_t>(cells) + c])]);
                    return most;
                });
    }
}

TEST_CASE("Products of interval matrices are the sums of scalar products, infinite ends in either factor included") {
    for (const bool infinite_a : {false, true})
        for (const bool infinite_b : {false, true}) {
            const std::vector<Interval> left = edges(infinite_a), right = edges(infinite_b);
            const auto m = static_cast<std::int64_t>(left.size()), n = static_cast<std::int64_t>(right.size());
            Tensor<Interval64, dyn, dyn> a({m, 3}), b({3, n});
            for (std::int64_t k = 0; k < 3; ++k) {
                for (std::int64_t i = 0; i < m; ++i) a(i, k) = left[static_cast<std::size_t>((i + 5 * k) % m)];
                for (std::int64_t j = 0; j < n; ++j) b(k, j) = right[static_cast<std::size_t>((j + 7 * k) % n)];
            }
            const auto y = matmul<Interval64>(matrix(a.view()), matrix(b.view()));
            for (std::int64_t i = 0; i < m; ++i)
                for (std::int64_t j = 0; j < n; ++j) {
                    CAPTURE(infinite_a, infinite_b, i, j);
                    REQUIRE(y(i, j) == a(i, 0) * b(0, j) + a(i, 1) * b(1, j) + a(i, 2) * b(2, j));
                }
        }
}

TEST_CASE("The loop of products in planes is the scalar product added, for every processor") {
    const std::vector<Interval> list = edges(false);
    std::vector<double> l, u, n;
    for (const Interval& b : list) {
        l.push_back(b.lower());
        u.push_back(b.upper());
        n.push_back(-b.lower());
    }
    for (const Processor processor : processors())
        for (const Interval& a : list) {
            const Interval start(-third, 0.7);
            std::vector<double> n_y(list.size(), -start.lower()), u_y(list.size(), start.upper());
            const double ends[] = {a.lower(), a.upper(), -a.lower(), -a.upper()};
            {
                const UpwardRounding upward;
                planes::add_product_of(processor)(static_cast<std::int64_t>(list.size()), ends, l.data(), u.data(),
                                                  n.data(), n_y.data(), u_y.data());
            }
            for (std::size_t j = 0; j < list.size(); ++j) {
                CAPTURE(to_string(processor), a.lower(), a.upper(), j);
                REQUIRE(Interval(-n_y[j], u_y[j]) == start + a * list[j]);
            }
        }
}
