#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/kernels/kernel_check.hpp>
#include <tercet/scalars/kernels/ordered_gemm.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>

#include <cstring>

namespace tercet {

namespace {

/// Thirds and fifths of either sign, so that every product and most sums round: the bits of A B^T with A [rows, 19] and
/// B [35, 19].
template <class C>
std::vector<Scalar<C>> product(const ordered::Kernel<Scalar<C>>& with, std::int64_t rows) {
    using T = Scalar<C>;
    constexpr std::int64_t depth = 19, cols = 35;
    Storage<C> a(static_cast<std::size_t>(rows * depth)), b(static_cast<std::size_t>(cols * depth)),
        y(static_cast<std::size_t>(rows * cols));
    const auto number = [](std::size_t i) { return static_cast<T>(static_cast<double>(i * 7 % 23) - 11); };
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = number(i) / T(3);
    for (std::size_t i = 0; i < b.size(); ++i) b[i] = number(i + 5) / T(5);
    ordered_gemm<C>(ConstMatrix<C>{&a, 0, rows, depth, depth, 1}, ConstMatrix<C>{&b, 0, depth, cols, 1, depth},
                    Matrix<C>{&y, 0, rows, cols, cols, 1}, with);
    return y;
}

template <class T>
bool same(const std::vector<T>& x, const std::vector<T>& y) {
    return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(T)) == 0;
}

}  // namespace

bool kernels_agree(const ordered::Kernels& a, const ordered::Kernels& b) {
    const NearestRounding nearest;
    const std::int64_t most = std::max({a.doubles.rows, b.doubles.rows, a.floats.rows, b.floats.rows}) + 1;
    for (std::int64_t rows = 1; rows <= most; ++rows)
        if (!same(product<Float64>(a.doubles, rows), product<Float64>(b.doubles, rows)) ||
            !same(product<Float32>(a.floats, rows), product<Float32>(b.floats, rows)))
            return false;
    return true;
}

}  // namespace tercet
