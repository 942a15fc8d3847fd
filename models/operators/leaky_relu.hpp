/// x where x > 0, slope x where not
#pragma once

#include <tercet/layers/piecewise.hpp>
#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct LeakyRelu {
    double slope;

    Dims shape(const Shapes& in, const Dims&) const { return only(in); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    LeakyRelu with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return mapped<C>(in, y, [a = C::exact(slope)](const Scalar<C>& v) { return leaky_value<C>(v, a); });
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        return at.same(leaky_relu_vjp<C>(at.x(), at.g.data, C::exact(slope)));
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>& x, Kinks& kinks) const {
        kinks.relu += zeros_among<C>(x);
    }
};

}  // namespace tercet::op
