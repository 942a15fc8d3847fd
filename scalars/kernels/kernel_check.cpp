#include <tercet/scalars/kernels/kernel_check.hpp>
#include <tercet/scalars/kernels/same_bits.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tercet {

namespace {

using Doubles = std::vector<double>;
constexpr double inf = __builtin_inf();

template <class F>
void in_mode(bool upward_rounding, F f) {
    if (upward_rounding) {
        const UpwardRounding upward;
        f();
    } else {
        const NearestRounding nearest;
        f();
    }
}

/// Numbers of either sign in (-2, 2), always the same ones (a linear congruence; 53 bits of each state).
struct Numbers {
    std::uint64_t state = 1;
    double next() {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(static_cast<std::int64_t>(state) >> 11) * 0x1p-51;
    }
    Doubles some(std::int64_t n, double scale) {
        Doubles x(static_cast<std::size_t>(n));
        for (double& v : x) v = next() * scale;
        return x;
    }
};

struct Shape {
    std::int64_t rows, cols, columns;
    double scale;  // of the operands; the weights lie in (-2, 2)
};

/// The sums of a shape, of weights in four and in eight bytes, their operands one after another and then overlapping
/// through offsets, as a convolution's are; and the results of both, contiguous and strided.
bool sums_agree(const affine::Kernels& a, const affine::Kernels& b, affine::Sum sum, const Shape& s) {
    using affine::Kernels;
    const auto kind = static_cast<int>(sum);
    const std::int64_t panels = (s.rows + 7) / 8, width = sum == affine::Sum::plain ? 1 : 2,
                       size = affine::planes(sum) * s.columns * panels * 8;
    Numbers numbers;
    const Doubles w = numbers.some(panels * s.cols * 8, 1);
    const std::vector<float> short_w(w.begin(), w.end());
    const Doubles bias = numbers.some(s.rows, s.scale);
    Doubles cells = numbers.some(width * (s.cols * s.columns + 2 * s.cols + s.columns), s.scale),
            out(static_cast<std::size_t>(size));
    for (std::size_t i = 1; width == 2 && i < cells.size(); i += 2)
        cells[i] = cells[i] < 0 ? -cells[i] : cells[i];  // radii
    std::vector<std::int64_t> offsets(static_cast<std::size_t>(s.cols));
    for (std::size_t k = 0; k < offsets.size(); ++k) offsets[k] = width * static_cast<std::int64_t>(2 * k + k % 2);
    std::vector<const double*> x(static_cast<std::size_t>(s.columns));
    std::vector<double*> to(x.size());
    for (const bool indirect : {false, true}) {
        for (std::size_t c = 0; c < x.size(); ++c)
            x[c] = cells.data() + width * static_cast<std::int64_t>(c) * (indirect ? 1 : s.cols);
        for (const float* narrow : {short_w.data(), static_cast<const float*>(nullptr)}) {
            const auto sums = [&](const Kernels& with, double* y) {
                in_mode(sum == affine::Sum::upward, [&] {
                    with.sums[kind]({narrow ? nullptr : w.data(), narrow, s.cols, panels, x.data(),
                                     indirect ? offsets.data() : nullptr, s.columns, y});
                });
                std::copy_n(y, size, out.data());
            };
            if (!same_bits(a, b, size, sums)) return false;
        }
        for (const bool rectify : {false, true})
            for (const std::int64_t stride : {width, width * s.columns + 1}) {
                const double* add = rectify && s.columns % 2 == 0 ? nullptr : bias.data();
                const auto results = [&](const Kernels& with, double* y) {
                    for (std::size_t c = 0; c < to.size(); ++c)
                        to[c] = y + static_cast<std::int64_t>(c) * (stride == width ? width * s.rows : width);
                    in_mode(sum != affine::Sum::plain, [&] {
                        with.results[kind](
                            {out.data(), panels, s.columns, s.rows, add, rectify, 0x1p-45, to.data(), stride});
                    });
                };
                if (!same_bits(a, b, (width * s.columns + 1) * s.rows, results)) return false;
            }
    }
    return true;
}

/// The centres of n intervals, as two runs, of all magnitudes, some of them 0, in the mode and with the factors of
/// midrad and of upward sums; and whether an infinite end is seen.
bool centres_agree(const affine::Kernels& a, const affine::Kernels& b, std::int64_t n) {
    Numbers numbers;
    constexpr double scales[] = {1, 0x1p-1060, 0x1p1020, 0x1p-540, 0};
    Doubles ends;
    for (std::int64_t i = 0; i < n; ++i) {
        const double scale = scales[(i + n) % 5], e = numbers.next() * scale, f = numbers.next() * scale;
        ends.insert(ends.end(), {e < f ? e : f, e < f ? f : e});
    }
    const auto agree = [&](bool upward_rounding) {
        return same_bits(a, b, 2 * n + 4, [&](const affine::Kernels& with, double* y) {
            affine::Survey s{};
            in_mode(upward_rounding, [&] {
                s = with.centre({2, (n + 1) / 2, ends.data(), n / 2 * 2, upward_rounding ? 0 : 0x1p-45,
                                 upward_rounding ? 1 : 1 + 0x1p-50, y, n / 2 * 2});
            });
            // NaNs, which meet in an order that depends on the lanes: nothing else is used.
            if (!s.finite) std::fill_n(y, 2 * n, 0.0);
            const double survey[] = {s.finite ? 1.0 : 0.0, s.finite ? s.most_m : 0, s.finite ? s.most_r : 0,
                                     s.finite ? s.least : 0};
            std::copy_n(survey, 4, y + 2 * n);
        });
    };
    if (!agree(false) || !agree(true)) return false;
    for (std::int64_t i = 0; i < 2 * n; i += 3) {
        const double end = std::exchange(ends[static_cast<std::size_t>(i)], i % 2 == 0 ? -inf : inf);
        if (!agree(false)) return false;
        ends[static_cast<std::size_t>(i)] = end;
    }
    return true;
}

}  // namespace

bool kernels_agree(const affine::Kernels& a, const affine::Kernels& b) {
    using affine::Sum;
    const NearestRounding nearest;  // the operands are made in it, and without flushing
    for (const Sum sum : {Sum::plain, Sum::midrad, Sum::upward}) {
        // 5 panels, and these columns, leave a rest beside the tiles of every processor, 259 terms beside a chunk; each
        // number of the small shapes runs from 1 to 17. No scale makes a plain or midrad sum overflow: 17 terms below
        // 2^2 2^1010 are below 2^1017.
        const std::int64_t columns = sum == Sum::plain ? 13 : sum == Sum::midrad ? 7 : 5;
        for (const Shape& s : {Shape{37, affine::chunk + 3, columns, 1},
                               {3, 0, 2, 1},
                               {11, 3, 3, 0x1p-1060}})  // few subnormals: some processors take long over them
            if (!sums_agree(a, b, sum, s)) return false;
        for (std::int64_t i = 1; i <= 17; ++i)
            if (!sums_agree(a, b, sum, {i, 3 * i % 17 + 1, 5 * i % 17 + 1, i % 3 == 0 ? 0x1p1010 : 1})) return false;
    }
    if (!sums_agree(a, b, Sum::upward, {11, 9, 5, 0x1p1022})) return false;  // these overflow
    for (std::int64_t n = 0; n <= 34; ++n)
        if (!centres_agree(a, b, n)) return false;
    return true;
}

}  // namespace tercet
