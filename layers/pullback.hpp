/// What a layer's vjp returns, and the whole-storage helpers that layers share.
#pragma once

#include <tercet/core/parameters.hpp>

namespace tercet {

/// The vector-Jacobian products g^T dy/dp and g^T dy/dx. The gradient of a layer is a layer of the same kind.
template <class L, class X>
struct Pullback {
    L layer;
    X input;
};

/// Every element of a view as scalars of C; parameters are lifted.
template <Context C, class P, int R>
Storage<C> scalars_of(const View<P, R>& v) {
    const std::int64_t n = v.size();
    Storage<C> s(static_cast<std::size_t>(n));
    if constexpr (std::same_as<P, C>) copy<C>(n, ConstRun<C>{v.data, v.offset, 1}, Run<C>{&s, 0, 1});
    else
        for (std::int64_t i = 0; i < n; ++i)
            s[static_cast<std::size_t>(i)] = as_scalar<C>((*v.data)[static_cast<std::size_t>(v.offset + i)]);
    return s;
}

/// n times x
template <Context C>
Storage<C> repeated(const Scalar<C>& x, std::int64_t n) {
    Storage<C> first(1), y(static_cast<std::size_t>(n));
    first[0] = x;
    copy<C>(n, ConstRun<C>{&first, 0, 0}, Run<C>{&y, 0, 1});
    return y;
}

/// a op b element for element over two storages of one size.
template <Context C>
Storage<C> elementwise(Binary op, const Storage<C>& a, const Storage<C>& b) {
    if (a.size() != b.size())
        throw ShapeError(std::string(to_string(op)) + " of " + std::to_string(a.size()) + " and " +
                         std::to_string(b.size()) + " elements");
    Storage<C> y(a.size());
    elementwise<C>(op, static_cast<std::int64_t>(a.size()), ConstRun<C>{&a, 0, 1}, ConstRun<C>{&b, 0, 1},
                   Run<C>{&y, 0, 1});
    return y;
}

/// y_i = f(x_i); y may be x.
template <Context C, class F>
void map_into(const Storage<C>& x, Storage<C>& y, F f) {
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = f(x[i]);
}

/// y = 0, in the memory that it has where that is a vector.
template <Context C>
void set_to_zero(Storage<C>& y) {
    if constexpr (has_vector_storage<C>) std::fill(y.begin(), y.end(), zero<C>());
    else y = Storage<C>(y.size());
}

/// x_i * factor over a storage.
template <Context C>
Storage<C> scaled(const Storage<C>& x, const Scalar<C>& factor) {
    Storage<C> f(1), y(x.size());
    f[0] = factor;
    elementwise<C>(Binary::multiply, static_cast<std::int64_t>(x.size()), ConstRun<C>{&x, 0, 1}, ConstRun<C>{&f, 0, 0},
                   Run<C>{&y, 0, 1});
    return y;
}

/// A function of one dimension list on the elements of a tensor, shape kept.
template <class C, int... Ds, class F>
Tensor<C, Ds...> with_elements(const Tensor<C, Ds...>& x, F f) {
    return Tensor<C, Ds...>(x.dims(), f(x.storage()));
}

}  // namespace tercet
