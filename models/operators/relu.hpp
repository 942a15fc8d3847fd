/// max(x, 0), with slope 0 at 0
#pragma once

#include <tercet/layers/piecewise.hpp>
#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Relu {
    Dims shape(const Shapes& in, const Dims&) const { return only(in); }
    bool affine_in(const Varying&) const { return false; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Relu with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [x = lasting_scalars<C>(in[0]), y] {
            rectify<C>(static_cast<std::int64_t>(x->size()), ConstRun<C>{x.get(), 0, 1}, Run<C>{&y->data, 0, 1});
        };
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        return at.same(relu_vjp<C>(at.x(), at.g.data));
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>& x, Kinks& kinks) const {
        kinks.relu += zeros_among<C>(x);
    }
};

}  // namespace tercet::op
