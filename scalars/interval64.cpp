#include <tercet/scalars/interval64.hpp>

#include <vector>

namespace tercet {

Interval Interval64::ratio(std::int64_t p, std::int64_t q) {
    // Integers beyond 2^53 are not doubles: split p = high 2^32 + low, both exact, and let the interval sum enclose.
    const auto enclose = [](std::int64_t i) {
        const std::int64_t high = i >> 32, low = i - (high << 32);
        return Interval(static_cast<double>(high)) * Interval(4294967296.0) + Interval(static_cast<double>(low));
    };
    return enclose(p) / enclose(q);
}

namespace {
std::vector<Interval> gather(std::int64_t n, const ConstRun<Interval64>& x) {
    std::vector<Interval> v;
    for (std::int64_t i = 0; i < n; ++i) v.push_back(x[i]);
    return v;
}
}  // namespace

void Interval64::softmax(std::int64_t n, const ConstRun<Interval64>& x, const Run<Interval64>& y) {
    const std::vector<Interval> in = gather(n, x);
    std::vector<Interval> out(in.size());
    tercet::softmax(in, out);
    for (std::int64_t i = 0; i < n; ++i) y[i] = out[static_cast<std::size_t>(i)];
}

Interval Interval64::log_sum_exp(std::int64_t n, const ConstRun<Interval64>& x) { return tercet::log_sum_exp(gather(n, x)); }

}  // namespace tercet
