/// The square root, with slope 1 / (2 sqrt x)
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Sqrt {
    Dims shape(const Shapes& in, const Dims&) const { return only(in); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Sqrt with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return Domain{0, Domain::Asks::nonnegative}; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <Context C>
    std::optional<Lack> lacks() const {
        if (!RootContext<C>) return Lack{"sqrt", "a square root"};
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        if constexpr (RootContext<C>) return mapped<C>(in, y, [](const Scalar<C>& v) { return C::sqrt(v); });
        else return {};
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        if constexpr (RootContext<C>) {
            const Storage<C> twice = map<C>(at.y.data, [](const Scalar<C>& v) { return Scalar<C>(v + v); });
            return at.same(elementwise<C>(Binary::divide, at.g.data, twice));
        } else {
            return {};
        }
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
