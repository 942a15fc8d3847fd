/// The digit engine in plain C++, for every processor; and the 52-bit engine with its two instructions spelled out,
/// which tests run everywhere in place of digit_gemm_avx512.cpp.
#include <tercet/scalars/kernels/digit_gemv.hpp>

namespace tercet::digits {

namespace {

template <class D, int Lanes>
struct Plain {
    using Digit = D;
    static constexpr int lanes = Lanes;
    struct Vector {
        std::uint64_t lane[Lanes];
    };

    static Vector zero() { return {}; }
    static Vector get(const std::int64_t* from) {
        Vector v;
        for (int i = 0; i < Lanes; ++i) v.lane[i] = static_cast<std::uint64_t>(from[i]);
        return v;
    }
    static void put(std::int64_t* to, const Vector& v) {
        for (int i = 0; i < Lanes; ++i) to[i] = static_cast<std::int64_t>(v.lane[i]);
    }
    static Vector broadcast(const Digit* a) {
        Vector v;
        for (int i = 0; i < Lanes; ++i) v.lane[i] = static_cast<std::uint64_t>(*a);
        return v;
    }
    template <int Vectors>
    static void load(const Digit* b, Vector (&right)[Vectors]) {
        for (int v = 0; v < Vectors; ++v)
            for (int i = 0; i < Lanes; ++i) right[v].lane[i] = static_cast<std::uint64_t>(b[v * Lanes + i]);
    }
    static constexpr int slot(int column) { return column; }
};

struct Balanced : Plain<std::int32_t, 4> {
    static constexpr int rows = 4, vectors = 1, parts = 1;
    static Digit digit(std::uint64_t field, std::uint64_t below, int w, bool) {
        return (static_cast<std::int32_t>(static_cast<std::uint32_t>(field) << (32 - w)) >> (32 - w)) +
               static_cast<std::int32_t>(below);
    }
    template <int>
    static Vector add_product(Vector acc, const Vector& a, const Vector& b) {
        for (int i = 0; i < lanes; ++i)
            acc.lane[i] += static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(a.lane[i])} *
                                                      static_cast<std::int32_t>(b.lane[i]));
        return acc;
    }
};

__extension__ using Wide = unsigned __int128;

/// vpmadd52luq and vpmadd52huq: acc + the low or high 52 bits of the product of the low 52 bits of a and b.
struct Emulated52 : Plain<std::uint64_t, 8> {
    static constexpr int rows = 6, vectors = 2, parts = 2;
    static Digit digit(std::uint64_t field, std::uint64_t, int, bool top) {
        return (field & ((std::uint64_t{1} << 52) - 1)) ^ (top ? std::uint64_t{1} << 51 : 0);
    }
    template <int P>
    static Vector add_product(Vector acc, const Vector& a, const Vector& b) {
        constexpr std::uint64_t mask = (std::uint64_t{1} << 52) - 1;
        for (int i = 0; i < lanes; ++i) {
            const Wide product = static_cast<Wide>(a.lane[i] & mask) * (b.lane[i] & mask);
            acc.lane[i] += static_cast<std::uint64_t>(P == 0 ? product : product >> 52) & mask;
        }
        return acc;
    }
};

}  // namespace

const Engine portable{false, false, words<Balanced>, gemm<Balanced>};
const Engine portable_row{false, true, gemv_words<Balanced>, gemv<Balanced>};
const Engine emulated52{true, false, words<Emulated52>, gemm<Emulated52>};

}  // namespace tercet::digits
