/// One step of a Plan: which nodes it joins, what it reads, and the call that computes it.
///
/// The calls are those of the layers and operators; what is done beforehand is what does not depend on the values: packing weights, lifting
/// constants, the runs of a broadcast, the windows of a pooling. Operators not named here run as interpret runs them.
#pragma once

#include <tercet/models/interpret.hpp>

#include <functional>
#include <memory>
#include <unordered_set>

namespace tercet {

template <Context C>
class PlanStep {
public:
    using Constants = std::vector<const AnyTensor<Parameters<C>>*>;

    PlanStep(const Graph& graph, Trace<C>& trace, const Constants& constants, std::size_t first)
        : graph_(graph), trace_(trace), constants_(constants), first_(first), result_(first), op_(graph.nodes[first].op) {}

    std::size_t result() const { return result_; }

    /// Takes the next node in, where it is the Relu of an affine node, or the bias of a product with weights.
    bool fuse(std::size_t next) {
        const Node& node = graph_.nodes[next];
        if (!affine() || rectify_ || node.shape != graph_.nodes[result_].shape) return false;
        if (node.op.is<op::Relu>()) {
            rectify_ = true;
        } else if (const auto* e = node.op.as<op::Elementwise>();
                   e && e->binary == Binary::add && op_.is<op::MatMul>() && !bias_) {
            const std::size_t other = at(node.inputs[0]) == result_ ? at(node.inputs[1]) : at(node.inputs[0]);
            if (!constants_[other] || !constants_[at(inputs()[1])] || !is_row(constants_[other]->dims, node.shape.back())) return false;
            bias_ = constants_[other];
        } else {
            return false;
        }
        result_ = next;
        return true;
    }

    /// The values that it reads, each once.
    std::vector<std::size_t> reads() const {
        std::vector<std::size_t> all;
        std::unordered_set<std::size_t> seen;
        for (const int p : inputs())
            if (!constants_[at(p)] && seen.insert(at(p)).second) all.push_back(at(p));
        return all;
    }

    /// May the result lie where the value p lay, one of those that it reads?
    bool may_overwrite(std::size_t p) const {
        switch (op_.overwrites()) {
            case Overwrites::never: return false;
            case Overwrites::same_shape: return graph_.nodes[p].shape == graph_.nodes[result_].shape;
            case Overwrites::always: return true;
            case Overwrites::sole_operand: return reads().size() == 1 && graph_.nodes[p].shape == graph_.nodes[result_].shape;
        }
        return false;
    }

    /// The call; `over` is the value whose storage the result's is when it is called.
    std::function<void()> compute(std::optional<std::size_t> over) {
        if (const auto* g = op_.as<op::Gemm>(); g && affine()) {
            const AnyTensor<Parameters<C>>& b = *constants_[at(inputs()[1])];
            if (inputs().size() == 3) bias_ = constants_[at(inputs()[2])];
            const ConstMatrix<Parameters<C>> w{&b.data, 0, b.dims[0], b.dims[1], b.dims[1], 1};
            return product(g->transpose_b ? w : w.transposed());
        }
        if (op_.is<op::MatMul>() && affine()) {
            const AnyTensor<Parameters<C>>& b = *constants_[at(inputs()[1])];
            return product(ConstMatrix<Parameters<C>>{&b.data, 0, b.dims[0], b.dims[1], b.dims[1], 1}.transposed());
        }
        if (const auto* c = op_.as<op::Conv>(); c && affine()) return convolution(*c);
        if (over && op_.is<op::Reshape>()) return [] {};
        std::vector<Operand<C>> in;
        for (const int p : inputs())
            in.push_back(constants_[at(p)] ? Operand<C>{nullptr, constants_[at(p)]}
                                           : Operand<C>{over == at(p) ? target() : &trace_.values[at(p)], nullptr});
        return prepare_forward<C>(op_, in, target());
    }

private:
    static std::size_t at(int id) { return static_cast<std::size_t>(id); }
    const std::vector<int>& inputs() const { return graph_.nodes[first_].inputs; }
    AnyTensor<C>* value(std::size_t k) const { return &trace_.values[at(inputs()[k])]; }
    AnyTensor<C>* target() const { return &trace_.values[result_]; }

    /// [n], or [1, .., 1, n].
    static bool is_row(const Dims& dims, std::int64_t n) { return !dims.empty() && dims.back() == n && element_count(dims) == n; }

    /// A value times constant weights, plus a constant row or nothing: X W^T + b, or a convolution.
    bool affine() const {
        const auto constant = [&](std::size_t k) { return constants_[at(inputs()[k])] != nullptr; };
        if (inputs().size() < 2 || constant(0) || !constant(1)) return false;
        const bool row =
            inputs().size() < 3 || (constant(2) && is_row(constants_[at(inputs()[2])]->dims, graph_.nodes[first_].shape.back()));
        if (const auto* g = op_.as<op::Gemm>()) return !g->transpose_a && g->alpha == 1 && g->beta == 1 && row;
        if (op_.is<op::MatMul>()) return constants_[at(inputs()[1])]->dims.size() == 2;
        return op_.is<op::Conv>() && (inputs().size() < 3 || constant(2));
    }

    /// X W^T (+ bias) (then relu) for W [out, in]; X is the first operand, its leading axes together.
    std::function<void()> product(const ConstMatrix<Parameters<C>>& w) {
        const std::int64_t out = w.rows, in = w.cols, rows = element_count(value(0)->dims) / std::max<std::int64_t>(in, 1);
        const auto x = [from = value(0), rows, in] { return ConstMatrix<C>{&from->data, 0, rows, in, in, 1}; };
        const auto y = [to = target(), rows, out] { return matrix_in<C>(to->data, 0, rows, out); };
        if constexpr (PacksWeights<C>) {
            const auto* bias = bias_ ? bias_->data.data() : nullptr;
            return [x, y, bias, packed = std::make_shared<const typename C::Packed>(C::pack(w)), relu = rectify_] {
                C::affine(x(), *packed, bias, relu, y());
            };
        } else {
            const auto bias =
                std::make_shared<const Storage<C>>(bias_ ? scalars_of<C>(View<Parameters<C>, 1>{&bias_->data, 0, {out}}) : Storage<C>(0));
            return [x, y, w, bias, to = target(), rows, out, has_bias = bias_ != nullptr, relu = rectify_] {
                multiply<C>(x(), w.transposed(), y());
                for (std::int64_t i = 0; has_bias && i < rows; ++i) accumulate<C>(out, *bias, 0, to->data, i * out);
                if (relu) rectify<C>(rows * out, ConstRun<C>{&to->data, 0, 1}, Run<C>{&to->data, 0, 1});
            };
        }
    }

    std::function<void()> convolution(const op::Conv& c) {
        const AnyTensor<Parameters<C>>& k = *constants_[at(inputs()[1])];
        const AnyTensor<Parameters<C>>* given = inputs().size() == 3 ? constants_[at(inputs()[2])] : nullptr;
        const auto plan = std::make_shared<const Conv2dPlan>(image_plan(k.template view<4>().dims, c));
        if (given && given->dims != Dims{plan->out_c})
            throw ShapeError("conv2d: " + std::to_string(plan->out_c) + " output channels, bias " + to_string_dims(given->dims));
        if constexpr (PacksWeights<C>) {
            const auto packed = std::make_shared<const std::vector<typename C::Packed>>(pack_kernel<C>(k.template view<4>(), *plan));
            return [x = value(0), y = target(), plan, packed, bias = given ? given->data.data() : nullptr, relu = rectify_] {
                C::convolve(x->template view<4>(), *packed, *plan, bias, relu, y->data, 0);
            };
        } else {
            const AnyTensor<Parameters<C>> zeros(Dims{plan->out_c});
            const auto bias = std::make_shared<const Storage<C>>(scalars_of<C>((given ? *given : zeros).template view<1>()));
            return [x = value(0), y = target(), plan, kernel = &k, bias, columns = std::make_shared<Conv2dColumns<C>>(*plan),
                    relu = rectify_] {
                convolve_columns<C>(x->template view<4>(), kernel->template view<4>(), *bias, *plan, *columns, y->data);
                if (relu) rectify<C>(y->size(), ConstRun<C>{&y->data, 0, 1}, Run<C>{&y->data, 0, 1});
            };
        }
    }
    Conv2dPlan image_plan(const Extents<4>& kernel, const op::Conv& c) const {
        const Dims& d = value(0)->dims;
        if (d.size() != 4) throw ShapeError("expected rank 4, got shape " + to_string_dims(d));
        return Conv2dPlan::make({d[1], d[2], d[3]}, kernel, c.geometry, c.groups);
    }

    const Graph& graph_;
    Trace<C>& trace_;
    const Constants& constants_;
    std::size_t first_, result_;
    const Operator& op_;  // the first node's
    bool rectify_ = false;
    const AnyTensor<Parameters<C>>* bias_ = nullptr;  // a row added to the product
};

}  // namespace tercet
