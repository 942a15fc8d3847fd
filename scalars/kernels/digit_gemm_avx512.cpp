/// The 52-bit digit engine on AVX-512 IFMA: vpmadd52luq and vpmadd52huq. Emulated52 in digit_gemm_portable.cpp is the
/// same, spelled out.
#if defined(__x86_64__)
#include <tercet/scalars/kernels/digit_gemm.hpp>

#include <immintrin.h>

namespace tercet::digits {

namespace {

struct Avx512 {
    using Digit = std::uint64_t;
    using Vector = __m512i;
    static constexpr int lanes = 8, rows = 6, vectors = 2, parts = 2;

    static Digit digit(std::uint64_t field, std::uint64_t, int, bool top) {
        return (field & ((std::uint64_t{1} << 52) - 1)) ^ (top ? std::uint64_t{1} << 51 : 0);
    }
    static Vector get(const std::int64_t* from) { return _mm512_loadu_si512(from); }
    static void put(std::int64_t* to, Vector v) { _mm512_storeu_si512(to, v); }
    static Vector zero() { return _mm512_setzero_si512(); }
    static Vector broadcast(const Digit* a) { return _mm512_set1_epi64(static_cast<long long>(*a)); }
    static void load(const Digit* b, Vector (&right)[2]) {
        right[0] = _mm512_loadu_si512(b);
        right[1] = _mm512_loadu_si512(b + 8);
    }
    static constexpr int slot(int column) { return column; }

    template <int P>
    static Vector add_product(Vector acc, Vector a, Vector b) {
        if constexpr (P == 0) return _mm512_madd52lo_epu64(acc, a, b);
        else return _mm512_madd52hi_epu64(acc, a, b);
    }
};

}  // namespace

const Engine avx512{true, false, words<Avx512>, gemm<Avx512>};

}  // namespace tercet::digits
#endif
