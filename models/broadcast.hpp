/// NumPy broadcasting of whole tensors: elementwise operations, and its transpose, the sum over broadcast axes.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/core/kernels.hpp>

namespace tercet {

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

/// f(out, a, b, n, stride_a, stride_b): contiguous runs of the broadcast result, with the offsets of both operands. Trailing axes over which
/// both operands advance alike are one run.
template <class F>
void for_each_broadcast_run(const Dims& a, const Dims& b, const Dims& y, F f) {
    const Dims sa = broadcast_strides(a, y), sb = broadcast_strides(b, y);
    std::size_t outer = y.size();
    std::int64_t n = 1, step_a = 0, step_b = 0;
    while (outer > 0) {  // grow the run while the next axis continues it in both operands
        const std::size_t k = outer - 1;
        if (y[k] != 1) {
            if (n == 1) {
                step_a = sa[k];
                step_b = sb[k];
            } else if (sa[k] != step_a * n || sb[k] != step_b * n) {
                break;
            }
            n *= y[k];
        }
        --outer;
    }
    if (element_count(y) == 0) return;
    Dims index(outer, 0);
    for (std::int64_t out = 0;; out += n) {
        std::int64_t at_a = 0, at_b = 0;
        for (std::size_t k = 0; k < outer; ++k) {
            at_a += index[k] * sa[k];
            at_b += index[k] * sb[k];
        }
        f(out, at_a, at_b, n, step_a, step_b);
        std::size_t k = outer;
        while (k > 0 && ++index[k - 1] == y[k - 1]) index[--k] = 0;
        if (k == 0) return;
    }
}

/// a op b under broadcasting to the shape y.
template <Context C>
AnyTensor<C> broadcast_elementwise(Binary op, const Dims& a_dims, const Storage<C>& a, const Dims& b_dims, const Storage<C>& b, const Dims& y) {
    AnyTensor<C> result(y);
    for_each_broadcast_run(a_dims, b_dims, y, [&](std::int64_t out, std::int64_t at_a, std::int64_t at_b, std::int64_t n, std::int64_t step_a, std::int64_t step_b) {
        elementwise<C>(op, n, ConstRun<C>{&a, at_a, step_a}, ConstRun<C>{&b, at_b, step_b}, Run<C>{&result.data, out, 1});
    });
    return result;
}

/// x repeated to the shape y.
template <Context C>
AnyTensor<C> broadcast_to(const AnyTensor<C>& x, const Dims& y) {
    AnyTensor<C> result(y);
    for_each_broadcast_run(x.dims, x.dims, y, [&](std::int64_t out, std::int64_t at, std::int64_t, std::int64_t n, std::int64_t step, std::int64_t) {
        for (std::int64_t i = 0; i < n; ++i) result.data[static_cast<std::size_t>(out + i)] = x.data[static_cast<std::size_t>(at + i * step)];
    });
    return result;
}

/// The transpose of broadcast_to: each element is the sum of its copies, folded in row-major order.
template <Context C>
AnyTensor<C> sum_to(const AnyTensor<C>& g, const Dims& shape) {
    if (g.dims == shape) return g;
    AnyTensor<C> sum(shape);
    Storage<C> ones(0), part(1);
    for_each_broadcast_run(shape, shape, g.dims, [&](std::int64_t from, std::int64_t at, std::int64_t, std::int64_t n, std::int64_t step, std::int64_t) {
        if (step != 0 || n == 1) {
            const Run<C> to{&sum.data, at, step};
            elementwise<C>(Binary::add, n, to, ConstRun<C>{&g.data, from, 1}, to);
        } else {  // the whole run goes to one element
            if (static_cast<std::int64_t>(ones.size()) < n) {
                ones = Storage<C>(static_cast<std::size_t>(n));
                for (std::size_t i = 0; i < ones.size(); ++i) ones[i] = one<C>();
            }
            multiply<C>(ConstMatrix<C>{&g.data, from, 1, n, n, 1}, ConstMatrix<C>{&ones, 0, n, 1, 1, 1}, matrix_in<C>(part, 0, 1, 1));
            accumulate<C>(1, part, 0, sum.data, at);
        }
    });
    return sum;
}

}  // namespace tercet
