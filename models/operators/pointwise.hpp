/// Pointwise<F>: y_i = f(x_i) for a function of one variable. F says what f is:
///
///     static constexpr const char *name, *onnx;                   // in words; the operator of ONNX, which is read and written from this
///     static constexpr auto attributes();                         // its numbers there, an array of RealAttribute<F>
///     template <class C> static constexpr const char* lacks;      // what it needs and C has not, or nullptr
///     static constexpr bool affine, kink;                         // f(x) = a x + b; has it no derivative at 0?
///     static constexpr std::optional<Domain> domain;              // where it has a value; nothing: everywhere
///     template <Context C> auto function() const;                 // f, a callable on scalars
///     template <Context C> Storage<C> vjp(const Storage<C>& x, const Storage<C>& g, const Storage<C>& y) const;   // g_i f'(x_i)
///
/// and may give `run<C>(n, x, y)`, a bulk loop with the same values.
#pragma once

#include <tercet/models/operators/computing.hpp>

#include <array>

namespace tercet {

/// A number of F that is an attribute of its ONNX node, and what it is where the node does not say.
template <class F>
struct RealAttribute {
    const char* key;
    double F::*member;
    double otherwise;
};

template <class F>
struct Pointwise {
    F f{};

    Dims shape(const Shapes& in, const Dims&) const { return only(in); }
    bool affine_in(const Varying&) const { return F::affine; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Pointwise with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return F::domain; }
    static constexpr Overwrites overwrites = Overwrites::always;

    template <class C>
    static constexpr bool runs_in = F::template lacks<C> == nullptr;

    template <Context C>
    std::optional<Lack> lacks() const {
        if constexpr (runs_in<C>) return {};
        else return Lack{F::name, F::template lacks<C>};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const auto x = lasting_scalars<C>(in[0]);
        if constexpr (!runs_in<C>) return {};
        else if constexpr (requires { F::template run<C>(std::int64_t{}, ConstRun<C>{}, Run<C>{}); })
            return [x, y] { F::template run<C>(static_cast<std::int64_t>(x->size()), ConstRun<C>{x.get(), 0, 1}, Run<C>{&y->data, 0, 1}); };
        else return [x, y, function = f.template function<C>()] { map_into<C>(*x, y->data, function); };
    }
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at) const {
        if constexpr (runs_in<C>) return at.same(f.template vjp<C>(at.x(), at.g.data, at.y.data));
        else return {};
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>& x, Kinks& kinks) const {
        if (F::kink) kinks.relu += zeros_among<C>(x);
    }
};

}  // namespace tercet
