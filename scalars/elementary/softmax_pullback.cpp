/// The pullback of softmax for softmax.hpp: dx_i = y_i D_i, D_i = sum_j y_j (g_i - g_j), in n log n steps and without
/// cancellation.
///
/// Let v_1 < .. < v_m be the different values of the cotangent, L_t the sum of y_j over g_j <= v_t and R_t = 1 - L_t
/// that over g_j > v_t, each a share of exponentials. With gaps d_t = v_{t+1} - v_t > 0, g_i - g_j is a sum of gaps,
/// and exchanging the sums gives for g_i = v_p
///     D_i = A_p - B_p,   A_p = sum over t < p of d_t L_t,   B_p = sum over t >= p of d_t R_t:
/// the terms y_j (g_i - g_j) of one sign, and those of the other. Nothing cancels but these two, which are both there
/// only where the terms of the sum have both signs. For a unit vector g one of them is 0.
///
/// Over boxes. D_i rises with g_i and falls with every other g_j, so for its lower bound `own` = l_i stands against the
/// values u_j of all j, i too (that costs y_i (u_i - l_i)); own may lie between two values, then the part of the gap on
/// either side of it counts:
///     A(own) = A_t + (own - v_t) L_t, v_t the last <= own;
///     B(own) = B_s + (v_s - own) R_{s-1}, v_s the first >= own;  L_m = R_0 = 1.
/// L_t rounded down has the exponentials of its own set from the lower ends and those of the rest from the upper ends;
/// R_t rounded up has the same two sums in the other places. For the upper bound all is mirrored. Then dx_i = y_i D_i
/// with the bound of y_i that the sign of D_i asks for.
///
/// Never wider than y_i (g_i - sum_j g_j y_j) in intervals. D's lower bound is own - T, T = v_1 + sum_t d_t R_t^+, as 1
/// - R_t^+ = L_t^-. Cut the gap that holds 0 there: the gaps above it give at most sum of y_j^+ g_j over g_j > 0, since
/// R_t^+ is at most the sum of its y_j^+; v_1 and those below give -sum d_t L_t^-, at most sum of y_j^- g_j over g_j <
/// 0, since L_t^- is at least the sum of its y_j^-. So T is at most the sum of the upper ends of the y_j g_j.
///
/// Infinite ends. Lower bound: own < inf and v_t > -inf, so the gaps in A are finite, and a gap in B may be inf but its
/// R_t, rounded up, is not 0; A_t at v_t = inf may be NaN and is never used. Upper bound: mirrored. So A - B is no NaN.
#include <tercet/scalars/elementary/softmax.hpp>
#include <tercet/scalars/elementary/softmax_terms.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace tercet {

using namespace softmax_terms;

namespace {

/// to += (high - low) share, all rounded to `mode`; the gap and the share are >= 0.
void add_gap(MpfrNumber& to, double low, double high, const MpfrNumber& share, mpfr_rnd_t mode) {
    MpfrNumber gap;
    mpfr_sub(gap, exact_mpfr(high), exact_mpfr(low), mode);
    mpfr_mul(gap, gap, share, mode);
    mpfr_add(to, to, gap, mode);
}

/// v_t, L_t, R_t, A_t, B_t for t = 0, .., m - 1.
struct Levels {
    std::vector<double> value;
    Numbers below, above, rise, fall;
    mpfr_rnd_t mode;

    template <class Terms>
    Levels(const Terms& e, std::span<const double> g, mpfr_rnd_t to) : mode(to) {
        std::vector<std::size_t> by_value(g.size());
        std::iota(by_value.begin(), by_value.end(), std::size_t{0});
        std::sort(by_value.begin(), by_value.end(),
                  [&](std::size_t i, std::size_t j) { return order(g[i]) < order(g[j]); });
        for (const std::size_t j : by_value) {  // above_t holds the exponentials of level t, below_t their sum up to it
            if (value.empty() || order(g[j]) != order(value.back())) {
                value.push_back(g[j]);
                below.push_back(value.size() == 1 ? zero_number() : below.back());
                above.push_back(zero_number());
            }
            mpfr_add(below.back(), below.back(), e.near(mode)[j], mode);
            mpfr_add(above.back(), above.back(), e.far(mode)[j], opposite(mode));
        }
        const std::size_t m = value.size();
        rise = Numbers(m, zero_number());
        fall = Numbers(m, zero_number());
        MpfrNumber rest = zero_number(), share;
        for (std::size_t t = m; t-- > 0;) {  // rest = sum over the levels above t
            MpfrNumber own = above[t];
            if (t + 1 == m) {
                mpfr_set_ui(above[t], 0, MPFR_RNDN);
                mpfr_set_ui(share, 1, MPFR_RNDN);
            } else {
                set_share(above[t], rest, below[t], opposite(mode));
                set_share(share, below[t], rest, mode);
            }
            mpfr_set(below[t], share, MPFR_RNDN);
            mpfr_add(rest, rest, own, opposite(mode));
        }
        for (std::size_t t = 0; t + 1 < m; ++t) {
            mpfr_set(rise[t + 1], rise[t], MPFR_RNDN);
            add_gap(rise[t + 1], value[t], value[t + 1], below[t], mode);
        }
        for (std::size_t t = m; t-- > 1;) {
            mpfr_set(fall[t - 1], fall[t], MPFR_RNDN);
            add_gap(fall[t - 1], value[t - 1], value[t], above[t - 1], opposite(mode));
        }
    }

    /// D = A(own) - B(own), rounded to mode.
    void set_difference(MpfrNumber& d, double own) const {
        const auto last =
            std::upper_bound(value.begin(), value.end(), own, [](double a, double b) { return order(a) < order(b); });
        const auto t =
            static_cast<std::size_t>(last - value.begin());  // own lies at value[t - 1] or between it and value[t]
        MpfrNumber a = zero_number(), b = zero_number();
        if (t > 0) {
            mpfr_set(a, rise[t - 1], MPFR_RNDN);
            if (order(value[t - 1]) == order(own)) {
                mpfr_sub(d, a, fall[t - 1], mode);
                return;
            }
            add_gap(a, value[t - 1], own, below[t - 1], mode);
        }
        if (t < value.size()) {
            MpfrNumber share;
            mpfr_set_ui(share, 1, MPFR_RNDN);
            mpfr_set(b, fall[t], MPFR_RNDN);
            add_gap(b, own, value[t], t > 0 ? above[t - 1] : share, opposite(mode));
        }
        mpfr_sub(d, a, b, mode);
    }
};

/// y_i D_i rounded to `mode`, for every i, D_i of own_i against the others. The bound of y_i is on D_i's side where D_i
/// >= 0.
template <class Terms, class Write>
void pull_back(const Terms& e, const Terms& rest, std::span<const double> own, std::span<const double> against,
               mpfr_rnd_t mode, Write write) {
    const Levels levels(e, against, mode);
    MpfrNumber d, y;
    for (std::size_t i = 0; i < own.size(); ++i) {
        levels.set_difference(d, own[i]);
        const mpfr_srcptr difference = d;  // mpfr_sgn is a macro on pointers
        if (mpfr_sgn(difference) >= 0) set_share(y, e.near(mode)[i], rest.far(mode)[i], mode);
        else set_share(y, e.far(mode)[i], rest.near(mode)[i], opposite(mode));
        mpfr_mul(y, y, d, mode);
        write(i, y);
    }
}

void expect_lengths(std::size_t x, std::size_t g, std::size_t dx) {
    expect_length("softmax pullback", x, dx);
    if (x != g)
        throw ShapeError("softmax pullback: " + std::to_string(x) + " arguments, cotangent of " + std::to_string(g));
}

template <class T>
void nearest_pullback(std::span<const T> x, std::span<const T> g, std::span<T> dx) {
    expect_lengths(x.size(), g.size(), dx.size());
    const MpfrScope scope;
    const std::vector<double> at = doubles(x), cotangent = doubles(g);
    const Nearest e = exponentials(std::span(at));
    if (std::any_of(cotangent.begin(), cotangent.end(), is_nan)) {
        std::fill(dx.begin(), dx.end(), std::numeric_limits<T>::quiet_NaN());
        return;
    }
    pull_back(e, others(e), cotangent, cotangent, MPFR_RNDN,
              [&](std::size_t i, const MpfrNumber& d) { dx[i] = nearest_float<T>(d); });
}

}  // namespace

void softmax_pullback(std::span<const Interval> x, std::span<const Interval> g, std::span<Interval> dx) {
    expect_lengths(x.size(), g.size(), dx.size());
    if (x.size() == 1) dx[0] = Interval();
    if (x.size() < 2) return;
    const MpfrScope scope;
    const Bounds e = exponentials(x), rest = others(e);
    const std::vector<double> l = corner(g, MPFR_RNDD), u = corner(g, MPFR_RNDU);
    std::vector<double> lower(x.size());
    pull_back(e, rest, l, u, MPFR_RNDD,
              [&](std::size_t i, const MpfrNumber& d) { lower[i] = mpfr_get_d(d, MPFR_RNDD); });
    pull_back(e, rest, u, l, MPFR_RNDU,
              [&](std::size_t i, const MpfrNumber& d) { dx[i] = Interval(lower[i], mpfr_get_d(d, MPFR_RNDU)); });
}

void softmax_pullback(std::span<const double> x, std::span<const double> g, std::span<double> dx) {
    nearest_pullback(x, g, dx);
}
void softmax_pullback(std::span<const float> x, std::span<const float> g, std::span<float> dx) {
    nearest_pullback(x, g, dx);
}

}  // namespace tercet
