/// Unordered64's products: any factor transposed, inside larger storages, against exact ones within the bound that
/// unordered64.hpp states.
#include <tercet/layers/linear.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/unordered64.hpp>

#include <random>

#include "../catch.hpp"

using namespace tercet;

namespace {

struct Placed {
    Storage<Float64> storage;
    ConstMatrix<Float64> matrix;

    Placed(std::mt19937_64& engine, std::int64_t rows, std::int64_t cols, bool transposed)
        : storage(static_cast<std::size_t>(rows * cols + 7)), matrix{} {
        for (double& x : storage) x = static_cast<double>(static_cast<std::int64_t>(engine() >> 10)) * 0x1p-53 - 1;
        matrix = {&storage, 3, rows, cols, transposed ? 1 : cols, transposed ? rows : 1};
    }
    Placed(const Placed&) = delete;
};

}  // namespace

TEST_CASE("A product in Unordered64 is within its bound of the exact one, however its factors and result lie") {
    std::mt19937_64 engine(2001);
    for (const auto& [m, depth, n] :
         {Extents<3>{1, 1, 1}, {1, 40, 1}, {33, 70, 1}, {1, 70, 33}, {19, 300, 23}, {40, 3, 9}, {0, 3, 2}, {3, 0, 2}})
        for (int layout = 0; layout < 8; ++layout) {
            const Placed a(engine, m, depth, layout & 1), b(engine, depth, n, layout & 2);
            Storage<Unordered64> out(static_cast<std::size_t>(m * n + 5), 777.0);
            const bool transposed = layout & 4;
            const Matrix<Unordered64> y{&out, 2, m, n, transposed ? 1 : n, transposed ? m : 1};
            multiply<Unordered64>(a.matrix, b.matrix, y);
            for (std::int64_t i = 0; i < m; ++i)
                for (std::int64_t j = 0; j < n; ++j) {
                    RationalNumber sum = 0, size = 0;
                    for (std::int64_t k = 0; k < depth; ++k) {
                        const RationalNumber term = Rational::exact(a.matrix(i, k)) * Rational::exact(b.matrix(k, j));
                        sum += term;
                        size += abs(term);
                    }
                    CAPTURE(m, depth, n, layout, i, j);
                    REQUIRE(abs(Rational::exact(y(i, j)) - sum) <=
                            size * Rational::exact(static_cast<double>(depth + 2) * 0x1p-53));
                }
            CHECK(out[0] == 777.0);
            CHECK(out[1] == 777.0);
            for (std::size_t i = static_cast<std::size_t>(m * n + 2); i < out.size(); ++i) CHECK(out[i] == 777.0);
        }
}
