/// Softmax and log-sum-exp over a box, each bound at one corner of it, in MPFR with 128 bits and directed rounding.
///
/// For both, a shift c of all arguments, any finite double, changes nothing over the reals: the exponentials are taken of x_j - c with
/// c near the largest x_j, only so that they stay in MPFR's exponent range. All steps are monotone in each operand, hence rounding
/// each to the side that moves the result outward (noted at each) gives a bound, whatever the errors are. They are below n 2^-118
/// relative for differences |x_i - x_j| < 2^8 (beyond 800 the result is within 2^-1074 of 0 or 1 anyway).
#include <tercet/scalars/interval_elementary.hpp>
#include <tercet/scalars/mpfr_number.hpp>

#include <cstdlib>
#include <string>
#include <vector>

namespace tercet {

namespace {

mpfr_rnd_t opposite(mpfr_rnd_t mode) { return mode == MPFR_RNDD ? MPFR_RNDU : MPFR_RNDD; }

/// The lower or upper ends of a box.
std::vector<double> corner(std::span<const Interval> box, mpfr_rnd_t side) {
    std::vector<double> x;
    for (const Interval& xi : box) x.push_back(side == MPFR_RNDD ? xi.lower() : xi.upper());
    return x;
}

/// Where the largest finite x_j stands; the length where there is none.
std::size_t largest_finite(const std::vector<double>& x) {
    std::size_t k = x.size();
    for (std::size_t j = 0; j < x.size(); ++j)
        if (std::abs(order(x[j])) < order_infinity && (k == x.size() || order(x[j]) > order(x[k]))) k = j;
    return k;
}

/// exp(x - c), the difference and its exponential both rounded to `mode`; 0 for x = -inf, inf for x = inf.
MpfrNumber exponential(double x, double c, mpfr_rnd_t mode) {
    MpfrNumber e;
    mpfr_sub(e, exact_mpfr(x), exact_mpfr(c), mode);
    mpfr_exp(e, e, mode);
    return e;
}

std::vector<MpfrNumber> exponentials(const std::vector<double>& x, double c, mpfr_rnd_t mode) {
    std::vector<MpfrNumber> e;
    e.reserve(x.size());
    for (const double xj : x) e.push_back(exponential(xj, c, mode));
    return e;
}

/// One bound of every y_i = 1 / (1 + S_i / a_i), a_i = exp(x_i - c), S_i = sum over j != i of exp(z_j - c), rounded to `mode`.
///
/// y_i rises with a_i and falls with S_i: its least value over the box is at x_i = l_i, z_j = u_j, its greatest at x_i = u_i, z_j = l_j.
/// For the bound on side `mode`: a_i to that side; every z_j's exponential, their sums, S_i / a_i and 1 + S_i / a_i to the other; 1 / (..)
/// to that side. S_i is a sum over j < i plus a sum over j > i, so nothing is subtracted and nothing cancels.
/// No NaN. Lower: 0 <= a_i < inf and S_i > 0 if n > 1, so S_i / a_i is in (0, inf], inf for a_i = 0, giving 0. Upper: 0 < a_i and S_i < inf
/// (rounded up a_i is not 0, rounded down S_i is finite), so S_i / a_i is in [0, inf), 0 for S_i = 0, giving 1. n = 1: S = 0, y = 1.
/// (In the lower case u_j = -inf does not occur, in the upper one l_j = inf does not: no interval has such ends.)
std::vector<double> softmax_bounds(const std::vector<double>& x, const std::vector<double>& z, double c, mpfr_rnd_t mode) {
    const std::size_t n = x.size();
    if (n == 1) return {1.0};
    const mpfr_rnd_t other = opposite(mode);
    const std::vector<MpfrNumber> e = exponentials(z, c, other);

    MpfrNumber sum, y;
    mpfr_set_zero(sum, 1);
    std::vector<MpfrNumber> after(n, sum);  // after[i] = sum over j > i
    for (std::size_t i = n; i-- > 1;) mpfr_add(after[i - 1], after[i], e[i], other);

    std::vector<double> bounds;
    for (std::size_t i = 0; i < n; ++i) {  // sum = sum over j < i
        mpfr_add(y, sum, after[i], other);
        mpfr_div(y, y, exponential(x[i], c, mode), other);
        mpfr_add_ui(y, y, 1, other);
        mpfr_ui_div(y, 1, y, mode);
        bounds.push_back(mpfr_get_d(y, mode));
        mpfr_add(sum, sum, e[i], other);
    }
    return bounds;
}

/// c + log(1 + sum over j != k of exp(x_j - c)), c = x_k the largest, every step rounded to `mode`: each rises with its operands.
/// Relative accuracy is lost only where the two terms cancel, that is where the result is below 2^-60 |c|.
/// Without a finite end all are -inf (lower ends, log 0) or all inf (upper ends).
double log_sum_exp_bound(const std::vector<double>& x, mpfr_rnd_t mode) {
    const std::size_t k = largest_finite(x);
    if (k == x.size()) return x.front();
    MpfrNumber sum;
    mpfr_set_zero(sum, 1);
    for (std::size_t j = 0; j < x.size(); ++j)
        if (j != k) mpfr_add(sum, sum, exponential(x[j], x[k], mode), mode);
    mpfr_log1p(sum, sum, mode);
    mpfr_add(sum, sum, exact_mpfr(x[k]), mode);
    return mpfr_get_d(sum, mode);
}

}  // namespace

void softmax(std::span<const Interval> in, std::span<Interval> out) {
    if (in.size() != out.size())
        throw ShapeError("softmax: " + std::to_string(in.size()) + " arguments, room for " + std::to_string(out.size()) + " results");
    const MpfrScope scope;
    const std::vector<double> l = corner(in, MPFR_RNDD), u = corner(in, MPFR_RNDU);
    const std::size_t k = largest_finite(u);
    const double c = k == u.size() ? 0.0 : u[k];
    const std::vector<double> lower = softmax_bounds(l, u, c, MPFR_RNDD), upper = softmax_bounds(u, l, c, MPFR_RNDU);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = Interval(lower[i], upper[i]);
}

Interval log_sum_exp(std::span<const Interval> in) {
    if (in.empty()) throw DomainError("log_sum_exp: no argument, and the logarithm of an empty sum, 0, does not exist");
    const MpfrScope scope;
    return {log_sum_exp_bound(corner(in, MPFR_RNDD), MPFR_RNDD), log_sum_exp_bound(corner(in, MPFR_RNDU), MPFR_RNDU)};
}

}  // namespace tercet
