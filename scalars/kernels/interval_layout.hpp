/// Intervals as the bulk loops see them: pairs of doubles (lower, upper) where they lie, or planes of ends.
#pragma once

#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/kernels/upward_loops.hpp>

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

namespace tercet {

static_assert(sizeof(Interval) == 2 * sizeof(double) && std::is_standard_layout_v<Interval>);
inline const double* ends_of(const Storage<Interval64>& x) { return reinterpret_cast<const double*>(x.data()); }
inline double* ends_of(Storage<Interval64>& x) { return reinterpret_cast<double*>(x.data()); }

/// l, u, -l, -u of a matrix of intervals, row-major. Negation is exact in every rounding mode.
struct IntervalPlanes {
    std::vector<double> l, u, n, m;

    explicit IntervalPlanes(const ConstMatrix<Interval64>& x) {
        const auto count = static_cast<std::size_t>(x.rows * x.cols);
        for (auto* plane : {&l, &u, &n, &m}) plane->reserve(count);
        for (std::int64_t i = 0; i < x.rows; ++i)
            for (std::int64_t j = 0; j < x.cols; ++j) {
                const Interval& v = x(i, j);
                l.push_back(v.lower());
                u.push_back(v.upper());
                n.push_back(-v.lower());
                m.push_back(-v.upper());
            }
    }
    bool finite() const {
        const auto is_infinite = [](double x) { return order(x) == order_infinity; };
        return std::none_of(n.begin(), n.end(), is_infinite) && std::none_of(u.begin(), u.end(), is_infinite);
    }
    upward::Planes at(std::int64_t i) const { return {l.data() + i, u.data() + i, n.data() + i, m.data() + i}; }
};

/// [-n, u] as an interval; NaN (an infinite sum that cancelled) says nothing, so it becomes the infinite end.
inline Interval from_planes(double n, double u) {
    constexpr double inf = std::numeric_limits<double>::infinity();
    return Interval(n != n ? -inf : -n, u != u ? inf : u);
}

}  // namespace tercet
