/// Tensor<C, Ds...>: row-major numbers of one context, each dimension known to the compiler or `dyn`.
#pragma once

#include <tercet/core/view.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace tercet {

namespace detail {
template <int... Ds, int... Es>
consteval bool shapes_agree(std::integer_sequence<int, Ds...>, std::integer_sequence<int, Es...>) {
    if constexpr (sizeof...(Ds) == sizeof...(Es)) return (dims_compatible(Es, Ds) && ...);
    else return false;
}
template <int... Ds, int... Es>
consteval bool loses_knowledge(std::integer_sequence<int, Ds...>, std::integer_sequence<int, Es...>) {
    if constexpr (sizeof...(Ds) == sizeof...(Es)) return ((Es == dyn && Ds != dyn) || ...);
    else return false;
}
}  // namespace detail

/// A tensor of shape From can stand where shape To is asked for: same rank, and no axis where both are known and
/// differ.
template <class To, class From>
concept ShapesAgree = std::same_as<typename To::Context, typename From::Context> &&
    detail::shapes_agree(typename To::Shape{}, typename From::Shape{});

/// Shapes: known to unknown converts silently; unknown to known is explicit and throws ShapeError; known 3 to known 2
/// does not compile.
template <class C, int... Ds>
class Tensor {
public:
    using Context = C;
    using Shape = std::integer_sequence<int, Ds...>;
    static constexpr int rank = sizeof...(Ds);
    static constexpr bool is_static = ((Ds != dyn) && ...);
    static_assert(((Ds >= 0 || Ds == dyn) && ...), "a tensor dimension is dyn or not negative");

    /// All zeros; unknown dimensions are 0.
    Tensor() : Tensor(Extents<rank>{(Ds == dyn ? 0 : Ds)...}) {}

    /// All zeros, of these dimensions.
    explicit Tensor(const Extents<rank>& dims)
        : dims_(checked(dims)), data_(static_cast<std::size_t>(element_count(dims))) {}

    /// These elements, row-major.
    Tensor(const Extents<rank>& dims, Storage<C> data) : dims_(checked(dims)), data_(std::move(data)) {
        if (static_cast<std::int64_t>(data_.size()) != element_count(dims_))
            throw ShapeError("shape " + to_string_dims(dims_) + " has " + std::to_string(element_count(dims_)) +
                             " elements, got " + std::to_string(data_.size()));
    }

    /// These elements, row-major, for a shape that is known.
    Tensor(std::initializer_list<Scalar<C>> values) requires is_static
        : Tensor(Extents<rank>{Ds...}, from_list(values)) {}

    template <int... Es>
    requires(ShapesAgree<Tensor, Tensor<C, Es...>> && !std::same_as<Shape, std::integer_sequence<int, Es...>>) explicit(
        detail::loses_knowledge(Shape{}, std::integer_sequence<int, Es...>{})) Tensor(Tensor<C, Es...> other)
        : dims_(checked(other.dims())), data_(std::move(other.storage())) {}

    const Extents<rank>& dims() const { return dims_; }
    std::int64_t dim(int axis) const { return dims_[static_cast<std::size_t>(axis)]; }
    std::int64_t size() const { return static_cast<std::int64_t>(data_.size()); }

    template <class... I>
    requires(sizeof...(I) == rank) decltype(auto) operator()(I... index) const { return view()(index...); }
    template <class... I>
    requires(sizeof...(I) == rank) decltype(auto) operator()(I... index) {
        std::int64_t flat = 0;
        int axis = 0;
        ((flat = flat * dims_[static_cast<std::size_t>(axis++)] + static_cast<std::int64_t>(index)), ...);
        return data_[static_cast<std::size_t>(flat)];
    }

    /// Element by its row-major position.
    decltype(auto) operator[](std::int64_t i) const { return data_[static_cast<std::size_t>(i)]; }
    decltype(auto) operator[](std::int64_t i) { return data_[static_cast<std::size_t>(i)]; }

    const Storage<C>& storage() const { return data_; }
    Storage<C>& storage() { return data_; }
    View<C, rank> view() const { return {&data_, 0, dims_}; }

    friend bool operator==(const Tensor& a, const Tensor& b) { return a.dims_ == b.dims_ && a.data_ == b.data_; }

private:
    static Extents<rank> checked(const Extents<rank>& dims) {
        constexpr std::array<int, rank> known{Ds...};
        for (std::size_t k = 0; k < static_cast<std::size_t>(rank); ++k)
            if (known[k] != dyn && known[k] != dims[k])
                throw ShapeError("axis " + std::to_string(k) + ": expected " + std::to_string(known[k]) + ", got " +
                                 std::to_string(dims[k]));
        return dims;
    }
    static Storage<C> from_list(std::initializer_list<Scalar<C>> values) {
        Storage<C> data(values.size());
        std::size_t i = 0;
        for (const auto& v : values) data[i++] = v;
        return data;
    }

    Extents<rank> dims_;
    Storage<C> data_;
};

}  // namespace tercet
