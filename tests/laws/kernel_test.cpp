/// The bulk kernels against the loops that define them: approximate contexts bit for bit, exact ones with ==, enclosing
/// ones by containment.
#include <tercet/layers/linear.hpp>

#include <cstring>

#include "../catch.hpp"
#include "random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// y_ij = ((0 + a_i0 b_0j) + a_i1 b_1j) + .., the definition.
template <Context C, class A, class B>
Tensor<C, dyn, dyn> reference(const ConstMatrix<A>& a, const ConstMatrix<B>& b) {
    Tensor<C, dyn, dyn> y({a.rows, b.cols});
    for (std::int64_t i = 0; i < a.rows; ++i)
        for (std::int64_t j = 0; j < b.cols; ++j) {
            Scalar<C> sum = zero<C>();
            for (std::int64_t k = 0; k < a.cols; ++k)
                sum = sum + product<C>(as_scalar<C>(a(i, k)), as_scalar<C>(b(k, j)));
            y(i, j) = sum;
        }
    return y;
}

template <class T>
bool same_bits(const T& a, const T& b) {
    return a == b;
}
template <>
bool same_bits(const double& a, const double& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}
template <>
bool same_bits(const float& a, const float& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

/// A matrix rows x cols somewhere in a larger storage, transposed or not.
template <class C>
struct Placed {
    Storage<C> storage;
    ConstMatrix<C> matrix;

    Placed(Random& random, std::int64_t rows, std::int64_t cols)
        : storage(static_cast<std::size_t>(rows * cols + 5)), matrix{} {
        for (std::size_t i = 0; i < storage.size(); ++i) storage[i] = random.number<C>();
        const bool transposed = random.integer(0, 1) == 1;
        matrix = {&storage, random.integer(0, 5), rows, cols, transposed ? 1 : cols, transposed ? rows : 1};
    }
    Placed(const Placed&) = delete;
};

constexpr Extents<3> sizes[] = {{0, 3, 2}, {3, 0, 2}, {2, 3, 0}, {1, 1, 1},  {1, 7, 1},
                                {4, 1, 3}, {1, 9, 6}, {5, 8, 1}, {7, 17, 9}, {3, 33, 18}};

}  // namespace

TEMPLATE_LIST_TEST_CASE("The matrix product is the reference loop, to the bit or the fraction", "", PlainContexts) {
    using C = TestType;
    Random random(31, Data::rough);
    CAPTURE(random.seed);
    for (const auto& [m, depth, n] : sizes)
        for (int repeat = 0; repeat < 4; ++repeat) {
            CAPTURE(m, depth, n, repeat);
            const Placed<C> a(random, m, depth), b(random, depth, n);
            const auto y = matmul<C>(a.matrix, b.matrix), want = reference<C>(a.matrix, b.matrix);
            for (std::int64_t i = 0; i < y.size(); ++i) REQUIRE(same_bits<Scalar<C>>(y[i], want[i]));
        }
}

TEST_CASE("The order of summation is the reference order: huge terms cancel from the left") {
    const Tensor<Float64, 1, 4> a{1e30, 1.0, -1e30, 1.0};
    const Tensor<Float64, 4, 1> ones{1.0, 1.0, 1.0, 1.0};
    CHECK(matmul<Float64>(matrix(a.view()), matrix(ones.view()))[0] == 1.0);
    const Tensor<Float64, 4, 2> two{1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0};
    CHECK(matmul<Float64>(matrix(a.view()), matrix(two.view()))[1] == 1.0);
}

namespace {

template <Context C, class A, class B>
void check_enclosing_product(Random& random) {
    for (const auto& [m, depth, n] : sizes)
        for (int repeat = 0; repeat < 3; ++repeat) {
            const Placed<A> a(random, m, depth);
            const Placed<B> b(random, depth, n);
            const auto y = matmul<C>(a.matrix, b.matrix), loop = reference<C>(a.matrix, b.matrix);
            const auto points = [&](const auto& x) {
                Placed<Rational> p(random, 0, 0);
                Tensor<Rational, dyn, dyn> t({x.rows, x.cols});
                for (std::int64_t i = 0; i < x.rows; ++i)
                    for (std::int64_t j = 0; j < x.cols; ++j) t(i, j) = point_of(as_scalar<C>(x(i, j)), random);
                return t;
            };
            const auto p = points(a.matrix), q = points(b.matrix);
            const auto exact = matmul<Rational>(matrix(p.view()), matrix(q.view()));
            REQUIRE(contains(y, exact));
            // sums of multiples of 1/16 are exact in every order, so also where all is done in upward rounding
            if (random.data == Data::grid && (depth <= 16 || std::same_as<A, B>)) REQUIRE((y == loop));
            for (std::int64_t i = 0; i < y.size(); ++i) {
                // With |a|, |b| <= 2 sums stay below 4 depth. Each end takes 2 depth roundings of at most one ulp, 4
                // depth 2^-52 or less; the loop's width is at least the exact one, and the kernel's exceeds that by at
                // most its two ends' roundings.
                const double slack = 16.0 * static_cast<double>(depth + 1) * static_cast<double>(depth + 1) * 0x1p-52;
                REQUIRE(y[i].width_up() <= loop[i].width_up() + slack);
            }
        }
}

}  // namespace

TEST_CASE("The interval products contain every exact product, and are as tight as the loop") {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(32, data);
    CAPTURE(random.seed);
    check_enclosing_product<Interval64, Interval64, Interval64>(random);
    check_enclosing_product<Interval64, Float64, Interval64>(random);
    check_enclosing_product<Interval64, Interval64, Float64>(random);
    check_enclosing_product<IntervalWeights64, IntervalWeights64, Interval64>(random);
}

TEMPLATE_LIST_TEST_CASE("elementwise is the scalar operation, at any offset and stride, also in place", "",
                        EveryContext) {
    using C = TestType;
    Random random(33, Data::rough);
    CAPTURE(random.seed);
    const auto op = GENERATE(Binary::add, Binary::subtract, Binary::multiply, Binary::max, Binary::divide);
    CAPTURE(to_string(op));
    if (op == Binary::divide && !FieldContext<C>) return;
    for (const std::int64_t n : {0, 1, 2, 7, 40}) {
        Storage<C> a(static_cast<std::size_t>(2 * n + 3)), b(a.size()), y(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            a[i] = random.number<C>();
            b[i] = random.number<C>();
            if (op == Binary::divide) b[i] = C::max(b[i], C::ratio(1, 3));
        }
        const ConstRun<C> left{&a, 1, 2}, right{&b, 2, random.integer(0, 2)};
        elementwise<C>(op, n, left, right, Run<C>{&y, 0, 1});
        for (std::int64_t i = 0; i < n; ++i)
            REQUIRE(same_bits<Scalar<C>>(y[static_cast<std::size_t>(i)], tercet::apply<C>(op, left[i], right[i])));
        elementwise<C>(op, n, left, right, Run<C>{&a, 1, 2});
        for (std::int64_t i = 0; i < n; ++i)
            REQUIRE(same_bits<Scalar<C>>(a[static_cast<std::size_t>(1 + 2 * i)], y[static_cast<std::size_t>(i)]));
    }
}

TEST_CASE("A product of shapes that do not fit throws, with the numbers") {
    const Tensor<Float64, 2, 3> a;
    const Tensor<Float64, 2, 2> b;
    CHECK_THROWS_WITH(matmul<Float64>(matrix(a.view()), matrix(b.view())),
                      Catch::Matchers::ContainsSubstring("[2, 3] x [2, 2]"));
}
