/// AnyTensor<C>: a tensor whose rank is known only at run time; what a graph computes with.
#pragma once

#include <tercet/core/tensor.hpp>

namespace tercet {

template <class C>
struct AnyTensor {
    Dims dims;
    Storage<C> data;

    AnyTensor() : data(0) { dims = {0}; }

    /// All zeros.
    explicit AnyTensor(Dims d) : dims(std::move(d)), data(static_cast<std::size_t>(element_count(dims))) {}

    /// These elements, row-major. Throws ShapeError where the count is wrong.
    AnyTensor(Dims d, Storage<C> elements) : dims(std::move(d)), data(std::move(elements)) {
        if (static_cast<std::int64_t>(data.size()) != element_count(dims))
            throw ShapeError("shape " + to_string_dims(dims) + " has " + std::to_string(element_count(dims)) +
                             " elements, got " + std::to_string(data.size()));
    }

    template <int... Ds>
    AnyTensor(Tensor<C, Ds...> t) : dims(t.dims().begin(), t.dims().end()), data(std::move(t.storage())) {}

    std::int64_t size() const { return static_cast<std::int64_t>(data.size()); }
    int rank() const { return static_cast<int>(dims.size()); }

    /// As a view of rank R. Throws ShapeError where the rank is another.
    template <int R>
    View<C, R> view() const {
        if (rank() != R) throw ShapeError("expected rank " + std::to_string(R) + ", got shape " + to_string_dims(dims));
        Extents<R> e{};
        for (std::size_t k = 0; k < static_cast<std::size_t>(R); ++k) e[k] = dims[k];
        return {&data, 0, e};
    }

    /// As a view of rank R whose dimensions are these; the element count must agree.
    template <int R>
    View<C, R> view_as(const Extents<R>& e) const {
        if (element_count(e) != size())
            throw ShapeError("shape " + to_string_dims(dims) + " has " + std::to_string(size()) + " elements, " +
                             to_string_dims(e) + " has " + std::to_string(element_count(e)));
        return {&data, 0, e};
    }

    /// As a tensor with the dimensions Ds, checked.
    template <int... Ds>
    Tensor<C, Ds...> to() && {
        Extents<sizeof...(Ds)> e = view<sizeof...(Ds)>().dims;
        return Tensor<C, Ds...>(e, std::move(data));
    }

    friend bool operator==(const AnyTensor&, const AnyTensor&) = default;
};

}  // namespace tercet
