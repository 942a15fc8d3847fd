/// Cross entropy and its gradient for softmax.hpp.
///
/// Loss = log(sum_j exp(x_j)) - x_k rises with every x_j, j != k, and falls with x_k: its bounds over a box are at two
/// corners. At a corner, with x_m the largest, it is (x_m - x_k) + log(1 + sum over j != m of exp(x_j - x_m)): two
/// terms >= 0, every step rounded to one side. Its derivatives: y_i for i != k, and at k minus the sum of the other
/// y_j, rest / (own + rest), which rises with rest and falls with own.
#include <tercet/scalars/elementary/softmax.hpp>
#include <tercet/scalars/elementary/softmax_terms.hpp>

#include <algorithm>
#include <limits>

namespace tercet {

using namespace softmax_terms;

namespace {

std::size_t checked(std::int64_t label, std::size_t n) {
    if (label < 0 || static_cast<std::uint64_t>(label) >= n)
        throw DomainError("cross entropy: label " + std::to_string(label) + " is not among the " + std::to_string(n) +
                          " classes");
    return static_cast<std::size_t>(label);
}

/// The loss at a corner, rounded to `mode`. An end x_k = inf gives the limit 0 (the other ends are then lower ones,
/// below inf); x_k = -inf gives inf, and so does another x_j = inf. No finite end is left only where these two meet.
MpfrNumber loss_at(std::span<const double> x, std::size_t k, mpfr_rnd_t mode) {
    MpfrNumber sum = zero_number(), ahead;
    const std::size_t m = largest_finite(x);
    if (x.size() == 1 || order(x[k]) == order_infinity) return sum;
    if (m == x.size()) {
        mpfr_set_inf(sum, 1);
        return sum;
    }
    for (std::size_t j = 0; j < x.size(); ++j)
        if (j != m) mpfr_add(sum, sum, exponential(x[j], x[m], mode), mode);
    mpfr_log1p(sum, sum, mode);
    mpfr_sub(ahead, exact_mpfr(x[m]), exact_mpfr(x[k]), mode);
    mpfr_add(sum, sum, ahead, mode);
    return sum;
}

/// NaN where there is one, where x_k is inf, and where no x_j is finite.
template <class T>
T nearest_loss(std::span<const T> x, std::int64_t label) {
    const std::size_t k = checked(label, x.size());
    const MpfrScope scope;
    const std::vector<double> at = doubles(x);
    if (std::any_of(at.begin(), at.end(), is_nan) || order(at[k]) == order_infinity || largest_finite(at) == at.size())
        return std::numeric_limits<T>::quiet_NaN();
    return nearest_float<T>(loss_at(at, k, MPFR_RNDN));
}

template <class T>
void nearest_gradient(std::span<const T> x, std::int64_t label, std::span<T> dx) {
    expect_length("cross entropy gradient", x.size(), dx.size());
    const std::size_t k = checked(label, x.size());
    const MpfrScope scope;
    const std::vector<double> at = doubles(x);
    const Nearest e = exponentials(std::span(at)), rest = others(e);
    MpfrNumber y;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (i == k) set_share(y, rest.values[i], e.values[i], MPFR_RNDN);
        else set_share(y, e.values[i], rest.values[i], MPFR_RNDN);
        dx[i] = i == k ? -nearest_float<T>(y) : nearest_float<T>(y);
    }
}

}  // namespace

Interval cross_entropy(std::span<const Interval> x, std::int64_t label) {
    const std::size_t k = checked(label, x.size());
    const MpfrScope scope;
    std::vector<double> least = corner(x, MPFR_RNDD), most = corner(x, MPFR_RNDU);
    std::swap(least[k], most[k]);
    return {mpfr_get_d(loss_at(least, k, MPFR_RNDD), MPFR_RNDD), mpfr_get_d(loss_at(most, k, MPFR_RNDU), MPFR_RNDU)};
}
double cross_entropy(std::span<const double> x, std::int64_t label) { return nearest_loss(x, label); }
float cross_entropy(std::span<const float> x, std::int64_t label) { return nearest_loss(x, label); }

void cross_entropy_gradient(std::span<const Interval> x, std::int64_t label, std::span<Interval> dx) {
    expect_length("cross entropy gradient", x.size(), dx.size());
    const std::size_t k = checked(label, x.size());
    if (x.size() == 1) {
        dx[0] = Interval();
        return;
    }
    const MpfrScope scope;
    const Bounds e = exponentials(x), rest = others(e);
    MpfrNumber lower, upper;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const Bounds &own = i == k ? rest : e, &against = i == k ? e : rest;
        set_share(lower, own.low[i], against.high[i], MPFR_RNDD);
        set_share(upper, own.high[i], against.low[i], MPFR_RNDU);
        const Interval share(mpfr_get_d(lower, MPFR_RNDD), mpfr_get_d(upper, MPFR_RNDU));
        dx[i] = i == k ? -share : share;
    }
}
void cross_entropy_gradient(std::span<const double> x, std::int64_t label, std::span<double> dx) {
    nearest_gradient(x, label, dx);
}
void cross_entropy_gradient(std::span<const float> x, std::int64_t label, std::span<float> dx) {
    nearest_gradient(x, label, dx);
}

}  // namespace tercet
