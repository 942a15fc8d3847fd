/// Reshape: the same elements under the node's shape.
#pragma once

#include <tercet/models/operators/computing.hpp>

namespace tercet::op {

struct Reshape {
    Dims shape(const Shapes& in, const Dims& stated) const {
        if (element_count(only(in)) != element_count(stated))
            throw ShapeError("cannot reshape " + to_string_dims(in[0]) + " to " + to_string_dims(stated));
        return stated;
    }
    bool affine_in(const Varying&) const { return true; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Reshape with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        return [x = lasting_scalars<C>(in[0]), y] {
            if (x.get() != &y->data) y->data = *x;
        };
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>&) const {
        return [](std::int64_t, Storage<C> forms) { return only_operand(std::move(forms)); };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}
};

}  // namespace tercet::op
