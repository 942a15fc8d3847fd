#include <tercet/scalars/affine.hpp>
#include <tercet/scalars/fp_environment.hpp>
#include <tercet/scalars/kernel_check.hpp>

#include <cstring>
#include <vector>

namespace tercet {

namespace {

/// Numbers of either sign in (-2, 2), always the same ones (a linear congruence; 53 bits of each state).
struct Numbers {
    std::uint64_t state = 1;
    double next() {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(static_cast<std::int64_t>(state) >> 11) * 0x1p-51;
    }
};

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) { return std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0; }

}  // namespace

bool kernels_agree(const affine::Kernels& a, const affine::Kernels& b) {
    // too little work to be shared between threads: this runs while the first caller's choice of kernels is made
    constexpr std::int64_t rows = 45, cols = 300, boxes = 15;  // 6 panels, the last one of 5 rows; two chunks; columns beyond every tile's multiple
    Numbers numbers;
    std::vector<double> w(rows * cols), bias(rows), x(2 * cols * boxes), points(cols * boxes);
    for (double& v : w) v = numbers.next();
    for (std::size_t i = 0; i < w.size(); i += 17) w[i] = 0;
    for (double& v : bias) v = numbers.next();
    for (std::int64_t i = 0; i < cols * boxes; ++i) {
        const double m = numbers.next(), r = numbers.next();
        points[static_cast<std::size_t>(i)] = m;
        const double lower = m < r ? m : r, upper = m < r ? r : m;
        x[static_cast<std::size_t>(2 * i)] = i % 13 == 0 ? 0.0 : lower;
        x[static_cast<std::size_t>(2 * i + 1)] = i % 13 != 0 ? upper : i % 2 == 0 ? 0.0 : -0.0;
    }
    const PackedMatrix packed = PackedMatrix::pack(rows, cols, w.data(), cols, 1);
    for (const bool rectify : {false, true}) {
        for (const auto bound : {affine::Bound::automatic, affine::Bound::tight}) {
            std::vector<double> y(2 * rows * boxes), z(y.size());
            affine::enclose(packed, {x.data(), boxes, cols, 1}, bias.data(), rectify, {y.data(), boxes, rows, 1}, bound, a);
            affine::enclose(packed, {x.data(), boxes, cols, 1}, bias.data(), rectify, {z.data(), boxes, rows, 1}, bound, b);
            if (!same_bits(y, z)) return false;
        }
        std::vector<double> y(rows * boxes), z(y.size());
        affine::multiply(packed, {points.data(), boxes, cols, 1}, bias.data(), rectify, y.data(), rows, 1, a);
        affine::multiply(packed, {points.data(), boxes, cols, 1}, bias.data(), rectify, z.data(), rows, 1, b);
        if (!same_bits(y, z)) return false;
    }
    return true;
}

bool kernels_agree(const pairs::Kernels& a, const pairs::Kernels& b) {
    constexpr double inf = __builtin_inf(), third = 1.0 / 3;
    const double ends[][2] = {{0, 0}, {1, 2}, {-2, -1}, {-third, third}, {0, third}, {-third, 0}, {-inf, inf}, {-inf, -third}, {third, inf}, {0x1p-1074, 0x1p-1000}, {-0x1p1023, 0x1p1000}};
    std::vector<double> left, right;
    for (const auto& p : ends)
        for (const auto& q : ends)
            for (int e = 0; e < 2; ++e) {
                left.push_back(p[e]);
                right.push_back(q[e]);
            }
    const auto n = static_cast<std::int64_t>(left.size() / 2);
    const UpwardRounding upward;
    const auto agree = [&](auto f, auto g) {
        std::vector<double> y(left.size()), z(left.size());
        f(y.data());
        g(z.data());
        return same_bits(y, z);
    };
    for (const auto op : {&pairs::Kernels::add, &pairs::Kernels::subtract, &pairs::Kernels::multiply, &pairs::Kernels::max})
        for (const std::int64_t step : {0, 1})
            if (!agree([&](double* y) { (a.*op)(n, left.data(), right.data(), step, y); }, [&](double* y) { (b.*op)(n, left.data(), right.data(), step, y); })) return false;
    const std::int64_t places[] = {3, 0, 7, 7, 1, 90, 11, 12, 60};
    if (!agree([&](double* y) { a.pool(3, 3, left.data(), places, y); }, [&](double* y) { b.pool(3, 3, left.data(), places, y); })) return false;
    return agree([&](double* y) { a.rectify(n, left.data(), y); }, [&](double* y) { b.rectify(n, left.data(), y); }) &&
           agree([&](double* y) { a.gate(n, left.data(), right.data(), y); }, [&](double* y) { b.gate(n, left.data(), right.data(), y); });
}

}  // namespace tercet
