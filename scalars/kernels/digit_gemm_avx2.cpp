/// The digit engine on AVX2: vpmuldq multiplies the low 32 bits of each 64-bit lane.
#if defined(__x86_64__)
#include <tercet/scalars/kernels/digit_gemv.hpp>

#include <immintrin.h>

namespace tercet::digits {

namespace {

/// A tile of 6 x 2 vectors takes 12 registers, the right factor 2, the broadcast and the product one each: all 16.
struct Avx2 {
    using Digit = std::int32_t;
    using Vector = __m256i;
    static constexpr int lanes = 4, rows = 6, vectors = 2, parts = 1;

    static Digit digit(std::uint64_t field, std::uint64_t below, int w, bool) {
        return (static_cast<std::int32_t>(static_cast<std::uint32_t>(field) << (32 - w)) >> (32 - w)) +
               static_cast<std::int32_t>(below);
    }
    static Vector get(const std::int64_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
    static void put(std::int64_t* to, Vector v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v); }
    static Vector broadcast(const Digit* a) { return _mm256_set1_epi32(*a); }

    /// Eight digits in one load: columns 0 to 3 in the low halves of the lanes, 4 to 7 in the high halves, shifted
    /// down.
    static void load(const Digit* b, Vector (&right)[2]) {
        right[0] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(b));
        right[1] = _mm256_srli_epi64(right[0], 32);
    }
    static constexpr int slot(int column) { return column < 4 ? 2 * column : 2 * column - 7; }

    static Vector zero() { return _mm256_setzero_si256(); }
    template <int>
    static Vector add_product(Vector acc, Vector a, Vector b) {
        return _mm256_add_epi64(acc, _mm256_mul_epi32(a, b));
    }
};

}  // namespace

const Engine avx2{false, false, words<Avx2>, gemm<Avx2>};
const Engine avx2_row{false, true, gemv_words<Avx2>, gemv<Avx2>};

}  // namespace tercet::digits
#endif
