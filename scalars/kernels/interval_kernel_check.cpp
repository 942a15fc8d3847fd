#include <tercet/scalars/kernels/kernel_check.hpp>
#include <tercet/scalars/kernels/same_bits.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace tercet {

namespace {

using Doubles = std::vector<double>;
constexpr double inf = __builtin_inf(), third = 1.0 / 3;

/// The first ones are finite.
constexpr std::array<double[2], 14> intervals{{{0, 0},
                                               {1, 2},
                                               {-2, -1},
                                               {-third, third},
                                               {0, third},
                                               {-third, 0},
                                               {0.0, -0.0},
                                               {0x1p-1074, 0x1p-1000},
                                               {-0x1p-1060, 0x1.8p-1073},
                                               {-0x1p1023, 0x1p1000},
                                               {0x1.8p1000, 0x1.fp1023},
                                               {-inf, inf},
                                               {-inf, -third},
                                               {third, inf}}};
constexpr std::size_t finite = 11;

}  // namespace

bool kernels_agree(const pairs::Kernels& a, const pairs::Kernels& b) {
    using pairs::Kernels;
    Doubles left, right;  // all pairs of the list
    for (const auto& p : intervals)
        for (const auto& q : intervals) {
            left.insert(left.end(), {p[0], p[1]});
            right.insert(right.end(), {q[0], q[1]});
        }
    const auto count = static_cast<std::int64_t>(left.size() / 2);
    const UpwardRounding upward;
    /// f(table, n, a, b, y) in runs of every length to 19, and on all pairs in place.
    const auto agree = [&](auto f) {
        const double *x = left.data(), *z = right.data();
        const auto in_runs = [&](const Kernels& with, double* y) {
            for (std::int64_t i = 0, n = 1; i + n <= count; i += n++) f(with, n, x + 2 * i, z + 2 * i, y + 2 * i);
        };
        return same_bits(a, b, 2 * count, in_runs) &&
               same_bits(
                   a, b, 2 * count,
                   [&](const Kernels& with, double* y) { std::copy_n(x, 2 * count, y), f(with, count, y, z, y); }) &&
               same_bits(a, b, 2 * count, [&](const Kernels& with, double* y) {
                   std::copy_n(z, 2 * count, y), f(with, count, x, y, y);
               });
    };
    for (const auto op : {&Kernels::add, &Kernels::subtract, &Kernels::multiply, &Kernels::max}) {
        if (!agree([&](const Kernels& with, std::int64_t n, const double* x, const double* y, double* z) {
                (with.*op)(n, x, y, 1, z);
            }))
            return false;
        for (std::size_t i = 0; i < intervals.size(); ++i) {
            const auto n = static_cast<std::int64_t>(intervals.size() + i);
            if (!same_bits(a, b, 2 * n,
                           [&](const Kernels& with, double* y) { (with.*op)(n, right.data(), intervals[i], 0, y); }))
                return false;
        }
    }
    std::vector<std::int64_t> places(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::int64_t>(17 * i + 5) % count;
    for (const std::int64_t cells : {1, 2, 4, 9})
        if (!same_bits(a, b, 2 * count, [&](const Kernels& with, double* y) {
                with.pool(count / cells, cells, right.data(), places.data(), y);
            }))
            return false;
    return agree([](const Kernels& with, std::int64_t n, const double* x, const double*, double* y) {
               with.rectify(n, x, y);
           }) &&
           agree([](const Kernels& with, std::int64_t n, const double* x, const double* g, double* y) {
               with.gate(n, x, g, y);
           });
}

bool kernels_agree(planes::AddProduct a, planes::AddProduct b) {
    constexpr std::int64_t longest = 17;
    const UpwardRounding upward;
    Doubles sums, l, u, n;
    for (std::size_t j = 0; j < longest; ++j) {
        sums.insert(sums.end(), {third - static_cast<double>(j), third * static_cast<double>(j)});
        const auto& q = intervals[j % finite];
        l.push_back(q[0]);
        u.push_back(q[1]);
        n.push_back(-q[0]);
    }
    for (std::size_t i = 0; i < finite; ++i) {
        const double p[] = {intervals[i][0], intervals[i][1], -intervals[i][0], -intervals[i][1]};
        for (std::int64_t count = 0; count <= longest; ++count)
            if (!same_bits(a, b, 2 * longest, [&](planes::AddProduct with, double* y) {
                    std::copy(sums.begin(), sums.end(), y);
                    with(count, p, l.data(), u.data(), n.data(), y, y + longest);
                }))
                return false;
    }
    return true;
}

}  // namespace tercet
