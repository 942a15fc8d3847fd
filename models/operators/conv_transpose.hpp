/// ConvTranspose: the transpose of a convolution. x [n, c, h, w] with a kernel [c, m/groups, kh, kw] gives y [n, m, H,
/// W], where the convolution of geometry and kernel takes images [m, H, W] to [c, h, w]; and perhaps a bias [m].
///
/// y = sum over oc of K^T x, scattered to the cells that each tap reads; the bias is added last.
#pragma once

#include <tercet/layers/conv2d.hpp>
#include <tercet/models/operators/kernel.hpp>

namespace tercet::op {

struct ConvTranspose {
    Geometry2d geometry;
    int groups = 1;
    std::int64_t out_h, out_w;

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 3);
        const Dims x = expect_rank(in[0], 4, "the input"), k = expect_rank(in[1], 4, "the weight");
        if (groups < 1 || k[0] != x[1] || k[0] % groups != 0)
            throw ShapeError("weight " + to_string_dims(k) + " with " + std::to_string(groups) +
                             " group(s) for an input of " + std::to_string(x[1]) + " channels");
        const std::int64_t channels = k[1] * groups;
        if (in.size() == 3 && in[2] != Dims{channels})
            throw ShapeError("bias " + to_string_dims(in[2]) + " for " + std::to_string(channels) + " output channels");
        const auto windows = window_counts("conv_transpose", out_h, out_w, k[2], k[3], geometry);
        if (windows[0] != x[2] || windows[1] != x[3])
            throw ShapeError("an output of " + std::to_string(out_h) + "x" + std::to_string(out_w) + " has " +
                             std::to_string(windows[0]) + "x" + std::to_string(windows[1]) + " windows, the input is " +
                             to_string_dims(x));
        return {x[0], channels, out_h, out_w};
    }
    bool affine_in(const Varying& varies) const { return varies.product(); }
    Reason mixes_rows(const Rows& rows) const {
        return rows.only_first() ? nullptr : "its kernel depends on the input";
    }
    ConvTranspose with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const Conv2dSizes p = conv_sizes(in);
        const auto bias = in.size() == 3 ? lasting_scalars<C>(in[2]) : nullptr;
        return [x = image_operand<C>(in), y, p, bias, product = column_product<C>(in, p)] {
            y->data = conv2d_input_gradient_by<C>({y->dims[0], y->dims[1], y->dims[2], y->dims[3]}, p,
                                                  x->template view<4>(), product);
            const std::int64_t plane = p.in_h * p.in_w;
            for (std::int64_t i = 0; bias && i < y->dims[0] * p.in_c; ++i) {
                const Run<C> channel{&y->data, i * plane, 1};
                elementwise<C>(Binary::add, plane, channel, ConstRun<C>{bias.get(), i % p.in_c, 0}, channel);
            }
        };
    }
    /// To x by the convolution, to the kernel as the convolution's.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        const Conv2dSizes p = conv_sizes(at.in);
        const Extents<4> size = kernel_size(at.in);
        return [at, p, size, geometry = geometry, groups = groups](std::int64_t rows, Storage<C> forms) {
            std::vector<Storage<C>> d(at.in.size(), Storage<C>(0));
            const View<C, 4> x = image_of<C>(at.in);
            const std::int64_t n = x.dims[0], each = n * p.in_c * p.in_h * p.in_w;
            const auto images = [&](std::int64_t first, std::int64_t count) {
                return View<C, 4>{&forms, first * each / n, {count, p.in_c, p.in_h, p.in_w}};
            };
            if (at.wanted[0]) {
                const Storage<C> zeros = repeated<C>(zero<C>(), p.out_c);
                d[0] = Storage<C>(static_cast<std::size_t>(rows * x.size()));
                Conv2dColumns<C> columns(p);
                if (at.in[1].parameter)
                    convolve_columns<C>(images(0, rows * n), at.in[1].parameter->template view<4>(), zeros, p, columns,
                                        d[0]);
                else
                    convolve_columns<C>(images(0, rows * n), at.in[1].value->template view<4>(), zeros, p, columns,
                                        d[0]);
            }
            if (at.wanted[1])
                d[1] = row_by_row<C>(rows, element_count(size), [&](std::int64_t r) {
                    return std::move(
                        conv2d_weight_gradient<C>(images(r * n, n), size, x, geometry, groups).kernel.storage());
                });
            if (at.in.size() == 3 && at.wanted[2]) {
                const Dims from{n, p.in_c, p.in_h, p.in_w}, to{p.in_c, 1, 1};
                d[2] = forms_before_broadcast<C>(rows, std::move(forms), from, to);
            }
            return d;
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    template <Context C>
    Conv2dSizes conv_sizes(const Operands<C>& in) const {
        const Extents<4> k = kernel_size(in);
        return Conv2dSizes::make({k[1] * groups, out_h, out_w}, k, geometry, groups);
    }
};

}  // namespace tercet::op
