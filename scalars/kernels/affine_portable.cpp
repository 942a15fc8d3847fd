#include <tercet/scalars/kernels/affine_tile.hpp>
#include <tercet/scalars/machine/opaque.hpp>

namespace tercet::affine {

namespace {
/// Two doubles, with the compiler's vectors: SSE2, NEON, or scalars where there are none.
struct Portable {
    typedef double V __attribute__((vector_size(16)));
    typedef long long Bits __attribute__((vector_size(16)));
    static constexpr int lanes = 2, tall_panels = 1;
    template <Sum sum>
    static constexpr int tile_columns = 1;
    template <Sum sum>
    static constexpr int tile_panels = 1;

    static V zero() { return V{}; }
    static V load(const double* p) {
        V a;
        __builtin_memcpy(&a, p, sizeof a);
        return a;
    }
    static V load(const float* p) { return V{p[0], p[1]}; }
    static V broadcast(const double* p) { return V{} + *p; }
    static void store(double* p, V a) { __builtin_memcpy(p, &a, sizeof a); }
    static V add(V a, V b) { return a + b; }
    static V subtract(V a, V b) { return a - b; }
    static V multiply(V a, V b) { return a * b; }
    static V multiply_add(V a, V b, V c) { return a * b + c; }
    static V negated_multiply_add(V a, V b, V c) { return negate(a) * b + c; }
    static V negate(V a) { return (V)opaque((Bits)a ^ sign()); }
    static V abs(V a) { return (V)((Bits)a & ~sign()); }
    static V max(V a, V b) { return select(a > b, a, b); }
    static V min(V a, V b) { return select(a < b, a, b); }
    static V infinity_for_zero(V a) { return select(a == zero(), zero() + __builtin_inf(), a); }
    /// `lanes` pairs, in an order that store_some_pairs undoes.
    static void load_some_pairs(const double* p, V& first, V& second) {
        for (int i = 0; i < lanes; ++i) {
            first[i] = p[2 * i];
            second[i] = p[2 * i + 1];
        }
    }
    static void store_some_pairs(double* p, V first, V second) { store_pairs(p, 2, first, second); }
    static void store_pairs(double* p, std::int64_t stride, V first, V second) {
        for (int i = 0; i < lanes; ++i) {
            p[i * stride] = first[i];
            p[i * stride + 1] = second[i];
        }
    }
    static void store_single(double* p, std::int64_t stride, V a) {
        for (int i = 0; i < lanes; ++i) p[i * stride] = a[i];
    }

private:
    static Bits sign() { return Bits{} + (-0x7FFFFFFFFFFFFFFFLL - 1); }
    static V select(Bits which, V a, V b) { return (V)((which & (Bits)a) | (~which & (Bits)b)); }
};
}  // namespace

const Kernels portable_kernels = table<Portable>("portable");

}  // namespace tercet::affine
