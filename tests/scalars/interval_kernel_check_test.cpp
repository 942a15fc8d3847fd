/// The same check for the loops over intervals: what every processor gives agrees, and one wrong output in one case is
/// seen.
#include <tercet/scalars/kernels/kernel_check.hpp>
#include <tercet/scalars/machine/processor.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

#include "../catch.hpp"

using namespace tercet;

namespace {

using pairs::Kernels;

const Kernels& good() { return pairs::kernels_of(Processor::portable); }

void flip(double& x) { x = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ 1); }

/// What a pair kernel was called with: step is -1 for the kernels that have none, a and b are null where there is no
/// such operand.
struct Call {
    std::int64_t n, step;
    const double *a, *b;
    double* y;
};
std::function<void(const Call&)> pair_fault;

using Binary = void (*)(std::int64_t, const double*, const double*, std::int64_t, double*);
template <Binary Kernels::*op>
void faulty(std::int64_t n, const double* a, const double* b, std::int64_t step, double* y) {
    (good().*op)(n, a, b, step, y);
    pair_fault({n, step, a, b, y});
}

bool sees(Kernels wrong, std::function<void(const Call&)> fault) {
    pair_fault = std::move(fault);
    return !kernels_agree(good(), wrong);
}

std::function<void(std::int64_t, const double*, double*, double*)> plane_fault;
bool sees_in_plane(decltype(plane_fault) fault) {
    plane_fault = std::move(fault);
    return !kernels_agree(
        planes::portable_add_product, +[](std::int64_t count, const double* a, const double* l, const double* u,
                                          const double* n, double* n_y, double* u_y) {
            planes::portable_add_product(count, a, l, u, n, n_y, u_y);
            plane_fault(count, a, n_y, u_y);
        });
}

}  // namespace

TEST_CASE("The kernels of every processor for pairs and planes agree") {
    for (const auto p : {Processor::portable, Processor::avx2, Processor::avx512})
        if (has_instructions(p)) {
            CHECK(kernels_agree(pairs::kernels_of(p), good()));
            CHECK(kernels_agree(planes::add_product_of(p), planes::portable_add_product));
        }
}

TEST_CASE("A wrong bit of any pair kernel is seen, at every length and tail, with one operand for all and in place") {
    std::vector<std::pair<const char*, Kernels>> all;
    const auto add = [&](const char* name, auto entry, auto f) {
        Kernels k = good();
        k.*entry = f;
        all.emplace_back(name, k);
    };
    add("add", &Kernels::add, faulty<&Kernels::add>);
    add("subtract", &Kernels::subtract, faulty<&Kernels::subtract>);
    add("multiply", &Kernels::multiply, faulty<&Kernels::multiply>);
    add("max", &Kernels::max, faulty<&Kernels::max>);
    add("rectify", &Kernels::rectify, [](std::int64_t n, const double* x, double* y) {
        good().rectify(n, x, y), pair_fault({n, -1, x, nullptr, y});
    });
    add("gate", &Kernels::gate, [](std::int64_t n, const double* x, const double* g, double* y) {
        good().gate(n, x, g, y), pair_fault({n, -1, x, g, y});
    });
    for (const auto& [name, wrong] : all) {
        CAPTURE(name);
        for (std::int64_t n = 1; n <= 19; ++n)
            for (const int end : {1, 2}) {
                CAPTURE(n, end);
                CHECK(sees(wrong, [&](const Call& c) {
                    if (c.n == n) flip(c.y[2 * n - end]);
                }));
            }
        CHECK(sees(wrong, [](const Call& c) {
            if (c.y == c.a) flip(c.y[2 * c.n - 1]);
        }));
        if (good().rectify == wrong.rectify)
            CHECK(sees(wrong, [](const Call& c) {
                if (c.y == c.b) flip(c.y[2 * c.n - 1]);
            }));
        CHECK(sees(wrong, [](const Call& c) {
            if (c.n > 100) c.y[2 * c.n] = 0;
        }));
        if (wrong.add != good().add || wrong.subtract != good().subtract || wrong.multiply != good().multiply ||
            wrong.max != good().max)
            for (std::int64_t tail = 0; tail < 4; ++tail)
                CHECK(sees(wrong, [&](const Call& c) {
                    if (c.step == 0 && c.n % 4 == tail) flip(c.y[2 * c.n - 1]);
                }));
    }
    Kernels wrong = good();
    wrong.multiply = good().add;
    CHECK_FALSE(kernels_agree(wrong, good()));
    wrong = good();
    wrong.gate = [](std::int64_t n, const double* x, const double*, double* y) { std::copy_n(x, 2 * n, y); };
    CHECK_FALSE(kernels_agree(wrong, good()));
}

TEST_CASE("A wrong bit of a pooled maximum is seen, for windows of several sizes") {
    static std::int64_t wrong_cells = 0;
    Kernels wrong = good();
    wrong.pool = [](std::int64_t n, std::int64_t cells, const double* x, const std::int64_t* at, double* y) {
        good().pool(n, cells, x, at, y);
        if (cells == wrong_cells) flip(y[2 * n - 1]);
    };
    for (const std::int64_t cells : {1, 2, 4, 9}) {
        wrong_cells = cells;
        CHECK_FALSE(kernels_agree(wrong, good()));
    }
}

TEST_CASE("A wrong bit of a sum of products of intervals is seen, whatever the sign of the factor, at every length") {
    for (std::int64_t n = 1; n <= 17; ++n)
        for (const int sign : {-1, 0, 1}) {
            CAPTURE(n, sign);
            const auto is_case = [&](std::int64_t count, const double* a) {
                return count == n && (a[0] > 0 ? 1 : a[1] < 0 ? -1 : 0) == sign;
            };
            CHECK(sees_in_plane([&](std::int64_t count, const double* a, double* n_y, double*) {
                if (is_case(count, a)) flip(n_y[n - 1]);
            }));
            CHECK(sees_in_plane([&](std::int64_t count, const double* a, double*, double* u_y) {
                if (is_case(count, a)) flip(u_y[n - 1]);
            }));
        }
    CHECK(sees_in_plane([](std::int64_t, const double* a, double* n_y, double*) {
        if (a[0] == 0 && a[1] == 0) n_y[0] += 1;
    }));
    CHECK(sees_in_plane([](std::int64_t count, const double*, double*, double* u_y) {
        if (count == 3) u_y[3] += 1;
    }));
    CHECK(sees_in_plane([](std::int64_t count, const double*, double* n_y, double*) {
        if (count > 0 && n_y[count - 1] == HUGE_VAL) n_y[count - 1] = 0;
    }));
}
