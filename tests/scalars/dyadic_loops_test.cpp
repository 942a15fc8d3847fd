/// Dyadic's bulk loops against the scalar operations and mpq, at any stride, in place, over any exponents.
#include <tercet/layers/linear.hpp>

#include "dyadic_data.hpp"

using namespace tercet;
using namespace tercet::testing;

TEST_CASE("The product lands in any block of a larger storage, over any exponents, and leaves the rest") {
    Random random(605);
    CAPTURE(random.seed);
    for (int repeat = 0; repeat < 60; ++repeat) {
        const std::int64_t m = random.integer(0, 7), depth = random.integer(0, 9), n = random.integer(0, 10);
        const DyadicStorage a = any_storage(random, static_cast<std::size_t>(m * depth + 2), random.integer(0, 140),
                                            random.integer(-90, 90));
        const DyadicStorage b = any_storage(random, static_cast<std::size_t>(depth * n + 2), random.integer(0, 70),
                                            random.integer(-90, 90));
        DyadicStorage y = random.integer(0, 1)
                              ? any_storage(random, static_cast<std::size_t>(m * n + 3), 70, random.integer(-150, 150))
                              : DyadicStorage(static_cast<std::size_t>(m * n + 3));
        const auto before = rationals(y), p = rationals(a), q = rationals(b);
        const bool transposed = random.integer(0, 1) == 1;
        const ConstMatrix<Dyadic> left{&a, 2, m, depth, depth, 1}, right{&b, 1, depth, n, n, 1};
        const Matrix<Dyadic> to{&y, 1, m, n, transposed ? 1 : n, transposed ? m : 1};
        multiply<Dyadic>(left, right, to);
        const auto after = rationals(y);
        check_bounds(y);
        for (std::size_t i = 0; i < after.size(); ++i)
            if (i < 1 || i >= static_cast<std::size_t>(1 + m * n)) REQUIRE(after[i] == before[i]);
        for (std::int64_t i = 0; i < m; ++i)
            for (std::int64_t j = 0; j < n; ++j) {
                RationalNumber sum = 0;
                for (std::int64_t k = 0; k < depth; ++k)
                    sum += p[static_cast<std::size_t>(2 + i * depth + k)] * q[static_cast<std::size_t>(1 + k * n + j)];
                REQUIRE(to_rational(to(i, j)) == sum);
            }
    }
}

TEST_CASE("A product into another stretch of its operand's storage") {
    Storage<Dyadic> s(8), b(4);
    for (std::size_t i = 0; i < 4; ++i) {
        s[i] = Dyadic::exact(static_cast<double>(i + 1));
        b[i] = Dyadic::exact(static_cast<double>(i + 1) / 8);
    }
    multiply<Dyadic>(ConstMatrix<Dyadic>{&s, 0, 2, 2, 2, 1}, ConstMatrix<Dyadic>{&b, 0, 2, 2, 2, 1},
                     matrix_in<Dyadic>(s, 4, 2, 2));
    const double want[] = {1, 2, 3, 4, 7.0 / 8, 10.0 / 8, 15.0 / 8, 22.0 / 8};
    for (std::size_t i = 0; i < 8; ++i) CHECK(to_rational(std::as_const(s)[i]) == Rational::exact(want[i]));
}

TEST_CASE(
    "Elementwise loops, copies, gates and gathers are the scalar operations, at any stride, in place and over any "
    "exponents") {
    Random random(606);
    CAPTURE(random.seed);
    for (int repeat = 0; repeat < 300; ++repeat) {
        const std::int64_t n = random.integer(0, 3) == 0 ? 150 : random.integer(0, 12);
        const auto some = [&] {
            return random.integer(0, 5) == 0 ? DyadicStorage(static_cast<std::size_t>(2 * n + 3))
                                             : any_storage(random, static_cast<std::size_t>(2 * n + 3),
                                                           random.integer(0, 150), random.integer(-100, 100));
        };
        DyadicStorage a = some(), b = some(), y = some();
        std::vector<std::int64_t> at(static_cast<std::size_t>(n));
        for (auto& i : at) i = random.integer(-1, n);  // -1: none
        const ConstRun<Dyadic> s{&a, random.integer(0, 2), random.integer(0, 2)},
            t{&b, random.integer(0, 2), random.integer(0, 2)};
        const bool whole = n > 0 && random.integer(0, 2) == 0;
        if (whole) y = DyadicStorage(static_cast<std::size_t>(n));
        const bool in_place = !whole && random.integer(0, 3) == 0;
        const Run<Dyadic> to =
            in_place ? Run<Dyadic>{&a, 1, 2} : Run<Dyadic>{&y, whole ? 0 : 1, whole ? 1 : random.integer(1, 2)};
        const ConstRun<Dyadic> left = in_place ? ConstRun<Dyadic>{&a, 1, 2} : s;
        std::vector<DyadicNumber> want(to.data->size());
        for (std::size_t i = 0; i < want.size(); ++i) want[i] = std::as_const(*to.data)[i];
        const auto place = [&](std::int64_t i) { return static_cast<std::size_t>(to.offset + i * to.stride); };
        const int kind = static_cast<int>(random.integer(0, 8));
        CAPTURE(kind, n, in_place, whole, repeat);
        for (auto& i : at)
            if (kind == 8 && i == n) i = 0;
        for (std::int64_t i = 0; i < n; ++i) {
            const std::int64_t moved = at[static_cast<std::size_t>(i)];
            if (kind == 8 && moved < 0) continue;
            DyadicNumber& w = want[kind == 8 ? static_cast<std::size_t>(to.offset + moved) : place(i)];
            switch (kind) {
                case 0: w = left[i] + t[i]; break;
                case 1: w = left[i] - t[i]; break;
                case 2: w = left[i] * t[i]; break;
                case 3: w = Dyadic::max(left[i], t[i]); break;
                case 4: w = left[i]; break;
                case 5: w = Dyadic::relu(left[i]); break;
                case 6: w = t[i] * Dyadic::step(left[i]); break;
                case 7:
                    w = moved < 0 ? DyadicNumber()
                                  : DyadicNumber(t.data->operator[](static_cast<std::size_t>(t.offset + moved)));
                    break;
                case 8: w = w + t[i]; break;
            }
        }
        switch (kind) {
            case 0: elementwise<Dyadic>(Binary::add, n, left, t, to); break;
            case 1: elementwise<Dyadic>(Binary::subtract, n, left, t, to); break;
            case 2: elementwise<Dyadic>(Binary::multiply, n, left, t, to); break;
            case 3: elementwise<Dyadic>(Binary::max, n, left, t, to); break;
            case 4: copy<Dyadic>(n, left, to); break;
            case 5: rectify<Dyadic>(n, left, to); break;
            case 6: gate<Dyadic>(n, left, t, to); break;
            case 7: Dyadic::gather(n, t, at.data(), to); break;
            case 8: Dyadic::scatter_add(n, t, at.data(), to); break;
        }
        for (std::size_t i = 0; i < want.size(); ++i) REQUIRE(std::as_const(*to.data)[i] == want[i]);
        check_bounds(*to.data);
    }
}

TEST_CASE("Carries run through every limb, of sums and of products that outgrow their factors' limbs") {
    std::vector<Integer> edges{0, 1, -1};
    for (const unsigned n : {62u, 63u, 64u, 65u, 127u, 128u, 129u})
        for (const int off : {-1, 0, 1})
            for (const int sign : {-1, 1}) edges.push_back(sign * ((Integer(1) << n) + off));
    for (const Integer& high : {Integer(0), Integer(1) << 130})
        for (const Integer& b : edges) {
            DyadicStorage x(edges.size()), z(edges.size()), y(edges.size());
            x.make_room(0, 131, "a test");
            z.make_room(0, 131, "a test");
            for (std::size_t i = 0; i < edges.size(); ++i) {
                x[i] = DyadicNumber(edges[i] + high, 0);
                z[i] = DyadicNumber(b, 0);
            }
            const auto n = static_cast<std::int64_t>(edges.size());
            elementwise<Dyadic>(Binary::add, n, {&x, 0, 1}, {&z, 0, 1}, {&y, 0, 1});
            for (std::size_t i = 0; i < edges.size(); ++i)
                REQUIRE(std::as_const(y)[i] == DyadicNumber(edges[i] + high + b, 0));
            elementwise<Dyadic>(Binary::subtract, n, {&x, 0, 1}, {&z, 0, 1}, {&x, 0, 1});
            for (std::size_t i = 0; i < edges.size(); ++i)
                REQUIRE(std::as_const(x)[i] == DyadicNumber(edges[i] + high - b, 0));
        }
    DyadicStorage a(12), b(12);
    for (std::size_t i = 0; i < 12; ++i) {
        a[i] = DyadicNumber((Integer(1) << 31) - 1, 0);
        b[i] = DyadicNumber((Integer(1) << 32) - 1, 0);
    }
    for (const std::int64_t rows : {1, 3}) {
        const auto y =
            matmul<Dyadic>(ConstMatrix<Dyadic>{&a, 0, rows, 4, 4, 1}, ConstMatrix<Dyadic>{&b, 0, 4, 3, 3, 1});
        for (std::int64_t i = 0; i < y.size(); ++i)
            REQUIRE(y[i] == DyadicNumber(4 * ((Integer(1) << 31) - 1) * ((Integer(1) << 32) - 1), 0));
    }
}

TEST_CASE("Bits do not drift: adding and taking away again, row by row, leaves the limbs of the largest number") {
    DyadicStorage y(4), x(4);
    for (std::size_t i = 0; i < 4; ++i) x[i] = Dyadic::exact(-0x1p62 + 1);
    for (int k = 0; k < 500; ++k) {
        elementwise<Dyadic>(Binary::add, 4, {&y, 0, 1}, {&x, 0, 1}, {&y, 0, 1});
        elementwise<Dyadic>(Binary::subtract, 4, {&y, 0, 1}, {&x, 0, 1}, {&y, 0, 1});
    }
    CHECK(y.limbs() <= 1);
    CHECK(y == DyadicStorage(4));
}

TEST_CASE("The first of the largest wins") {
    DyadicStorage x(5);
    for (std::size_t i = 0; i < 5; ++i) x[i] = Dyadic::exact(i == 1 || i == 3 ? 0x1p70 : -1.0);
    CHECK(Dyadic::first_maximum({&x, 0, 1}, std::vector<std::int64_t>{0, 1, 2, 3}) == 1);
    CHECK(Dyadic::first_maximum({&x, 0, 1}, std::vector<std::int64_t>{0, 2, 4}) == 0);
    CHECK(Dyadic::first_maximum({&x, 1, 1}, std::vector<std::int64_t>{3, 2, 0}) == 1);
}

TEST_CASE("Adding into a few places of a tensor leaves the others, however long they are") {
    Storage<Dyadic> x(3), y(3);
    const std::int64_t at[] = {0, 0, 0};
    for (std::size_t i = 0; i < 3; ++i) x[i] = Dyadic::exact(1);
    y[0] = Dyadic::exact(1);
    y[2] = Dyadic::exact(0x1p100);
    Dyadic::scatter_add(3, ConstRun<Dyadic>{&x, 0, 1}, at, Run<Dyadic>{&y, 0, 1});
    CHECK(to_rational(std::as_const(y)[0]) == 4);
    CHECK(to_rational(std::as_const(y)[1]) == 0);
    CHECK(to_rational(std::as_const(y)[2]) == Rational::exact(0x1p100));
}
