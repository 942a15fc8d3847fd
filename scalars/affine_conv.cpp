#include <tercet/scalars/affine_blocks.hpp>
#include <tercet/scalars/affine_conv.hpp>
#include <tercet/scalars/fp_environment.hpp>
#include <tercet/scalars/parallel.hpp>
#include <tercet/scalars/scratch.hpp>

#include <algorithm>
#include <limits>

namespace tercet::affine {

namespace {

/// The image inside its padding, cells of `width` doubles, and where a window's taps lie in it.
struct Padded {
    const Conv2dPlan& plan;
    std::int64_t width, h, w;

    Padded(const Conv2dPlan& p, std::int64_t cell)
        : plan(p),
          width(cell),
          h(p.in_h + p.geometry.pad_top + p.geometry.pad_bottom),
          w(p.in_w + p.geometry.pad_left + p.geometry.pad_right) {}

    /// Doubles in all; throws ShapeError where that is no std::int64_t.
    std::size_t size() const { return static_cast<std::size_t>(element_count(Extents<4>{plan.in_c, h, w, width})); }
    bool bare() const { return h == plan.in_h && w == plan.in_w; }

    void offsets(std::int64_t* to) const {
        for (std::int64_t c = 0; c < plan.group_in(); ++c)
            for (std::int64_t di = 0; di < plan.kernel_h; ++di)
                for (std::int64_t dj = 0; dj < plan.kernel_w; ++dj)
                    *to++ = width * ((c * h + di * plan.geometry.dilation_h) * w + dj * plan.geometry.dilation_w);
    }
    /// Where the window of each output position begins, for one group of channels.
    void positions(const double* cells, std::int64_t group, const double** to) const {
        for (std::int64_t i = 0; i < plan.out_h; ++i)
            for (std::int64_t j = 0; j < plan.out_w; ++j)
                *to++ = cells + width * ((group * plan.group_in() * h + i * plan.geometry.stride_h) * w + j * plan.geometry.stride_w);
    }
    /// f(runs, n, image offset, image stride, padded offset, padded stride), in cells, for parts of the image that are runs of n cells; the
    /// padding becomes 0.
    template <class F>
    void fill(double* cells, F f) const {
        if (bare()) return f(std::int64_t{1}, plan.in_c * h * w, std::int64_t{0}, std::int64_t{0}, std::int64_t{0}, std::int64_t{0});
        const Geometry2d& g = plan.geometry;
        const auto clear = [&](std::int64_t from, std::int64_t n) { std::fill_n(cells + width * from, width * n, 0.0); };
        if (plan.in_h == 0) return clear(0, plan.in_c * h * w);
        for (std::int64_t c = 0; c < plan.in_c; ++c) {
            const std::int64_t first = (c * h + g.pad_top) * w + g.pad_left, end = (c + 1) * h * w;
            clear(c * h * w, g.pad_top * w + g.pad_left);
            for (std::int64_t i = 1; i < plan.in_h; ++i) clear(first + i * w - g.pad_left - g.pad_right, g.pad_left + g.pad_right);
            clear(end - g.pad_bottom * w - g.pad_right, g.pad_bottom * w + g.pad_right);
            f(plan.in_h, plan.in_w, c * plan.in_h * plan.in_w, plan.in_w, first, w);
        }
    }
};

/// What fill needs to copy an image of cells of `width` doubles.
auto copy_runs(std::int64_t width, const double* image, double* cells) {
    return [=](std::int64_t runs, std::int64_t n, std::int64_t from, std::int64_t from_stride, std::int64_t to, std::int64_t to_stride) {
        for (std::int64_t i = 0; i < runs; ++i)
            std::copy_n(image + width * (from + i * from_stride), width * n, cells + width * (to + i * to_stride));
    };
}

/// The survey of two parts together.
Survey both(const Survey& a, const Survey& b) {
    return {std::max(a.most_m, b.most_m), std::max(a.most_r, b.most_r), std::min(a.least, b.least), a.finite && b.finite};
}

/// All groups of one image, on prepared cells.
void run_groups(const Padded& padded, const std::vector<PackedMatrix>& groups, Sum sum, const double* cells, const double* bias,
                bool rectify, double* y, const Kernels& with) {
    const Conv2dPlan& p = padded.plan;
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
                   bias ? bias + group * p.group_out() : nullptr, rectify, growth(p.taps()), to.data(), padded.width * p.positions()});
    }
}

/// Images with infinite ends: every window gathered, then plain loops.
void loop_groups(const Padded& padded, const std::vector<PackedMatrix>& groups, const double* image, double* cells, const double* bias,
                 bool rectify, double* y) {
    const Conv2dPlan& p = padded.plan;
    padded.fill(cells, copy_runs(2, image, cells));
    Scratch<std::int64_t> offsets(static_cast<std::size_t>(p.taps()));
    Scratch<const double*> x(static_cast<std::size_t>(p.positions()));
    Scratch<double> window(static_cast<std::size_t>(2 * p.taps()));
    padded.offsets(offsets.data());
    for (std::int64_t group = 0; group < p.groups; ++group) {
        padded.positions(cells, group, x.data());
        for (std::int64_t i = 0; i < p.positions(); ++i) {
            for (std::int64_t k = 0; k < p.taps(); ++k)
                std::copy_n(x[static_cast<std::size_t>(i)] + offsets[static_cast<std::size_t>(k)], 2, window.data() + 2 * k);
            enclose_by_loops(groups[static_cast<std::size_t>(group)], window.data(), bias ? bias + group * p.group_out() : nullptr, rectify,
                             y + 2 * (group * p.group_out() * p.positions() + i), p.positions());
        }
    }
}

void enclose_image(const Padded& padded, const std::vector<PackedMatrix>& groups, const double* image, const double* bias, bool rectify,
                   double* y, Bound bound, const Kernels& with) {
    Scratch<double> cells(padded.size());
    const auto centre = [&](double g, double more) {
        Survey all{0, 0, std::numeric_limits<double>::infinity(), true};
        padded.fill(cells.data(), [&](std::int64_t runs, std::int64_t n, std::int64_t from, std::int64_t from_stride, std::int64_t to,
                                      std::int64_t to_stride) {
            all = both(all, with.centre({runs, n, image + 2 * from, 2 * from_stride, g, more, cells.data() + 2 * to, 2 * to_stride}));
        });
        return all;
    };
    Path path = Path::midrad;
    {
        const NearestRounding nearest;
        const Survey survey = centre(growth(padded.plan.taps()), radius_growth);
        for (const PackedMatrix& w : groups) path = std::max(path, path_of(survey, w, bound));  // in the order midrad, upward, loops
    }
    if (path == Path::loops) return loop_groups(padded, groups, image, cells.data(), bias, rectify, y);
    if (path == Path::upward) {
        const UpwardRounding upward;
        centre(0, 1);
    }
    run_groups(padded, groups, path == Path::midrad ? Sum::midrad : Sum::upward, cells.data(), bias, rectify, y, with);
}

}  // namespace

void enclose_convolution(const std::vector<PackedMatrix>& groups, const Conv2dPlan& plan, std::int64_t n, const double* x,
                         const double* bias, bool rectify, double* y, Bound bound, const Kernels& with) {
    const Padded padded(plan, 2);
    const std::int64_t in = 2 * plan.in_c * plan.in_h * plan.in_w, out = 2 * plan.out_c * plan.positions();
    for_each_in_parallel(n, n * plan.out_c * plan.positions() * plan.taps(),
                         [&](std::int64_t i) { enclose_image(padded, groups, x + i * in, bias, rectify, y + i * out, bound, with); });
}

void multiply_convolution(const std::vector<PackedMatrix>& groups, const Conv2dPlan& plan, std::int64_t n, const double* x,
                          const double* bias, bool rectify, double* y, const Kernels& with) {
    const Padded padded(plan, 1);
    const std::int64_t in = plan.in_c * plan.in_h * plan.in_w, out = plan.out_c * plan.positions();
    for_each_in_parallel(n, n * plan.out_c * plan.positions() * plan.taps(), [&](std::int64_t i) {
        if (padded.bare()) return run_groups(padded, groups, Sum::plain, x + i * in, bias, rectify, y + i * out, with);
        Scratch<double> cells(padded.size());
        padded.fill(cells.data(), copy_runs(1, x + i * in, cells.data()));
        run_groups(padded, groups, Sum::plain, cells.data(), bias, rectify, y + i * out, with);
    });
}

}  // namespace tercet::affine
