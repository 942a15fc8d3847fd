/// Products in the reference order: every processor's kernels give the bits of the plain loop, and a wrong bit is seen
/// by the check that AVX-512's must pass.
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/kernels/kernel_check.hpp>
#include <tercet/scalars/machine/processor.hpp>

#include <bit>
#include <random>

#include "../catch.hpp"

// The library's own header, under the flags that it is compiled with.
#include <tercet/scalars/kernels/ordered_gemm.hpp>

using namespace tercet;

namespace {

/// Of every size class: zeros of both signs, subnormals, huge numbers whose products overflow, thirds.
template <class T>
T number(std::mt19937_64& random) {
    const T sign = random() % 2 == 0 ? 1 : -1;
    switch (random() % 8) {
        case 0: return sign * 0;
        case 1: return sign * std::numeric_limits<T>::denorm_min() * static_cast<T>(random() % 100);
        case 2: return sign * std::numeric_limits<T>::max() / static_cast<T>(1 + random() % 7);
        default: return sign * static_cast<T>(random() % 1000) / T(3);
    }
}

template <class T>
auto bits(T x) {
    if constexpr (sizeof(T) == 8) return std::bit_cast<std::uint64_t>(x);
    else return std::bit_cast<std::uint32_t>(x);
}

template <class C>
void check(const ordered::Kernel<Scalar<C>>& with, std::mt19937_64& random, std::int64_t m, std::int64_t n,
           std::int64_t depth, bool transposed_a, bool transposed_b) {
    using T = Scalar<C>;
    Storage<C> a(static_cast<std::size_t>(m * depth + 3)), b(static_cast<std::size_t>(n * depth + 2)),
        y(static_cast<std::size_t>(m * n + 1), T(777));
    for (auto& x : a) x = number<T>(random);
    for (auto& x : b) x = number<T>(random);
    const ConstMatrix<C> left{&a, 3, m, depth, transposed_a ? 1 : depth, transposed_a ? m : 1};
    const ConstMatrix<C> right{&b, 2, depth, n, transposed_b ? 1 : n, transposed_b ? depth : 1};
    ordered_gemm<C>(left, right, Matrix<C>{&y, 0, m, n, n, 1}, with);
    for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
            T expected(0);
            for (std::int64_t k = 0; k < depth; ++k) expected = C::sum(expected, C::product(left(i, k), right(k, j)));
            const T found = y[static_cast<std::size_t>(i * n + j)];
            CAPTURE(m, n, depth, transposed_a, transposed_b, i, j, expected, found);
            if (expected != expected) CHECK(found != found);
            else CHECK(bits(found) == bits(expected));
        }
    CHECK(y.back() == T(777));
}

ordered::Kernel<double> faulty = ordered::portable_kernels.doubles;

}  // namespace

TEST_CASE("Products in the reference order have the bits of the plain loop, on every processor's kernels") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512}) {
        if (!has_instructions(p)) continue;
        const ordered::Kernels& with = ordered::kernels_of(p);
        for (const std::int64_t m : {0, 1, 2, 5, 8, 9, 17})
            for (const std::int64_t n : {0, 1, 7, 16, 33})
                for (const std::int64_t depth : {0, 1, 4, 13})
                    for (const bool ta : {false, true})
                        for (const bool tb : {false, true}) {
                            check<Float64>(with.doubles, random, m, n, depth, ta, tb);
                            check<Float32>(with.floats, random, m, n, depth, ta, tb);
                        }
    }
}

TEST_CASE("The ordered kernels of every processor agree, and one wrong bit is seen") {
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512})
        if (has_instructions(p)) CHECK(kernels_agree(ordered::kernels_of(p), ordered::portable_kernels));
    ordered::Kernels wrong = ordered::portable_kernels;
    static std::int64_t column, rows;
    for (rows = 1; rows <= wrong.doubles.rows; ++rows)
        for (column = 0; column < wrong.doubles.width; ++column) {
            wrong.doubles.tile = [](std::int64_t count, std::int64_t depth, const double* a, std::int64_t row_stride,
                                    std::int64_t step, const double* b, double* out) {
                faulty.tile(count, depth, a, row_stride, step, b, out);
                double& x = out[(count - 1) * faulty.width + column];
                if (count == rows) x = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ 1);
            };
            CAPTURE(rows, column);
            CHECK(!kernels_agree(wrong, ordered::portable_kernels));
        }
}
