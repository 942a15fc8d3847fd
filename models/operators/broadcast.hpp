/// NumPy broadcasting of whole tensors: elementwise operations, and its transpose, the sum over broadcast axes.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/layers/pullback.hpp>

namespace tercet {

/// Two shapes aligned at their last axes; where one has size 1, the other's counts. Throws ShapeError where they differ
/// otherwise.
inline Dims broadcast_shape(const Dims& a, const Dims& b) {
    Dims y(std::max(a.size(), b.size()));
    for (std::size_t k = 0; k < y.size(); ++k) {
        const std::int64_t p = k < y.size() - a.size() ? 1 : a[k - (y.size() - a.size())],
                           q = k < y.size() - b.size() ? 1 : b[k - (y.size() - b.size())];
        if (p != q && p != 1 && q != 1)
            throw ShapeError("shapes " + to_string_dims(a) + " and " + to_string_dims(b) + " do not broadcast");
        y[k] = p == 1 ? q : p;
    }
    return y;
}

/// The stride of each axis of `to` in a tensor of shape `from` that broadcasts to it: 0 where it repeats.
inline Dims broadcast_strides(const Dims& from, const Dims& to) {
    Dims strides(to.size(), 0);
    std::int64_t stride = 1;
    for (std::size_t k = 0; k < from.size(); ++k) {
        const std::size_t axis = from.size() - 1 - k;
        if (from[axis] != 1) strides[to.size() - 1 - k] = stride;
        stride *= from[axis];
    }
    return strides;
}

/// The contiguous runs of a result that operands of shapes a and b broadcast to. Trailing axes over which both operands
/// advance alike are one run.
class BroadcastRuns {
public:
    BroadcastRuns(const Dims& a, const Dims& b, const Dims& y)
        : dims_(y), a_(broadcast_strides(a, y)), b_(broadcast_strides(b, y)) {
        const std::int64_t all = element_count(y);
        while (!dims_.empty()) {  // grow the run while the next axis continues it in both operands
            if (dims_.back() != 1) {
                if (n_ == 1) {
                    step_a_ = a_.back();
                    step_b_ = b_.back();
                } else if (a_.back() != step_a_ * n_ || b_.back() != step_b_ * n_) {
                    break;
                }
                n_ *= dims_.back();
            }
            for (Dims* d : {&dims_, &a_, &b_}) d->pop_back();
        }
        count_ = all == 0 ? 0 : all / n_;
    }

    /// f(out, a, b, n, stride_a, stride_b) for each run: its offset in the result and those of both operands.
    template <class F>
    void for_each(F f) const {
        for (std::int64_t run = 0; run < count_; ++run) {
            std::int64_t at_a = 0, at_b = 0, rest = run;
            for (std::size_t k = dims_.size(); k-- > 0; rest /= dims_[k]) {
                at_a += rest % dims_[k] * a_[k];
                at_b += rest % dims_[k] * b_[k];
            }
            f(run * n_, at_a, at_b, n_, step_a_, step_b_);
        }
    }

private:
    Dims dims_, a_, b_;  // of the axes outside a run
    std::int64_t n_ = 1, step_a_ = 0, step_b_ = 0, count_ = 0;
};

template <class F>
void for_each_broadcast_run(const Dims& a, const Dims& b, const Dims& y, F f) {
    BroadcastRuns(a, b, y).for_each(f);
}

/// For each element of `to` its place in a tensor of shape `from` that broadcasts to it.
inline std::vector<std::size_t> broadcast_places(const Dims& from, const Dims& to) {
    std::vector<std::size_t> places;
    places.reserve(static_cast<std::size_t>(element_count(to)));
    for_each_broadcast_run(
        from, from, to,
        [&](std::int64_t, std::int64_t at, std::int64_t, std::int64_t n, std::int64_t step, std::int64_t) {
            for (std::int64_t i = 0; i < n; ++i) places.push_back(static_cast<std::size_t>(at + i * step));
        });
    return places;
}

/// a op b over the runs into y, which has the size of the result; y may be an operand of the result's shape.
template <Context C>
void broadcast_elementwise_into(Binary op, const BroadcastRuns& runs, const Storage<C>& a, const Storage<C>& b,
                                Storage<C>& y) {
    runs.for_each([&](std::int64_t out, std::int64_t at_a, std::int64_t at_b, std::int64_t n, std::int64_t step_a,
                      std::int64_t step_b) {
        elementwise<C>(op, n, ConstRun<C>{&a, at_a, step_a}, ConstRun<C>{&b, at_b, step_b}, Run<C>{&y, out, 1});
    });
}

/// a op b under broadcasting to the shape y.
template <Context C>
AnyTensor<C> broadcast_elementwise(Binary op, const Dims& a_dims, const Storage<C>& a, const Dims& b_dims,
                                   const Storage<C>& b, const Dims& y) {
    AnyTensor<C> result(y);
    broadcast_elementwise_into<C>(op, BroadcastRuns(a_dims, b_dims, y), a, b, result.data);
    return result;
}

/// x repeated to the shape y.
template <Context C>
AnyTensor<C> broadcast_to(const AnyTensor<C>& x, const Dims& y) {
    AnyTensor<C> result(y);
    for_each_broadcast_run(
        x.dims, x.dims, y,
        [&](std::int64_t out, std::int64_t at, std::int64_t, std::int64_t n, std::int64_t step, std::int64_t) {
            copy<C>(n, ConstRun<C>{&x.data, at, step}, Run<C>{&result.data, out, 1});
        });
    return result;
}

/// The transpose of broadcast_to, made ready for one shape: each element is the sum of its copies, folded in row-major
/// order.
template <Context C>
class SumTo {
public:
    SumTo(const Dims& from, const Dims& to) : runs_(to, to, from), ones_(0), part_(1) {
        runs_.for_each([&](std::int64_t, std::int64_t, std::int64_t, std::int64_t n, std::int64_t step, std::int64_t) {
            if (n == 1 || step != 0 || ones_.size() != 0) return;
            ones_ = repeated<C>(one<C>(), n);
        });
    }

    /// `sum` has the size of the result and is not x.
    void operator()(const Storage<C>& x, Storage<C>& sum) {
        set_to_zero<C>(sum);
        runs_.for_each(
            [&](std::int64_t from, std::int64_t at, std::int64_t, std::int64_t n, std::int64_t step, std::int64_t) {
                if (step != 0 || n == 1) {
                    const Run<C> to{&sum, at, step};
                    accumulate<C>(n, ConstRun<C>{&x, from, 1}, to);
                } else {  // the whole run goes to one element
                    multiply<C>(ConstMatrix<C>{&x, from, 1, n, n, 1}, ConstMatrix<C>{&ones_, 0, n, 1, 1, 1},
                                matrix_in<C>(part_, 0, 1, 1));
                    accumulate<C>(1, part_, 0, sum, at);
                }
            });
    }

private:
    BroadcastRuns runs_;
    Storage<C> ones_, part_;
};

template <Context C>
AnyTensor<C> sum_to(const AnyTensor<C>& g, const Dims& shape) {
    if (g.dims == shape) return g;
    AnyTensor<C> sum(shape);
    SumTo<C>(g.dims, shape)(g.data, sum.data);
    return sum;
}

}  // namespace tercet
