#include <tercet/scalars/kernels/affine_blocks.hpp>
#include <tercet/scalars/kernels/affine_conv.hpp>
#include <tercet/scalars/machine/fp_environment.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>
#include <tercet/scalars/machine/parallel.hpp>
#include <tercet/scalars/machine/scratch.hpp>

#include <algorithm>
#include <limits>

namespace tercet::affine {

namespace {

/// The image inside its padding, cells of `width` doubles, and where a window's taps lie in it.
///
/// A file can ask for 10^10 cells of padding around 4 cells of image, of which a stride of 32767 reads 9. So where the
/// padded image would be more than four times the image, and more than what windows read, the windows' rows and columns
/// alone are laid out, window after window: row i kernel_h + di for row di of the windows i. That is padding, stride
/// and dilation of another image, the taps see no difference.
struct Padded {
    const Conv2dSizes& sizes;
    std::int64_t width, h, w, stride_h, stride_w, dilation_h, dilation_w;
    bool apart;

    Padded(const Conv2dSizes& p, std::int64_t cell)
        : sizes(p),
          width(cell),
          h(p.in_h + p.geometry.pad_top + p.geometry.pad_bottom),
          w(p.in_w + p.geometry.pad_left + p.geometry.pad_right),
          stride_h(p.geometry.stride_h),
          stride_w(p.geometry.stride_w),
          dilation_h(p.geometry.dilation_h),
          dilation_w(p.geometry.dilation_w) {
        const std::int64_t rows = p.out_h * p.kernel_h, cols = p.out_w * p.kernel_w;
        apart = h * w > 4 * p.in_h * p.in_w + 4096 && rows * cols < h * w;  // each below 2^47: no overflow
        if (!apart) return;
        h = rows, w = cols;
        stride_h = p.kernel_h, stride_w = p.kernel_w;
        dilation_h = dilation_w = 1;
    }

    /// Doubles in all; throws ShapeError where that is no std::int64_t, LimitError where it does not fit into the
    /// memory budget.
    std::size_t size() const {
        const auto doubles = static_cast<std::size_t>(element_count(Extents<4>{sizes.in_c, h, w, width}));
        require_memory(doubles, sizeof(double), "its padded image");
        return doubles;
    }
    bool bare() const { return h == sizes.in_h && w == sizes.in_w; }

    void offsets(std::int64_t* to) const {
        for (std::int64_t c = 0; c < sizes.group_in(); ++c)
            for (std::int64_t di = 0; di < sizes.kernel_h; ++di)
                for (std::int64_t dj = 0; dj < sizes.kernel_w; ++dj)
                    *to++ = width * ((c * h + di * dilation_h) * w + dj * dilation_w);
    }
    /// Where the window of each output position begins, for one group of channels.
    void positions(const double* cells, std::int64_t group, const double** to) const {
        for (std::int64_t i = 0; i < sizes.out_h; ++i)
            for (std::int64_t j = 0; j < sizes.out_w; ++j)
                *to++ = cells + width * ((group * sizes.group_in() * h + i * stride_h) * w + j * stride_w);
    }
    /// f(runs, n, image offset, image stride, padded offset, padded stride), in cells, for parts of the image that are
    /// runs of n cells; the padding becomes 0.
    template <class F>
    void fill(double* cells, F f) const {
        if (apart) return fill_apart(cells, f);
        if (bare())
            return f(std::int64_t{1}, sizes.in_c * h * w, std::int64_t{0}, std::int64_t{0}, std::int64_t{0},
                     std::int64_t{0});
        const Geometry2d& g = sizes.geometry;
        const auto clear = [&](std::int64_t from, std::int64_t n) {
            std::fill_n(cells + width * from, width * n, 0.0);
        };
        if (sizes.in_h == 0) return clear(0, sizes.in_c * h * w);
        for (std::int64_t c = 0; c < sizes.in_c; ++c) {
            const std::int64_t first = (c * h + g.pad_top) * w + g.pad_left, end = (c + 1) * h * w;
            clear(c * h * w, g.pad_top * w + g.pad_left);
            for (std::int64_t i = 1; i < sizes.in_h; ++i)
                clear(first + i * w - g.pad_left - g.pad_right, g.pad_left + g.pad_right);
            clear(end - g.pad_bottom * w - g.pad_right, g.pad_bottom * w + g.pad_right);
            f(sizes.in_h, sizes.in_w, c * sizes.in_h * sizes.in_w, sizes.in_w, first, w);
        }
    }
    /// The same for windows apart, cell by cell.
    template <class F>
    void fill_apart(double* cells, F f) const {
        const Geometry2d& g = sizes.geometry;
        std::fill_n(cells, size(), 0.0);
        for (std::int64_t row = 0; row < h; ++row) {
            const std::int64_t y = row / sizes.kernel_h * g.stride_h + row % sizes.kernel_h * g.dilation_h - g.pad_top;
            if (y < 0 || y >= sizes.in_h) continue;
            for (std::int64_t col = 0; col < w; ++col) {
                const std::int64_t x =
                    col / sizes.kernel_w * g.stride_w + col % sizes.kernel_w * g.dilation_w - g.pad_left;
                if (x < 0 || x >= sizes.in_w) continue;
                for (std::int64_t c = 0; c < sizes.in_c; ++c)
                    f(std::int64_t{1}, std::int64_t{1}, (c * sizes.in_h + y) * sizes.in_w + x, std::int64_t{0},
                      (c * h + row) * w + col, std::int64_t{0});
            }
        }
    }
};

/// What fill needs to copy an image of cells of `width` doubles.
auto copy_runs(std::int64_t width, const double* image, double* cells) {
    return [=](std::int64_t runs, std::int64_t n, std::int64_t from, std::int64_t from_stride, std::int64_t to,
               std::int64_t to_stride) {
        for (std::int64_t i = 0; i < runs; ++i)
            std::copy_n(image + width * (from + i * from_stride), width * n, cells + width * (to + i * to_stride));
    };
}

/// The survey of two parts together.
Survey both(const Survey& a, const Survey& b) {
    return {std::max(a.most_m, b.most_m), std::max(a.most_r, b.most_r), std::min(a.least, b.least),
            a.finite && b.finite};
}

/// All groups of one image, on prepared cells.
void run_groups(const Padded& padded, const std::vector<PackedMatrix>& groups, Sum sum, const double* cells,
                const double* bias, bool rectify, double* y, const Kernels& with) {
    const Conv2dSizes& p = padded.sizes;
    const auto count = static_cast<std::size_t>(p.positions());
    Scratch<std::int64_t> offsets(static_cast<std::size_t>(p.taps()));
    Scratch<const double*> x(count);
    Scratch<double*> to(count);
    padded.offsets(offsets.data());
    for (std::int64_t group = 0; group < p.groups; ++group) {
        padded.positions(cells, group, x.data());
        double* out = y + padded.width * group * p.group_out() * p.positions();
        for (std::int64_t i = 0; i < p.positions(); ++i) to[static_cast<std::size_t>(i)] = out + padded.width * i;
        run(with, {sum, &groups[static_cast<std::size_t>(group)], x.data(), offsets.data(), p.positions(),
                   bias ? bias + group * p.group_out() : nullptr, rectify, growth(p.taps()), to.data(),
                   padded.width * p.positions()});
    }
}

/// Images with infinite ends: every window gathered, then plain loops.
void loop_groups(const Padded& padded, const std::vector<PackedMatrix>& groups, const double* image, double* cells,
                 const double* bias, bool rectify, double* y) {
    const Conv2dSizes& p = padded.sizes;
    padded.fill(cells, copy_runs(2, image, cells));
    Scratch<std::int64_t> offsets(static_cast<std::size_t>(p.taps()));
    Scratch<const double*> x(static_cast<std::size_t>(p.positions()));
    Scratch<double> window(static_cast<std::size_t>(2 * p.taps()));
    padded.offsets(offsets.data());
    for (std::int64_t group = 0; group < p.groups; ++group) {
        padded.positions(cells, group, x.data());
        for (std::int64_t i = 0; i < p.positions(); ++i) {
            for (std::int64_t k = 0; k < p.taps(); ++k)
                std::copy_n(x[static_cast<std::size_t>(i)] + offsets[static_cast<std::size_t>(k)], 2,
                            window.data() + 2 * k);
            enclose_by_loops(groups[static_cast<std::size_t>(group)], window.data(),
                             bias ? bias + group * p.group_out() : nullptr, rectify,
                             y + 2 * (group * p.group_out() * p.positions() + i), p.positions());
        }
    }
}

void enclose_image(const Padded& padded, const std::vector<PackedMatrix>& groups, const double* image,
                   const double* bias, bool rectify, double* y, Bound bound, const Kernels& with) {
    Scratch<double> cells(padded.size());
    const auto centre = [&](double g, double more) {
        Survey all{0, 0, std::numeric_limits<double>::infinity(), true};
        padded.fill(cells.data(), [&](std::int64_t runs, std::int64_t n, std::int64_t from, std::int64_t from_stride,
                                      std::int64_t to, std::int64_t to_stride) {
            all = both(all, with.centre({runs, n, image + 2 * from, 2 * from_stride, g, more, cells.data() + 2 * to,
                                         2 * to_stride}));
        });
        return all;
    };
    Path path = Path::midrad;
    {
        const NearestRounding nearest;
        const Survey survey = centre(growth(padded.sizes.taps()), radius_growth);
        for (const PackedMatrix& w : groups)
            path = std::max(path, path_of(survey, w, bound));  // in the order midrad, upward, loops
    }
    if (path == Path::loops) return loop_groups(padded, groups, image, cells.data(), bias, rectify, y);
    if (path == Path::upward) {
        const UpwardRounding upward;
        centre(0, 1);
    }
    run_groups(padded, groups, path == Path::midrad ? Sum::midrad : Sum::upward, cells.data(), bias, rectify, y, with);
}

}  // namespace

void enclose_convolution(const std::vector<PackedMatrix>& groups, const Conv2dSizes& sizes, std::int64_t n,
                         const double* x, const double* bias, bool rectify, double* y, Bound bound,
                         const Kernels& with) {
    const Padded padded(sizes, 2);
    const std::int64_t in = 2 * sizes.in_c * sizes.in_h * sizes.in_w, out = 2 * sizes.out_c * sizes.positions();
    for_each_in_parallel(n, n * sizes.out_c * sizes.positions() * sizes.taps(), [&](std::int64_t i) {
        enclose_image(padded, groups, x + i * in, bias, rectify, y + i * out, bound, with);
    });
}

void multiply_convolution(const std::vector<PackedMatrix>& groups, const Conv2dSizes& sizes, std::int64_t n,
                          const double* x, const double* bias, bool rectify, double* y, const Kernels& with) {
    const Padded padded(sizes, 1);
    const std::int64_t in = sizes.in_c * sizes.in_h * sizes.in_w, out = sizes.out_c * sizes.positions();
    for_each_in_parallel(n, n * sizes.out_c * sizes.positions() * sizes.taps(), [&](std::int64_t i) {
        if (padded.bare()) return run_groups(padded, groups, Sum::plain, x + i * in, bias, rectify, y + i * out, with);
        Scratch<double> cells(padded.size());
        padded.fill(cells.data(), copy_runs(1, x + i * in, cells.data()));
        run_groups(padded, groups, Sum::plain, cells.data(), bias, rectify, y + i * out, with);
    });
}

}  // namespace tercet::affine
