#include <tercet/scalars/kernels/affine_tile.hpp>

#include <cmath>
#include <cstring>

#include "every_kernel.hpp"

namespace tercet::testing {

namespace {

/// AVX-512's tiles without AVX-512: eight lanes as loops, with its tile sizes; std::fma rounds as the mode says.
struct EightLanes {
    struct V {
        double v[8];
    };
    static constexpr int lanes = 8, tall_panels = 4;
    template <affine::Sum sum>
    static constexpr int tile_columns = sum == affine::Sum::plain    ? 12
                                        : sum == affine::Sum::midrad ? 6
                                                                     : 4;
    template <affine::Sum sum>
    static constexpr int tile_panels = 2;

    template <class F>
    static V each(F f) {
        V y;
        for (int i = 0; i < 8; ++i) y.v[i] = f(i);
        return y;
    }
    // volatile: these sums run in the mode that their caller has set
    static V zero() {
        return each([](int) { return 0.0; });
    }
    static V load(const double* p) {
        return each([&](int i) { return p[i]; });
    }
    static V load(const float* p) {
        return each([&](int i) { return static_cast<double>(p[i]); });
    }
    static V broadcast(const double* p) {
        return each([&](int) { return *p; });
    }
    static void store(double* p, const V& a) { std::memcpy(p, a.v, sizeof a.v); }
    static V add(const V& a, const V& b) {
        return each([&](int i) {
            volatile double x = a.v[i], y = b.v[i], z = x + y;
            return z;
        });
    }
    static V subtract(const V& a, const V& b) { return add(a, negate(b)); }
    static V multiply(const V& a, const V& b) {
        return each([&](int i) {
            volatile double x = a.v[i], y = b.v[i], z = x * y;
            return z;
        });
    }
    static V multiply_add(const V& a, const V& b, const V& c) {
        return each([&](int i) {
            volatile double x = a.v[i], y = b.v[i], z = c.v[i], f = std::fma(x, y, z);
            return f;
        });
    }
    static V negated_multiply_add(const V& a, const V& b, const V& c) { return multiply_add(negate(a), b, c); }
    static V negate(const V& a) {
        return each([&](int i) { return -a.v[i]; });
    }
    static V abs(const V& a) {
        return each([&](int i) { return std::fabs(a.v[i]); });
    }
    static V max(const V& a, const V& b) {
        return each([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
    }
    static V min(const V& a, const V& b) {
        return each([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
    }
    static V infinity_for_zero(const V& a) {
        return each([&](int i) { return a.v[i] == 0 ? HUGE_VAL : a.v[i]; });
    }
    static void load_some_pairs(const double* p, V& first, V& second) {
        first = each([&](int i) { return p[2 * i]; });
        second = each([&](int i) { return p[2 * i + 1]; });
    }
    static void store_pairs(double* p, std::int64_t stride, const V& first, const V& second) {
        for (int i = 0; i < 8; ++i) {
            p[i * stride] = first.v[i];
            p[i * stride + 1] = second.v[i];
        }
    }
    static void store_some_pairs(double* p, const V& first, const V& second) { store_pairs(p, 2, first, second); }
    static void store_single(double* p, std::int64_t stride, const V& a) {
        for (int i = 0; i < 8; ++i) p[i * stride] = a.v[i];
    }
};

}  // namespace

const affine::Kernels eight_lanes = affine::table<EightLanes>("eight lanes");

std::vector<const affine::Kernels*> every_kernel() {
    std::vector<const affine::Kernels*> all{&eight_lanes};
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512})
        if (has_instructions(p)) all.push_back(&affine::kernels_of(p));
    return all;
}

}  // namespace tercet::testing
