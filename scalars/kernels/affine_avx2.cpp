#if defined(__x86_64__)
#include <tercet/scalars/kernels/affine_tile.hpp>

#include <immintrin.h>

namespace tercet::affine {

namespace {
struct Avx2 {
    using V = __m256d;
    static constexpr int lanes = 4, tall_panels = 2;
    template <Sum sum>
    static constexpr int tile_columns = sum == Sum::plain    ? 5
                                        : sum == Sum::midrad ? 3
                                                             : 2;
    template <Sum sum>
    static constexpr int tile_panels = 1;

    static V zero() { return _mm256_setzero_pd(); }
    static V load(const double* p) { return _mm256_loadu_pd(p); }
    static V load(const float* p) { return _mm256_cvtps_pd(_mm_loadu_ps(p)); }
    static V broadcast(const double* p) { return _mm256_broadcast_sd(p); }
    static void store(double* p, V a) { _mm256_storeu_pd(p, a); }
    static V add(V a, V b) { return _mm256_add_pd(a, b); }
    static V subtract(V a, V b) { return _mm256_sub_pd(a, b); }
    static V multiply(V a, V b) { return _mm256_mul_pd(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm256_fmadd_pd(a, b, c); }
    static V negated_multiply_add(V a, V b, V c) { return _mm256_fnmadd_pd(a, b, c); }
    static V negate(V a) { return _mm256_xor_pd(a, _mm256_set1_pd(-0.0)); }
    static V abs(V a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }
    static V max(V a, V b) { return _mm256_max_pd(a, b); }
    static V min(V a, V b) { return _mm256_min_pd(a, b); }
    static V infinity_for_zero(V a) {
        return _mm256_blendv_pd(a, _mm256_set1_pd(__builtin_inf()), _mm256_cmp_pd(a, zero(), _CMP_EQ_OQ));
    }
    /// `lanes` pairs, in an order that store_some_pairs undoes.
    static void load_some_pairs(const double* p, V& first, V& second) {
        const V a = load(p), b = load(p + 4);
        first = _mm256_unpacklo_pd(a, b);
        second = _mm256_unpackhi_pd(a, b);
    }
    static void store_some_pairs(double* p, V first, V second) {
        store(p, _mm256_unpacklo_pd(first, second));
        store(p + 4, _mm256_unpackhi_pd(first, second));
    }
    static void store_pairs(double* p, std::int64_t stride, V first, V second) {
        const V even = _mm256_unpacklo_pd(first, second), odd = _mm256_unpackhi_pd(first, second);
        if (stride == 2) {
            store(p, _mm256_permute2f128_pd(even, odd, 0x20));
            return store(p + 4, _mm256_permute2f128_pd(even, odd, 0x31));
        }
        _mm_storeu_pd(p, _mm256_castpd256_pd128(even));
        _mm_storeu_pd(p + stride, _mm256_castpd256_pd128(odd));
        _mm_storeu_pd(p + 2 * stride, _mm256_extractf128_pd(even, 1));
        _mm_storeu_pd(p + 3 * stride, _mm256_extractf128_pd(odd, 1));
    }
    static void store_single(double* p, std::int64_t stride, V a) {
        if (stride == 1) return store(p, a);
        double part[4];
        store(part, a);
        for (int i = 0; i < 4; ++i) p[i * stride] = part[i];
    }
};
}  // namespace

const Kernels avx2_kernels = table<Avx2>("avx2");

}  // namespace tercet::affine
#endif
