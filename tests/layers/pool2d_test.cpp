#include <tercet/layers/pool2d.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <chrono>
#include <random>

#include "layer_checks.hpp"
#include "naive.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

struct Case {
    Extents<4> input;
    Pool2dWindow window;
};

const Case cases[] = {
    {{1, 2, 4, 4}, {2, 2, Geometry2d::same(2, 0)}},
    {{2, 1, 5, 6}, {3, 2, Geometry2d::same(1, 0)}},  // overlapping windows
    {{1, 1, 4, 5},
     {3, 3, {.stride_h = 2, .stride_w = 1, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 0}}},
    {{1, 2, 6, 6}, {2, 2, {.stride_h = 1, .stride_w = 2, .dilation_h = 3, .dilation_w = 2}}},
    {{1, 1, 1, 1}, {1, 1}},
    {{0, 2, 4, 4}, {2, 2, Geometry2d::same(2, 0)}},
    {{1, 1, 5, 5}, {2, 2, Geometry2d::same(2, 0), true}},  // the last windows run over the end
    {{1, 1, 5, 4}, {3, 3, Geometry2d::same(2, 1), true, true}},
};
constexpr int case_count = 8;

template <class C>
using Images = naive::Images<C>;

/// A batch of images [2, 4, 4] is its images; exact pullbacks are derivatives; boxes contain points.
template <Context C, class L>
void check_layer(const L& layer, Random& random) {
    for (const std::int64_t n : {0, 1, 3})
        check_batch_is_rows(layer, random.tensor<Tensor<C, dyn, 2, 4, 4>>({n, 2, 4, 4}), random);
    if constexpr (ExactContext<C> && !requires { typename C::Base; })
        check_pullback_is_derivative<C>(layer, random.fixed<C, 2, 4, 4>(), random);
    if constexpr (EnclosingContext<C>)
        for (int k = 0; k < 20; ++k) check_boxes_contain_points<C>(layer, random.fixed<C, 2, 4, 4>(), random);
    if constexpr (std::same_as<C, Dyadic>) check_dyadic_is_rational(layer, random.fixed<C, 2, 4, 4>(), random);
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("max_pool2d over boxes is C::max cell by cell, also of subnormals with FTZ and DAZ on", "",
                        EnclosingContexts) {
    using C = TestType;
    Random random(61, Data::rough);
    CAPTURE(random.seed);
    for (int k = 0; k < case_count; ++k) {
        auto x = random.tensor<Images<C>>(cases[k].input);
        for (std::int64_t i = 0; i < x.size(); i += 3)
            x[i] = Interval(-0x1p-1060 * static_cast<double>(i + 1), 0x1p-1074 * static_cast<double>(i % 5));
        const Pool2dCells windows(
            Pool2dSizes::make("max_pool2d", cases[k].input[2], cases[k].input[3], cases[k].window));
        const Pool2dSizes& sizes = windows.sizes;
        const FpControl saved = fp_control();
        set_fp_control(saved | flushing);
        const auto y = max_pool2d<C>(x.view(), cases[k].window);
        set_fp_control(saved);
        std::int64_t at = 0;
        for (std::int64_t plane = 0; plane < cases[k].input[0] * cases[k].input[1]; ++plane)
            for (std::int64_t n = 0; n < sizes.windows(); ++n) {
                Interval largest = x[plane * sizes.h * sizes.w + windows[n][0]];
                for (const auto cell : windows[n]) largest = C::max(largest, x[plane * sizes.h * sizes.w + cell]);
                CAPTURE(k, at);
                REQUIRE(y[at++] == largest);
            }
        REQUIRE(at == y.size());
    }
}

TEMPLATE_LIST_TEST_CASE("max_pool2d and its pullback are the formulas: the first maximum wins, overlaps add", "",
                        PlainContexts) {
    using C = TestType;
    const auto& [input, window] = cases[GENERATE(range(0, case_count))];
    Random random(61);  // the grid makes ties
    CAPTURE(random.seed, to_string_dims(input));
    const auto x = random.tensor<Images<C>>(input);
    const auto y = max_pool2d<C>(x.view(), window);
    REQUIRE((y == naive::max_pool2d(x, y.dims(), window)));
    random.data = Data::rough;
    const auto g = random.tensor<Images<C>>(y.dims());
    REQUIRE((max_pool2d_vjp<C>(x.view(), g.view(), window) == naive::max_pool2d_vjp(x, g, window)));
}

// The mean divides: avg_pool2d does not exist over Dyadic.

TEMPLATE_LIST_TEST_CASE("Both poolings' pullbacks are derivatives, ties included", "", ExactContexts) {
    using C = TestType;
    const auto& [input, window] = cases[GENERATE(range(0, case_count))];
    Random random(62);
    CAPTURE(random.seed, to_string_dims(input));
    const auto x = random.tensor<Images<C>>(input), dx = random.tensor<Images<C>>(input);
    const auto y = max_pool2d<Dual<C>>(with_direction(x, dx).view(), window);
    const auto g = random.tensor<Images<C>>(y.dims());
    REQUIRE((derivative(y, g) == inner(max_pool2d_vjp<C>(x.view(), g.view(), window), dx)));
    if constexpr (FieldContext<C>) {
        const auto mean = avg_pool2d<Dual<C>>(with_direction(x, dx).view(), window);
        REQUIRE((derivative(mean, g) == inner(avg_pool2d_vjp<C>(input, g.view(), window), dx)));
    }
}

TEST_CASE("max_pool2d over Dyadic is that over Rational, value and pullback, ties and overlaps included") {
    const auto& [input, window] = cases[GENERATE(range(0, case_count))];
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(64, data);
    CAPTURE(random.seed, to_string_dims(input));
    const auto x = random.tensor<Images<Dyadic>>(input);
    const auto xq = point_of(x, random);
    const auto y = max_pool2d<Dyadic>(x.view(), window);
    REQUIRE(contains(y, max_pool2d<Rational>(xq.view(), window)));
    const auto g = random.tensor<Images<Dyadic>>(y.dims());
    REQUIRE(contains(max_pool2d_vjp<Dyadic>(x.view(), g.view(), window),
                     max_pool2d_vjp<Rational>(xq.view(), point_of(g, random).view(), window)));
}

TEST_CASE("The average counts the cells inside the image, or with count_padding the padded window's") {
    const Tensor<Rational, 1, 1, 2, 2> x{Rational::ratio(1, 1), Rational::ratio(2, 1), Rational::ratio(3, 1),
                                         Rational::ratio(4, 1)};
    const Pool2dWindow inside{2, 2, Geometry2d::same(2, 1)}, padded{2, 2, Geometry2d::same(2, 1), false, true};
    const auto a = avg_pool2d<Rational>(x.view(), inside), b = avg_pool2d<Rational>(x.view(), padded);
    for (std::int64_t i = 0; i < 4; ++i) {
        CHECK((a[i] == x[i]));
        CHECK((b[i] == x[i] / 4));
    }
    const auto whole = avg_pool2d<Rational>(x.view(), {2, 2});
    CHECK((whole[0] == Rational::ratio(5, 2)));
}

TEST_CASE("A tie goes to the first cell in row-major order") {
    const Tensor<Float64, 1, 2, 2> x{1.0, 1.0, 1.0, 1.0};
    const Tensor<Float64, 1, 1, 1> g{3.0};
    CHECK((MaxPool2d<Float64, Pool2dWindow{2, 2}>{}.vjp(x, g).input == Tensor<Float64, 1, 2, 2>{3.0, 0.0, 0.0, 0.0}));
    const Tensor<Interval64, 1, 2, 2> box{Interval(1), Interval(1), Interval(0, 1), Interval(0, 2)};
    const auto d = MaxPool2d<Interval64, Pool2dWindow{2, 2}>{}.vjp(box, Tensor<Interval64, 1, 1, 1>{Interval(3)}).input;
    CHECK((d[0] == Interval(0, 3)));  // wins unless the last is > 1
    CHECK((d[1] == Interval(0)));     // the first is certainly >= it
    CHECK((d[2] == Interval(0)));
    CHECK((d[3] == Interval(0, 3)));
}

TEMPLATE_LIST_TEST_CASE("The layers MaxPool2d and AvgPool2d: batches are rows, boxes contain points", "",
                        OrderedContexts) {
    using C = TestType;
    Random random(63);
    CAPTURE(random.seed);
    const MaxPool2d<C, Pool2dWindow{3, 2, Geometry2d::same(1, 0)}> max;
    const Tensor<C, 2, 2, 3> y = max(random.fixed<C, 2, 4, 4>());
    CHECK(y.size() == 12);
    check_layer<C>(max, random);
    if constexpr (FieldContext<C>) {
        const AvgPool2d<C, Pool2dWindow{2, 2, Geometry2d::same(2, 0)}> mean;
        const Tensor<C, 2, 2, 2> z = mean(random.fixed<C, 2, 4, 4>());
        CHECK(z.size() == 8);
        check_layer<C>(mean, random);
    }
}

TEST_CASE("A pooling window that does not fit throws") {
    const Images<Float64> x({1, 1, 2, 2});
    CHECK_THROWS_AS(max_pool2d<Float64>(x.view(), {3, 1}), ShapeError);
    CHECK_THROWS_AS(max_pool2d<Float64>(x.view(), {1, 1, {.stride_h = 0}}), ShapeError);
    // Corner windows hold no cell.
    CHECK_THROWS_AS(max_pool2d<Float64>(x.view(), {1, 1, Geometry2d::same(1, 1)}), ShapeError);
    CHECK_THROWS_AS(max_pool2d_vjp<Float64>(x.view(), x.view(), {2, 2}), ShapeError);
}

TEST_CASE(
    "The windows of a pooling: cells and divisors as counted one by one, in every geometry, and the first empty one is "
    "named") {
    std::mt19937 engine(73);
    const auto draw = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(engine); };
    int refused = 0;
    for (int round = 0; round < 20000; ++round) {
        const std::int64_t h = draw(1, 6), w = draw(1, 6);
        const Pool2dWindow p{
            draw(1, 3), draw(1, 3),
            Geometry2d{draw(1, 4), draw(1, 4), draw(0, 3), draw(0, 3), draw(0, 3), draw(0, 3), draw(1, 3), draw(1, 9)},
            draw(0, 1) == 1, draw(0, 1) == 1};
        const Geometry2d& g = p.geometry;
        if (!window_fits(h, p.kernel_h, g.stride_h, g.pad_top + g.pad_bottom, g.dilation_h) ||
            !window_fits(w, p.kernel_w, g.stride_w, g.pad_left + g.pad_right, g.dilation_w))
            continue;
        std::vector<std::vector<std::int64_t>> cells;
        std::vector<std::int64_t> divisors;
        std::string empty;
        std::int64_t out_h = window_count(h, p.kernel_h, g.stride_h, g.pad_top + g.pad_bottom, g.dilation_h),
                     out_w = window_count(w, p.kernel_w, g.stride_w, g.pad_left + g.pad_right, g.dilation_w);
        const auto more = [&](std::int64_t n, std::int64_t out, int kernel, int stride, int before, int after,
                              int dilation) {
            const bool over = (out - 1) * stride - before + dilation * (kernel - 1) + 1 < n + after;
            return p.ceil_mode && over && out * stride - before < n ? 1 : 0;
        };
        out_h += more(h, out_h, p.kernel_h, g.stride_h, g.pad_top, g.pad_bottom, g.dilation_h);
        out_w += more(w, out_w, p.kernel_w, g.stride_w, g.pad_left, g.pad_right, g.dilation_w);
        for (std::int64_t i = 0; i < out_h; ++i)
            for (std::int64_t j = 0; j < out_w; ++j) {
                cells.emplace_back();
                divisors.push_back(0);
                for (int di = 0; di < p.kernel_h; ++di)
                    for (int dj = 0; dj < p.kernel_w; ++dj) {
                        const std::int64_t y = i * g.stride_h + di * g.dilation_h - g.pad_top,
                                           x = j * g.stride_w + dj * g.dilation_w - g.pad_left;
                        const bool inside = y >= 0 && y < h && x >= 0 && x < w;
                        if (inside) cells.back().push_back(y * w + x);
                        if (p.count_padding ? y < h + g.pad_bottom && x < w + g.pad_right : inside) ++divisors.back();
                    }
                if (cells.back().empty() && empty.empty())
                    empty = "max_pool2d: window (" + std::to_string(i) + ", " + std::to_string(j) +
                            ") lies wholly in the padding";
            }
        CAPTURE(round, h, w, p.kernel_h, p.kernel_w, empty);
        if (!empty.empty()) {
            ++refused;
            REQUIRE_THROWS_WITH(Pool2dSizes::make("max_pool2d", h, w, p), empty);
            continue;
        }
        const Pool2dCells windows(Pool2dSizes::make("max_pool2d", h, w, p));
        REQUIRE((windows.sizes.out_h == out_h && windows.sizes.out_w == out_w));
        const bool alike =
            std::all_of(cells.begin(), cells.end(), [&](const auto& c) { return c.size() == cells[0].size(); });
        REQUIRE(windows.cells_of_each() == (alike ? static_cast<std::int64_t>(cells[0].size()) : 0));
        for (std::size_t k = 0; k < cells.size(); ++k) {
            const auto found = windows[static_cast<std::int64_t>(k)];
            REQUIRE(std::vector<std::int64_t>(found.begin(), found.end()) == cells[k]);
            REQUIRE(windows.sizes.divisor(static_cast<std::int64_t>(k)) == divisors[k]);
        }
    }
    CHECK(refused > 500);
}

TEST_CASE("Sizes of a pooling cost neither memory nor time, and its cells ask the budget") {
    const auto start = std::chrono::steady_clock::now();
    const Pool2dWindow one{1, 1};
    for (int k = 0; k < 1000; ++k)
        CHECK(Pool2dSizes::make("max_pool2d", 16384, 16384, one).windows() == std::int64_t{1} << 28);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
    set_memory_budget(std::size_t{1} << 30);
    CHECK_THROWS_WITH(Pool2dCells(Pool2dSizes::make("max_pool2d", 16384, 16384, one)),
                      Catch::Matchers::StartsWith("the cells of its windows would take 2.0 GiB"));
    set_memory_budget(0);
}
