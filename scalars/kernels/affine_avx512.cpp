#if defined(__x86_64__)
#include <tercet/scalars/kernels/affine_tile.hpp>

#include <immintrin.h>

namespace tercet::affine {

namespace {
struct Avx512 {
    using V = __m512d;
    static constexpr int lanes = 8, tall_panels = 4;
    template <Sum sum>
    static constexpr int tile_columns = sum == Sum::plain    ? 12
                                        : sum == Sum::midrad ? 6
                                                             : 4;
    template <Sum sum>
    static constexpr int tile_panels = 2;

    static V zero() { return _mm512_setzero_pd(); }
    static V load(const double* p) { return _mm512_loadu_pd(p); }
    static V load(const float* p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
    static V broadcast(const double* p) { return _mm512_set1_pd(*p); }
    static void store(double* p, V a) { _mm512_storeu_pd(p, a); }
    static V add(V a, V b) { return _mm512_add_pd(a, b); }
    static V subtract(V a, V b) { return _mm512_sub_pd(a, b); }
    static V multiply(V a, V b) { return _mm512_mul_pd(a, b); }
    static V multiply_add(V a, V b, V c) { return _mm512_fmadd_pd(a, b, c); }
    static V negated_multiply_add(V a, V b, V c) { return _mm512_fnmadd_pd(a, b, c); }
    static V negate(V a) { return _mm512_xor_pd(a, _mm512_set1_pd(-0.0)); }
    static V abs(V a) { return _mm512_andnot_pd(_mm512_set1_pd(-0.0), a); }
    static V max(V a, V b) { return _mm512_max_pd(a, b); }
    static V min(V a, V b) { return _mm512_min_pd(a, b); }
    static V infinity_for_zero(V a) {
        return _mm512_mask_mov_pd(a, _mm512_cmp_pd_mask(a, zero(), _CMP_EQ_OQ), _mm512_set1_pd(__builtin_inf()));
    }
    /// `lanes` pairs, in an order that store_some_pairs undoes.
    static void load_some_pairs(const double* p, V& first, V& second) {
        const V a = load(p), b = load(p + 8);
        first = _mm512_unpacklo_pd(a, b);
        second = _mm512_unpackhi_pd(a, b);
    }
    static void store_some_pairs(double* p, V first, V second) {
        store(p, _mm512_unpacklo_pd(first, second));
        store(p + 8, _mm512_unpackhi_pd(first, second));
    }
    static void store_pairs(double* p, std::int64_t stride, V first, V second) {
        const V even = _mm512_unpacklo_pd(first, second), odd = _mm512_unpackhi_pd(first, second);
        _mm_storeu_pd(p, _mm512_extractf64x2_pd(even, 0));
        _mm_storeu_pd(p + stride, _mm512_extractf64x2_pd(odd, 0));
        _mm_storeu_pd(p + 2 * stride, _mm512_extractf64x2_pd(even, 1));
        _mm_storeu_pd(p + 3 * stride, _mm512_extractf64x2_pd(odd, 1));
        _mm_storeu_pd(p + 4 * stride, _mm512_extractf64x2_pd(even, 2));
        _mm_storeu_pd(p + 5 * stride, _mm512_extractf64x2_pd(odd, 2));
        _mm_storeu_pd(p + 6 * stride, _mm512_extractf64x2_pd(even, 3));
        _mm_storeu_pd(p + 7 * stride, _mm512_extractf64x2_pd(odd, 3));
    }
    static void store_single(double* p, std::int64_t stride, V a) {
        if (stride == 1) return store(p, a);
        double part[8];
        store(part, a);
        for (int i = 0; i < 8; ++i) p[i * stride] = part[i];
    }
};
}  // namespace

const Kernels avx512_kernels = table<Avx512>("avx512");

}  // namespace tercet::affine
#endif
