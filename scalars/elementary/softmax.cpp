#include <tercet/scalars/elementary/softmax.hpp>
#include <tercet/scalars/elementary/softmax_terms.hpp>

#include <cstdlib>

namespace tercet {

namespace softmax_terms {

std::vector<double> corner(std::span<const Interval> box, mpfr_rnd_t side) {
    std::vector<double> x;
    x.reserve(box.size());
    for (const Interval& xi : box) x.push_back(side == MPFR_RNDD ? xi.lower() : xi.upper());
    return x;
}

std::size_t largest_finite(std::span<const double> x) {
    std::size_t k = x.size();
    for (std::size_t j = 0; j < x.size(); ++j)
        if (std::abs(order(x[j])) < order_infinity && (k == x.size() || order(x[j]) > order(x[k]))) k = j;
    return k;
}

MpfrNumber exponential(double x, double c, mpfr_rnd_t mode) {
    MpfrNumber e;
    mpfr_sub(e, exact_mpfr(x), exact_mpfr(c), mode);
    mpfr_exp(e, e, mode);
    return e;
}

namespace {

double shift_of(std::span<const double> x) {
    const std::size_t k = largest_finite(x);
    return k == x.size() ? 0.0 : x[k];
}

}  // namespace

/// Of a point whose difference is exact, the exponential rounded up is the number after the one rounded down, unless
/// that is exact.
Bounds exponentials(std::span<const Interval> box) {
    const double c = shift_of(corner(box, MPFR_RNDU));
    Bounds b;
    b.low.reserve(box.size());
    b.high.reserve(box.size());
    for (const Interval& x : box) {
        MpfrNumber e;
        const int moved = mpfr_sub(e, exact_mpfr(x.lower()), exact_mpfr(c), MPFR_RNDD),
                  inexact = mpfr_exp(e, e, MPFR_RNDD);
        b.low.push_back(e);
        if (order(x.lower()) == order(x.upper()) && moved == 0) {
            if (inexact != 0) mpfr_nextabove(e);
            b.high.push_back(e);
        } else {
            b.high.push_back(exponential(x.upper(), c, MPFR_RNDU));
        }
    }
    return b;
}

Nearest exponentials(std::span<const double> x) {
    const double c = shift_of(x);
    Nearest e;
    e.values.reserve(x.size());
    for (const double xj : x) e.values.push_back(exponential(xj, c, MPFR_RNDN));
    return e;
}

Numbers sums_without_each(const Numbers& e, mpfr_rnd_t mode) {
    const std::size_t n = e.size();
    Numbers sums(n, zero_number());  // first the sums over j > i
    for (std::size_t i = n; i-- > 1;) mpfr_add(sums[i - 1], sums[i], e[i], mode);
    MpfrNumber before = zero_number();
    for (std::size_t i = 0; i < n; ++i) {
        mpfr_add(sums[i], before, sums[i], mode);
        mpfr_add(before, before, e[i], mode);
    }
    return sums;
}

}  // namespace softmax_terms

using namespace softmax_terms;

/// y_i rises with x_i and falls with every other x_j: its least value over the box is at x_i = l_i, x_j = u_j, its
/// greatest at x_i = u_i, x_j = l_j.
void softmax(std::span<const Interval> x, std::span<Interval> y) {
    expect_length("softmax", x.size(), y.size());
    if (x.size() == 1) y[0] = Interval(1.0);
    if (x.size() < 2) return;
    const MpfrScope scope;
    const Bounds e = exponentials(x), rest = others(e);
    MpfrNumber lower, upper;
    for (std::size_t i = 0; i < y.size(); ++i) {
        set_share(lower, e.low[i], rest.high[i], MPFR_RNDD);
        set_share(upper, e.high[i], rest.low[i], MPFR_RNDU);
        y[i] = Interval(mpfr_get_d(lower, MPFR_RNDD), mpfr_get_d(upper, MPFR_RNDU));
    }
}

}  // namespace tercet
