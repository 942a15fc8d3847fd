/// exp(x), its own slope
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Exp {
    Dims shape(const Shapes& in, const Dims&) const { return only(in); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Exp with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <Context C>
    std::optional<Lack> lacks() const {
        if (!ElementaryContext<C>) return Lack{"exp", "exp"};
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        if constexpr (ElementaryContext<C>) return mapped<C>(in, y, [](const Scalar<C>& v) { return C::exp(v); });
        else return {};
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        if constexpr (ElementaryContext<C>) return at.same(elementwise<C>(Binary::multiply, at.g.data, at.y.data));
        else return {};
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
