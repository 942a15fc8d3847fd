/// -x
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Negate {
    Dims shape(const Shapes& in, const Dims&) const { return only(in); }
    bool affine_in(const Varying&) const { return true; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Negate with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return mapped<C>(in, y, [](const Scalar<C>& v) { return Scalar<C>(-v); });
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        return at.one(negated<C>(at.g));
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
