/// The bound. eps = 2^-53; box x = [lo, hi], point weights w, n terms; h = height(n) roundings at most on the way of
/// any term (affine_blocks.hpp).
///
/// Centre (nearest): m = fl(lo/2 + hi/2), any double would do; r0 = max(fl(m - lo), fl(hi - m)). A difference of
/// doubles is rounded by a factor 1 + d, |d| <= eps (in the subnormal range it is exact), so r = max(m - lo, hi - m) is
/// at most r0 (1 + 2 eps), and x lies within m +- r. In the same pass rho = fl(|m| g + r0 (1 + 8 eps)) with g = (h + 2) eps:
///     rho >= (|m| g (1 - eps) + r0 (1 + 8 eps)(1 - eps)) (1 - eps)
///         >= |m| (h + 1) eps + r0 (1 + 2 eps)  >=  |m| (h + 1) eps + r                                  for h <= 2^26
/// Sums (nearest, left folds in chunks, fused or not): each term of s^ = fl(sum w m) passes at most h roundings, so
///     |s^ - sum w m| <= ((1 + eps)^h - 1) sum |w||m| <= (h + 1) eps sum |w||m|
/// (Higham, ch. 3: gamma_h <= (h + 1) eps as h <= 2^26). R = sum |w| rho has terms >= 0 alone:
///     R^ >= (1 - eps)^h R >= (1 - h eps) R,   hence   R <= R^ / (1 - h eps) <= R^ (1 + g)
/// For every x in the box |s^ - sum w x| <= sum |w| ((h + 1) eps |m| + r) <= R. (Rump 2010, Verification methods, sec.
/// 10, has the midpoint-radius product; Jeannerod and Rump 2013 a slightly smaller constant that needs no bound on h.)
/// Results, with bias b, all rounded upward: W x + b lies in [-N, U],
///     U = s^ + R^ (1 + g) + b,   N = -s^ + R^ (1 + g) - b
///
/// No underflow, no overflow: that is checked. With a = the smallest nonzero |w|, c = the smallest nonzero of all |m|,
/// r0, every nonzero rho is at least c eps, and a double z is a multiple of |z| 2^-53 rounded down to a power of two,
/// so all products are multiples of a c eps 2^-108. Where a c >= 2^-900 that is above 2^-1074: then no sum underflows
/// with an error, as each exact result is a multiple of 2^-1074; and c >= 2^-960 keeps rho's own products normal. Where
/// (largest |w|) (largest |m|, r0) 4 n <= 2^1000 no sum overflows, and where |m|, r0 < 2^1001 no rho does (0 inf would
/// be NaN). Boxes outside go to the upward sums.
///
/// Upward sums (all in upward rounding, any finite operands):
///     s+ = up(sum w m),  s- = up(sum -w m),  r+ = up(sum |w| r)  with  r = max(up(m - lo), up(hi - m))
///     U = s+ + r+ + b,   N = s- + r+ - b
/// Overflow gives +inf or the largest double upward, both true; -inf cannot arise, so NaN neither. They bound a thin
/// box better (where the largest r0 is below 2^-30 of the largest |m|, g |m| would be a part of 2^-13 or more of rho),
/// and few terms.
///
/// Infinite ends, or infinite weights: the loops of upward_loops.hpp, where 0 * inf = 0.
#include <tercet/scalars/kernels/affine_blocks.hpp>
#include <tercet/scalars/kernels/upward_loops.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/parallel.hpp>
#include <tercet/scalars/machine/scratch.hpp>

#include <algorithm>
#include <limits>

namespace tercet::affine {

/// Sums this short cost little more in upward rounding, and then a network of small exact numbers has exact bounds.
constexpr std::int64_t few_terms = 16;

Path path_of(const Survey& box, const PackedMatrix& w, Bound bound) {
    if (!box.finite || !w.magnitudes.finite) return Path::loops;
    if (bound == Bound::tight || w.cols <= few_terms || order(box.most_r) < order(box.most_m * 0x1p-30))
        return Path::upward;
    Magnitudes x;
    for (const double size : {box.most_m, box.most_r}) x.add(size);
    if (x.highest > 1000 || order(box.least) <= 0)
        return Path::upward;  // rho might overflow; a survey that knows no smallest number
    if (x.none() || w.magnitudes.none()) return Path::midrad;
    x.add(box.least);                                                            // finite, since some number is not 0
    const int bits = 66 - std::countl_zero(static_cast<std::uint64_t>(w.cols));  // 4 n < 2^bits
    const bool proved = w.magnitudes.lowest + x.lowest >= -900 && x.lowest >= -960 &&
                        w.magnitudes.highest + x.highest + 2 + bits <= 1000 && w.cols <= 1 << 26;
    return proved ? Path::midrad : Path::upward;
}

namespace {

/// Panel p in doubles: where it lies, or copied to `to`.
const double* widened(const PackedMatrix& w, std::int64_t p, double* to) {
    if (const double* panel = w.panel(p)) return panel;
    std::copy_n(w.short_panel(p), w.cols * PackedMatrix::panel_rows, to);
    return to;
}

}  // namespace

void enclose_by_loops(const PackedMatrix& w, const double* ends, const double* bias, bool rectify, double* y,
                      std::int64_t stride) {
    const auto terms = static_cast<std::size_t>(w.cols), rows = static_cast<std::size_t>(w.rows);
    Scratch<double> n(terms), u(terms), n_y(rows), u_y(rows), n_b(rows),
        wide(w.short_lines.empty() ? 0 : terms * PackedMatrix::panel_rows);
    for (std::size_t k = 0; k < terms; ++k) {
        n[k] = -ends[2 * k];
        u[k] = ends[2 * k + 1];
    }
    for (std::size_t i = 0; i < rows; ++i) n_b[i] = bias ? -bias[i] : 0.0;
    {
        const UpwardRounding upward;
        for (std::int64_t p = 0; p < w.panels() && w.cols > 0; ++p) {
            const std::int64_t row = p * PackedMatrix::panel_rows;
            upward::point_gemv(std::min(w.rows - row, PackedMatrix::panel_rows), w.cols, widened(w, p, wide.data()), 1,
                               PackedMatrix::panel_rows, n.data(), u.data(), n_y.data() + row, u_y.data() + row);
        }
        if (w.cols == 0) std::fill_n(n_y.data(), rows, 0.0), std::fill_n(u_y.data(), rows, 0.0);
        if (bias) upward::add(w.rows, n_y.data(), u_y.data(), n_b.data(), bias, n_y.data(), u_y.data());
    }
    constexpr double inf = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < rows; ++i) {  // a NaN is a sum of infinities that cancelled: it says nothing
        const double lower = is_nan(n_y[i]) ? -inf : -n_y[i], upper = is_nan(u_y[i]) ? inf : u_y[i];
        y[2 * static_cast<std::int64_t>(i) * stride] = rectify && order(lower) < 0 ? 0.0 : lower;
        y[2 * static_cast<std::int64_t>(i) * stride + 1] = rectify && order(upper) < 0 ? 0.0 : upper;
    }
}

namespace {

/// The numbers of box i as contiguous pairs: where they lie, or copied to `to`.
const double* contiguous(const Pairs<const double>& x, std::int64_t i, std::int64_t n, double* to) {
    const double* from = x.ends + 2 * i * x.box_stride;
    if (x.stride == 1) return from;
    for (std::int64_t k = 0; k < n; ++k)
        for (int e = 0; e < 2; ++e) to[2 * k + e] = from[2 * k * x.stride + e];
    return to;
}

/// A block of boxes, from their ends to their results: what is laid out for the sums is still in the second cache when
/// they read it.
void enclose_block(const PackedMatrix& w, const Pairs<const double>& x, const double* bias, bool rectify,
                   const Pairs<double>& y, Bound bound, const Kernels& with) {
    const auto count = static_cast<std::size_t>(x.count);
    Scratch<double> m_rho(static_cast<std::size_t>(2 * x.count * w.cols)),
        copy(x.stride == 1 ? 0 : static_cast<std::size_t>(2 * w.cols));
    Scratch<Path> path(count);
    const auto row = [&](std::int64_t i) { return m_rho.data() + 2 * i * w.cols; };
    const auto centre = [&](std::int64_t i, double g, double more) {
        return with.centre({1, w.cols, contiguous(x, i, w.cols, copy.data()), 0, g, more, row(i), 0});
    };
    {
        const NearestRounding nearest;
        for (std::int64_t i = 0; i < x.count; ++i)
            path[static_cast<std::size_t>(i)] = path_of(centre(i, growth(w.cols), radius_growth), w, bound);
    }
    Scratch<const double*> from(count);
    Scratch<double*> to(count);
    const auto collect = [&](Path wanted) {
        std::int64_t n = 0;
        for (std::int64_t i = 0; i < x.count; ++i)
            if (path[static_cast<std::size_t>(i)] == wanted) {
                from[static_cast<std::size_t>(n)] = row(i);
                to[static_cast<std::size_t>(n++)] = y.ends + 2 * i * y.box_stride;
            }
        return n;
    };
    if (const std::int64_t n = collect(Path::midrad); n > 0)
        run(with, {Sum::midrad, &w, from.data(), nullptr, n, bias, rectify, growth(w.cols), to.data(), 2 * y.stride});
    if (const std::int64_t n = collect(Path::upward); n > 0) {
        {
            const UpwardRounding upward;
            for (std::int64_t i = 0; i < x.count; ++i)
                if (path[static_cast<std::size_t>(i)] == Path::upward) centre(i, 0, 1);
        }
        run(with, {Sum::upward, &w, from.data(), nullptr, n, bias, rectify, 0, to.data(), 2 * y.stride});
    }
    for (std::int64_t i = 0; i < x.count; ++i)
        if (path[static_cast<std::size_t>(i)] == Path::loops)
            enclose_by_loops(w, contiguous(x, i, w.cols, copy.data()), bias, rectify, y.ends + 2 * i * y.box_stride,
                             y.stride);
}

}  // namespace

void enclose(const PackedMatrix& w, const Pairs<const double>& x, const double* bias, bool rectify,
             const Pairs<double>& y, Bound bound, const Kernels& with) {
    const std::int64_t work =
        x.count * (w.rows * w.cols + 8 * (w.rows + w.cols));  // an interval in or out costs what some 8 terms do
    for_each_in_parallel((x.count + block_columns - 1) / block_columns, work, [&](std::int64_t block) {
        const std::int64_t first = block * block_columns, n = std::min(block_columns, x.count - first);
        enclose_block(w, {x.ends + 2 * first * x.box_stride, n, x.box_stride, x.stride}, bias, rectify,
                      {y.ends + 2 * first * y.box_stride, n, y.box_stride, y.stride}, bound, with);
    });
}

void multiply(const PackedMatrix& w, const Columns& x, const double* bias, bool rectify, double* y,
              std::int64_t y_column_stride, std::int64_t y_stride, const Kernels& with) {
    const auto count = static_cast<std::size_t>(x.count);
    Scratch<double> copies(x.stride == 1 ? 0 : static_cast<std::size_t>(x.count * w.cols));
    Scratch<const double*> from(count);
    Scratch<double*> to(count);
    for (std::int64_t i = 0; i < x.count; ++i) {
        const double* column = x.x + i * x.column_stride;
        if (x.stride != 1) {
            double* copy = copies.data() + i * w.cols;
            for (std::int64_t k = 0; k < w.cols; ++k) copy[k] = column[k * x.stride];
            column = copy;
        }
        from[static_cast<std::size_t>(i)] = column;
        to[static_cast<std::size_t>(i)] = y + i * y_column_stride;
    }
    run(with, {Sum::plain, &w, from.data(), nullptr, x.count, bias, rectify, 0, to.data(), y_stride});
}

}  // namespace tercet::affine
