/// The check that AVX-512's kernels must pass: the same bits agree, and one wrong output of one function, in one of its
/// cases, is seen.
///
/// A fault flips the last bit of a double, or writes beside the results, wherever `fault` says so; a fault that the
/// check's operands never reach would go unseen and fail the test.
#include <tercet/scalars/kernels/kernel_check.hpp>

#include <bit>
#include <cmath>
#include <functional>

#include "../catch.hpp"
#include "every_kernel.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

const affine::Kernels& good() { return affine::kernels_of(Processor::portable); }

void flip(double& x) { x = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) ^ 1); }

std::function<void(const affine::Block&)> sum_fault;
std::function<void(const affine::Results&)> result_fault;
std::function<void(std::int64_t, double, double*, affine::Survey&)> centre_fault;

template <int kind>
void faulty_sums(const affine::Block& b) {
    good().sums[kind](b);
    sum_fault(b);
}
template <int kind>
void faulty_results(const affine::Results& r) {
    good().results[kind](r);
    result_fault(r);
}
affine::Survey faulty_centre(const affine::Centre& job) {
    affine::Survey s = good().centre(job);
    centre_fault(job.n, job.g, job.m_rho + (job.runs - 1) * job.m_rho_stride, s);
    return s;
}

constexpr decltype(&faulty_sums<0>) all_faulty_sums[] = {faulty_sums<0>, faulty_sums<1>, faulty_sums<2>};
constexpr decltype(&faulty_results<0>) all_faulty_results[] = {faulty_results<0>, faulty_results<1>, faulty_results<2>};
constexpr affine::Sum all_sums[] = {affine::Sum::plain, affine::Sum::midrad, affine::Sum::upward};

bool sees_sum_fault(int kind, std::function<void(const affine::Block&)> fault) {
    sum_fault = std::move(fault);
    affine::Kernels faulty = good();
    faulty.sums[kind] = all_faulty_sums[kind];
    return !kernels_agree(good(), faulty);
}
bool sees_result_fault(int kind, std::function<void(const affine::Results&)> fault) {
    result_fault = std::move(fault);
    affine::Kernels faulty = good();
    faulty.results[kind] = all_faulty_results[kind];
    return !kernels_agree(good(), faulty);
}
bool sees_centre_fault(decltype(centre_fault) fault) {
    centre_fault = std::move(fault);
    affine::Kernels faulty = good();
    faulty.centre = faulty_centre;
    return !kernels_agree(good(), faulty);
}

/// How a block's operands and weights lie.
struct Way {
    bool indirect, narrow;
    bool is_of(const affine::Block& b) const {
        return (b.offsets != nullptr) == indirect && (b.short_w != nullptr) == narrow;
    }
};
constexpr Way ways[] = {{false, false}, {false, true}, {true, false}, {true, true}};

}  // namespace

TEST_CASE("Kernels that fuse agree, one that does not is seen in each sum") {
    CHECK(kernels_agree(good(), good()));
    CHECK(kernels_agree(eight_lanes, eight_lanes));
    if (has_instructions(Processor::avx2)) CHECK(kernels_agree(affine::kernels_of(Processor::avx2), eight_lanes));
    CHECK_FALSE(kernels_agree(good(), eight_lanes));
    for (int kind = 0; kind < 3; ++kind) {
        affine::Kernels other = eight_lanes;
        other.sums[kind] = good().sums[kind];
        CHECK_FALSE(kernels_agree(other, eight_lanes));
    }
}

TEST_CASE("A wrong bit in any plane of a sum is seen, for every size of block and way of its operands") {
    for (int kind = 0; kind < 3; ++kind) {
        CAPTURE(kind);
        const int planes = affine::planes(all_sums[kind]);
        const auto last = [&](const affine::Block& b) -> double& {
            return b.out[planes * b.columns * b.panels * 8 - 1];
        };
        for (int plane = 0; plane < planes; ++plane)
            for (const Way& way : ways) {
                CAPTURE(plane, way.indirect, way.narrow);
                CHECK(sees_sum_fault(kind, [&](const affine::Block& b) {
                    if (way.is_of(b)) flip(b.out[plane * b.columns * b.panels * 8]);
                }));
            }
        for (const Way& way : ways) {
            CAPTURE(way.indirect, way.narrow);
            const auto reached = [&](auto which) {
                return sees_sum_fault(kind, [&](const affine::Block& b) {
                    if (way.is_of(b) && which(b)) flip(last(b));
                });
            };
            CHECK(reached([](const affine::Block& b) { return b.cols > affine::chunk; }));
            for (std::int64_t n = 1; n <= 17; ++n) {
                CAPTURE(n);
                CHECK(reached([&](const affine::Block& b) { return b.cols == n; }));
                CHECK(reached([&](const affine::Block& b) { return b.columns == n; }));
            }
            for (const std::int64_t panels : {1, 2, 3, 5})
                CHECK(reached([&](const affine::Block& b) { return b.panels == panels; }));
            CHECK(reached([&](const affine::Block& b) { return last(b) != 0 && std::abs(last(b)) < 0x1p-1022; }));
            CHECK(reached([&](const affine::Block& b) { return std::abs(last(b)) > 0x1p1000; }));
        }
        CHECK(sees_sum_fault(kind, [&](const affine::Block& b) {
            if (b.cols == 0) flip(last(b));
        }));
        CHECK(sees_sum_fault(kind, [&](const affine::Block& b) {
            if (b.cols == 9) (&last(b))[1] = 0;
        }));
    }
    CHECK(sees_sum_fault(2, [](const affine::Block& b) {
        if (b.out[0] == HUGE_VAL) flip(b.out[0]);
    }));
}

TEST_CASE("A wrong bit in any result is seen, with relu, bias and stride or without, for every number of rows") {
    for (int kind = 0; kind < 3; ++kind) {
        const int width = kind == 0 ? 1 : 2;
        const auto end_of_last = [&](const affine::Results& r) {
            return r.y[r.columns - 1] + (r.rows - 1) * r.row_stride + width;
        };
        for (const bool rectify : {false, true})
            for (const bool strided : {false, true}) {
                CAPTURE(kind, rectify, strided);
                const auto reached = [&](auto which) {
                    return sees_result_fault(kind, [&](const affine::Results& r) {
                        if (r.rectify == rectify && (r.row_stride != width) == strided && which(r))
                            flip(end_of_last(r)[-1]);
                    });
                };
                for (std::int64_t n = 1; n <= 17; ++n) {
                    CAPTURE(n);
                    CHECK(reached([&](const affine::Results& r) { return r.rows == n; }));
                    CHECK(reached([&](const affine::Results& r) { return r.columns == n; }));
                }
                CHECK(reached([](const affine::Results& r) { return r.bias != nullptr; }));
                CHECK(reached([](const affine::Results& r) { return (r.bias == nullptr) == r.rectify; }));
                CHECK(sees_result_fault(kind, [&](const affine::Results& r) {
                    if (r.rectify == rectify && (r.row_stride != width) == strided) flip(r.y[0][0]);
                }));
                CHECK(sees_result_fault(kind, [&](const affine::Results& r) {
                    if (r.rectify == rectify && (r.row_stride != width) == strided) *end_of_last(r) = 0;
                }));
            }
    }
}

TEST_CASE("A wrong bit in any centre, or in any field of a survey, is seen") {
    for (std::int64_t count = 1; count <= 17; ++count)
        for (const bool upward : {false, true})
            for (const int part : {0, 1}) {
                CAPTURE(count, upward, part);
                CHECK(sees_centre_fault([&](std::int64_t n, double g, double* y, affine::Survey&) {
                    if (n == count && (g == 0) == upward) flip(y[2 * n - 2 + part]);
                }));
            }
    CHECK(sees_centre_fault([](std::int64_t n, double, double* y, affine::Survey&) {
        if (n == 5) y[2 * n + 4] = 0;
    }));
    for (const std::int64_t count : {0, 1, 3, 4, 9, 17}) {
        CAPTURE(count);
        CHECK(sees_centre_fault([&](std::int64_t n, double, double*, affine::Survey& s) {
            if (n == count) flip(s.most_m);
        }));
        CHECK(sees_centre_fault([&](std::int64_t n, double, double*, affine::Survey& s) {
            if (n == count) flip(s.most_r);
        }));
        CHECK(sees_centre_fault([&](std::int64_t n, double, double*, affine::Survey& s) {
            if (n == count) s.least = s.least == 1 ? 2 : 1;
        }));
        CHECK(sees_centre_fault([&](std::int64_t n, double, double*, affine::Survey& s) {
            if (n == count && s.finite) s.finite = false;
        }));
        if (count > 0)
            CHECK(sees_centre_fault([&](std::int64_t n, double, double*, affine::Survey& s) {
                if (n == count && !s.finite) s.finite = true;
            }));
    }
}
