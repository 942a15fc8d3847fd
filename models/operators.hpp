/// Every operator of a graph, forward: each arm calls the layer's functions.
#pragma once

#include <tercet/layers/avg_pool2d.hpp>
#include <tercet/layers/conv2d.hpp>
#include <tercet/layers/max_pool2d.hpp>
#include <tercet/layers/piecewise.hpp>
#include <tercet/layers/smooth.hpp>
#include <tercet/models/matrix_operators.hpp>
#include <tercet/models/norm_operator.hpp>
#include <tercet/models/structure_operators.hpp>

#include <optional>

namespace tercet {

/// Why C cannot run the operator: the sentence after the node's name, or nothing.
template <Context C>
std::optional<std::string> operator_refusal(const Operator& op) {
    const auto needs = [](const char* what, const char* function) {
        return std::string(what) + " needs " + function + ", which has no " + std::string(C::name) + " value; try --scalar interval64";
    };
    if constexpr (!ElementaryContext<C>) {
        if (std::holds_alternative<op::Sigmoid>(op)) return needs("sigmoid", "exp");
        if (std::holds_alternative<op::Tanh>(op)) return needs("tanh", "exp");
        if (std::holds_alternative<op::Softmax>(op)) return needs("softmax", "exp");
    }
    if constexpr (!ElementaryContext<C>)
        if (std::holds_alternative<op::Exp>(op)) return needs("exp", "exp");
    if constexpr (!RootContext<C>) {
        if (std::holds_alternative<op::BatchNormalization>(op)) return needs("batch normalisation", "a square root");
        if (std::holds_alternative<op::Sqrt>(op)) return needs("sqrt", "a square root");
    }
    if constexpr (!FieldContext<C>) {
        const auto* e = std::get_if<op::Elementwise>(&op);
        const auto* r = std::get_if<op::Reduce>(&op);
        if ((e && e->binary == Binary::divide) || (r && r->mean) || std::holds_alternative<op::AveragePool>(op))
            return needs("a mean or quotient", "division");
    }
    return std::nullopt;
}

/// One node made ready: the call that computes its value from its operands into y. What does not depend on the operands' values is done
/// here, once. The operands, y (whose dims are the node's shape) and the operator must stay where they are; at each call y's storage has
/// the size of its shape and any content, and may be a value's of the same size that is read element for element.
template <Context C>
struct PrepareForward {
    const std::vector<Operand<C>>& in;
    AnyTensor<C>* y;

    using Call = std::function<void()>;

    Call operator()(const op::Input&) const { throw UnsupportedOp("an input node has no operator"); }
    Call operator()(const op::Parameter&) const { throw UnsupportedOp("a parameter node has no operator"); }
    Call operator()(const op::Gemm& g) const { return prepare_gemm<C>(g, in, y); }
    Call operator()(const op::MatMul&) const { return prepare_matmul<C>(in, y); }
    Call operator()(const op::Elementwise& e) const {
        return [a = lasting_scalars<C>(in[0]), b = lasting_scalars<C>(in[1]), y = y, op = e.binary,
                runs = BroadcastRuns(in[0].dims(), in[1].dims(), y->dims)] { broadcast_elementwise_into<C>(op, runs, *a, *b, y->data); };
    }
    Call operator()(const op::Negate&) const {
        return mapped([](const Scalar<C>& v) { return Scalar<C>(-v); });
    }
    Call operator()(const op::Relu&) const {
        return [x = lasting_scalars<C>(in[0]), y = y] {
            rectify<C>(static_cast<std::int64_t>(x->size()), ConstRun<C>{x.get(), 0, 1}, Run<C>{&y->data, 0, 1});
        };
    }
    Call operator()(const op::LeakyRelu& l) const {
        return mapped([slope = C::exact(l.slope)](const Scalar<C>& v) { return leaky_value<C>(v, slope); });
    }
    Call operator()(const op::Sigmoid&) const {
        if constexpr (ElementaryContext<C>) return mapped([](const Scalar<C>& v) { return C::sigmoid(v); });
        else return {};
    }
    Call operator()(const op::Tanh&) const {
        if constexpr (ElementaryContext<C>) return mapped([](const Scalar<C>& v) { return C::tanh(v); });
        else return {};
    }
    Call operator()(const op::Exp&) const {
        if constexpr (ElementaryContext<C>) return mapped([](const Scalar<C>& v) { return C::exp(v); });
        else return {};
    }
    Call operator()(const op::Sqrt&) const {
        if constexpr (RootContext<C>) return mapped([](const Scalar<C>& v) { return C::sqrt(v); });
        else return {};
    }
    Call operator()(const op::Softmax& s) const {
        if constexpr (ElementaryContext<C>) {
            const AxisRows rows(y->dims, s.axis, s.flatten);
            const auto x = lasting_scalars<C>(in[0]);
            if (rows.inner == 1) return [=, y = y] { softmax_into<C>(rows.outer, rows.n, *x, y->data); };
            return [=, y = y, held = Storage<C>(static_cast<std::size_t>(element_count(y->dims)))]() mutable {
                rows.template move<C>(*x, held, true);
                softmax_into<C>(rows.outer * rows.inner, rows.n, held, held);
                rows.template move<C>(held, y->data, false);
            };
        } else {
            return {};
        }
    }
    Call operator()(const op::Conv& c) const {
        image_of(in);
        if (!stored_weights(in))
            return [x = image_operand(in), kernel = lasting_scalars<C>(in[1]), size = kernel_size(in), y = y, c,
                    bias = in.size() == 3 ? lasting_scalars<C>(in[2])
                                          : std::make_shared<const Storage<C>>(repeated<C>(zero<C>(), in[1].dims()[0]))] {
                const auto view = x->template view<4>();
                const auto p = Conv2dPlan::make({view.dims[1], view.dims[2], view.dims[3]}, size, c.geometry, c.groups);
                Conv2dColumns<C> columns(p);
                convolve_columns<C>(view, View<C, 4>{kernel.get(), 0, size}, *bias, p, columns, y->data);
            };
        auto zeros = std::make_shared<AnyTensor<Parameters<C>>>();
        conv_bias(in, *zeros);
        return [in = in, zeros, y = y, c] {
            y->data = std::move(
                conv2d<C>(image_of(in), in[1].parameter->template view<4>(), conv_bias(in, *zeros), c.geometry, c.groups).storage());
        };
    }
    Call operator()(const op::MaxPool& p) const {
        return [x = image_operand(in), y = y,
                windows = Pool2dCells(Pool2dPlan::make("max_pool2d", in[0].dims()[2], in[0].dims()[3], p.window))] {
            max_pool2d_into<C>(x->template view<4>(), windows, y->data);
        };
    }
    Call operator()(const op::AveragePool& p) const {
        if constexpr (FieldContext<C>)
            return [x = image_operand(in), y = y, plan = AvgPool2dPlan<C>(in[0].dims()[2], in[0].dims()[3], p.window)] {
                avg_pool2d_into<C>(x->template view<4>(), plan, y->data);
            };
        else return {};
    }
    Call operator()(const op::BatchNormalization& b) const {
        if constexpr (RootContext<C>) return prepare_batch_norm<C>(b, in, y);
        else return {};
    }
    Call operator()(const op::Reshape&) const {
        return [x = lasting_scalars<C>(in[0]), y = y] { y->data = *x; };
    }
    Call operator()(const op::Rearrange& r) const { return prepare_rearrange<C>(r, in, y); }
    Call operator()(const op::Reduce& r) const { return prepare_reduce<C>(r, in[0], y); }

    /// What a window slides over: a computed value, not a stored weight.
    static const AnyTensor<C>* image_operand(const std::vector<Operand<C>>& in) {
        if (!in[0].value) throw UnsupportedOp("a window over a stored weight");
        if (in[0].dims().size() != 4) throw ShapeError("expected rank 4, got shape " + to_string_dims(in[0].dims()));
        return in[0].value;
    }
    static View<C, 4> image_of(const std::vector<Operand<C>>& in) { return image_operand(in)->template view<4>(); }

    /// Are a convolution's kernel and bias parameters? Then they are points, which contexts may pack.
    static bool stored_weights(const std::vector<Operand<C>>& in) { return in[1].parameter && (in.size() < 3 || in[2].parameter); }

    static Extents<4> kernel_size(const std::vector<Operand<C>>& in) {
        const Dims& d = in[1].dims();
        if (d.size() != 4) throw ShapeError("the weight has shape " + to_string_dims(d) + ", expected rank 4");
        return {d[0], d[1], d[2], d[3]};
    }

    /// f(kernel), a view over C or over its parameter context.
    template <class F>
    static auto with_kernel(const std::vector<Operand<C>>& in, F f) {
        return in[1].parameter ? f(in[1].parameter->template view<4>()) : f(in[1].value->template view<4>());
    }

    /// The stored bias; zeros where there is none.
    static View<Parameters<C>, 1> conv_bias(const std::vector<Operand<C>>& in, AnyTensor<Parameters<C>>& zeros) {
        if (in.size() == 3) return in[2].parameter->template view<1>();
        if (zeros.dims != Dims{in[1].dims()[0]}) zeros = AnyTensor<Parameters<C>>(Dims{in[1].dims()[0]});
        return zeros.template view<1>();
    }

private:
    template <class F>
    Call mapped(F f) const {
        return [x = lasting_scalars<C>(in[0]), y = y, f] { map_into<C>(*x, y->data, f); };
    }
};

}  // namespace tercet
