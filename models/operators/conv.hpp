/// Conv: the convolution of x [n, c, h, w] with a kernel, and perhaps a bias; both may be computed.
#pragma once

#include <tercet/layers/conv2d.hpp>
#include <tercet/models/operators/kernel.hpp>

namespace tercet::op {

struct Conv {
    Geometry2d geometry;
    int groups = 1;

    Dims shape(const Shapes& in, const Dims&) const {
        expect_operands(in, 2, 3);
        const Dims x = expect_rank(in[0], 4, "the input"), k = expect_rank(in[1], 4, "the weight");
        if (groups < 1 || k[0] % groups != 0 || k[1] * groups != x[1])
            throw ShapeError("weight " + to_string_dims(k) + " with " + std::to_string(groups) + " group(s) needs " +
                             std::to_string(k[1] * groups) + " input channels, got " + std::to_string(x[1]));
        if (in.size() == 3 && in[2] != Dims{k[0]})
            throw ShapeError("bias " + to_string_dims(in[2]) + " for " + std::to_string(k[0]) + " output channels");
        const auto out = window_counts("conv", x[2], x[3], k[2], k[3], geometry);
        return {x[0], k[0], out[0], out[1]};
    }
    bool affine_in(const Varying& varies) const { return varies.product(); }
    Reason mixes_rows(const Rows& rows) const {
        return rows.only_first() ? nullptr : "its kernel depends on the input";
    }
    Conv with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Absorbs absorbs(const Operands<C>& in, const Dims&) const {
        return {false, in[0].value && in[1].parameter && (in.size() == 2 || in[2].parameter)};
    }
    /// Stored weights are points, which contexts may pack; computed ones are values.
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const auto* x = image_operand<C>(in);
        if (absorbs<C>(in, y->dims).relu) return forward<C>(in, y, {});
        const auto sizes = conv_sizes(in);
        const auto bias = in.size() == 3 ? lasting_scalars<C>(in[2])
                                         : std::make_shared<const Storage<C>>(repeated<C>(zero<C>(), sizes->out_c));
        return [x, y, sizes, kernel = lasting_scalars<C>(in[1]), size = kernel_size(in), bias] {
            Conv2dColumns<C> columns(*sizes);
            convolve_columns<C>(x->template view<4>(), View<C, 4>{kernel.get(), 0, size}, *bias, *sizes, columns,
                                y->data);
        };
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y, const After<C>& after) const {
        const auto sizes = conv_sizes(in);
        const auto* kernel = in[1].parameter;
        const auto* given = in.size() == 3 ? in[2].parameter : nullptr;
        if constexpr (hook::PacksWeights<C>) {
            const auto make = [&] {
                return std::make_shared<const std::vector<typename C::Packed>>(
                    pack_kernel<C>(kernel->template view<4>(), *sizes));
            };
            const ConstMatrix<Parameters<C>> all{
                &kernel->data, 0, sizes->groups, kernel->size() / sizes->groups, kernel->size() / sizes->groups, 1};
            const PackedGroups<C> packed = in[1].store ? in[1].store->groups(all, make) : make();
            return
                [x = image_operand<C>(in), y, sizes, packed, bias = given ? given->data.data() : nullptr,
                 relu = after.rectify] { C::convolve(x->template view<4>(), *packed, *sizes, bias, relu, y->data, 0); };
        } else {
            const AnyTensor<Parameters<C>> zeros(Dims{sizes->out_c});
            const auto bias =
                std::make_shared<const Storage<C>>(scalars_of<C>((given ? *given : zeros).template view<1>()));
            return [x = image_operand<C>(in), y, sizes, kernel, bias,
                    columns = std::make_shared<Conv2dColumns<C>>(*sizes), relu = after.rectify] {
                convolve_columns<C>(x->template view<4>(), kernel->template view<4>(), *bias, *sizes, *columns,
                                    y->data);
                if (relu) rectify<C>(y->size(), ConstRun<C>{&y->data, 0, 1}, Run<C>{&y->data, 0, 1});
            };
        }
    }
    /// Forms in x are a batch of images; those in the kernel are pulled row by row.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        const Extents<4> x = image_of<C>(at.in).dims, size = kernel_size(at.in);
        const Conv2dSizes p = *conv_sizes(at.in);
        ColumnProduct<C> packed;  // else in the order of the definition
        if (hook::PacksWeights<C> && at.wanted[0] && at.in[1].parameter) packed = column_product<C>(at.in, p);
        return [at, p, x, size, packed](std::int64_t rows, Storage<C> forms) {
            std::vector<Storage<C>> d(at.in.size(), Storage<C>(0));
            const auto images = [&](std::int64_t first, std::int64_t n) {
                return View<C, 4>{&forms, first * p.out_c * p.positions(), {n, p.out_c, p.out_h, p.out_w}};
            };
            const Extents<4> dx{rows * x[0], x[1], x[2], x[3]};
            if (packed) {
                d[0] = conv2d_input_gradient_by<C>(dx, p, images(0, dx[0]), packed);
            } else if (at.wanted[0]) {
                const auto with = [&](const auto& kernel) {
                    return conv2d_input_gradient<C>(dx, kernel, images(0, dx[0]), p.geometry, p.groups);
                };
                d[0] = std::move((at.in[1].parameter ? with(at.in[1].parameter->template view<4>())
                                                     : with(at.in[1].value->template view<4>()))
                                     .storage());
            }
            if (!at.wanted[1] && !(at.in.size() == 3 && at.wanted[2])) return d;
            std::vector<Conv2dWeightGradient<C>> w;
            for (std::int64_t r = 0; r < rows; ++r)
                w.push_back(
                    conv2d_weight_gradient<C>(image_of<C>(at.in), size, images(r * x[0], x[0]), p.geometry, p.groups));
            const auto row = [&](std::int64_t r) -> auto& { return w[static_cast<std::size_t>(r)]; };
            d[1] = row_by_row<C>(rows, element_count(size),
                                 [&](std::int64_t r) { return std::move(row(r).kernel.storage()); });
            if (at.in.size() == 3)
                d[2] = row_by_row<C>(rows, size[0], [&](std::int64_t r) { return std::move(row(r).bias.storage()); });
            return d;
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    template <Context C>
    std::shared_ptr<const Conv2dSizes> conv_sizes(const Operands<C>& in) const {
        const Dims& x = expect_rank(in[0].dims(), 4, "the input");
        return std::make_shared<const Conv2dSizes>(
            Conv2dSizes::make({x[1], x[2], x[3]}, kernel_size(in), geometry, groups));
    }
};

}  // namespace tercet::op
