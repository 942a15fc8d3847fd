/// Pointwise<F>: y_i = f(x_i) for a function of one variable. F says what f is:
///
///     static constexpr const char *name, *onnx;           // in words; its operator in ONNX
///     static constexpr auto attributes();                 // its numbers there, an array of Attribute<F>
///     using needs = function::Exp;                        // what a context must have (core/functions.hpp)
///     static constexpr bool affine;                       // f(x) = a x + b
///     static constexpr std::optional<Domain> domain;      // where it has a value; nothing: everywhere
///     std::vector<double> kinks() const;                  // where it has no derivative; or, of many or no doubles,
///     template <Context C> bool may_be_kink(const Scalar<C>& x) const;  // is x one, or may it contain one?
///     template <Context C> auto value() const;            // f, a callable on scalars
///     template <Context C> auto slope() const;            // f' on x and f(x), with a convention at kinks
///
/// F may also say
///
///     static constexpr int since;                         // the operator set that brought it, if after 13
///     static constexpr Joins joins;                       // what a product before it may take it in as
///     static constexpr Variant variant;                   // which of several functions of one ONNX operator it is
///     void check() const;                                 // throws UnsupportedOp for numbers that give no function
///
/// Over intervals a value must be an enclosure of f over x. It need not be tight where F gives the turns of a
/// continuous f,
///
///     std::vector<Turn> turns() const;                    // f is monotone between them
///
/// and F may give bulk loops with the same values: run<C>(n, x, y), and gate<C>(n, x, g, y) for g_i f'(x_i), where y
/// may be g.
#pragma once

#include <tercet/layers/functions/function.hpp>
#include <tercet/models/operators/computing.hpp>

namespace tercet {

template <class F>
concept HasTurns = requires(const F& f) {
    { f.turns() } -> std::same_as<std::vector<Turn>>;
};

template <class F>
struct Pointwise {
    F f{};

    Dims shape(const Shapes& in, const Dims&) const {
        if constexpr (requires { f.check(); }) f.check();
        return only(in);
    }
    bool affine_in(const Varying&) const { return F::affine; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Pointwise with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return F::domain; }
    static constexpr Overwrites overwrites = Overwrites::always;
    Joins joins() const {
        if constexpr (requires { F::joins; }) return F::joins;
        else return Joins::nothing;
    }

    template <Context C>
    std::optional<Lack> lacks() const {
        if constexpr (Has<C, typename F::needs>) return {};
        else return Lack{F::name, missing<C, typename F::needs>};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        const auto x = lasting_scalars<C>(in[0]);
        if constexpr (!Has<C, typename F::needs>) return {};
        else if constexpr (requires { F::template run<C>(std::int64_t{}, ConstRun<C>{}, Run<C>{}); })
            return [x, y] {
                F::template run<C>(static_cast<std::int64_t>(x->size()), ConstRun<C>{x.get(), 0, 1},
                                   Run<C>{&y->data, 0, 1});
            };
        else if constexpr (EnclosingContext<C> && HasTurns<F>)
            return [x, y, value = f.template value<C>(), turns = f.turns()] {
                map_into<C>(*x, y->data, [&](const Scalar<C>& v) { return range_over<C>(v, turns, value); });
            };
        else return [x, y, value = f.template value<C>()] { map_into<C>(*x, y->data, value); };
    }
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        const auto x = lasting_scalars<C>(at.in[0]);
        if constexpr (!Has<C, typename F::needs>) {
            return {};
        } else if constexpr (requires {
                                 F::template gate<C>(std::int64_t{}, ConstRun<C>{}, ConstRun<C>{}, Run<C>{});
                             }) {
            return [x](std::int64_t rows, Storage<C> forms) {
                const auto n = static_cast<std::int64_t>(x->size());
                for (std::int64_t r = 0; r < rows; ++r)
                    F::template gate<C>(n, ConstRun<C>{x.get(), 0, 1}, ConstRun<C>{&forms, r * n, 1},
                                        Run<C>{&forms, r * n, 1});
                return only_operand(std::move(forms));
            };
        } else {
            return [x, y = at.y, slope = f.template slope<C>()](std::int64_t rows, Storage<C> forms) {
                const auto n = static_cast<std::int64_t>(x->size());
                Storage<C> slopes(x->size());
                for (std::size_t i = 0; i < slopes.size(); ++i) slopes[i] = slope((*x)[i], y->data[i]);
                for (std::int64_t r = 0; r < rows; ++r)
                    elementwise<C>(Binary::multiply, n, ConstRun<C>{&forms, r * n, 1}, ConstRun<C>{&slopes, 0, 1},
                                   Run<C>{&forms, r * n, 1});
                return only_operand(std::move(forms));
            };
        }
    }
    /// Elements that are a kink, or may be.
    template <Context C>
    void count_kinks(const AnyTensor<C>& x, Kinks& kinks) const {
        if constexpr (!Has<C, typename F::needs>) {
            return;
        } else if constexpr (requires(const Scalar<C>& v) { f.template may_be_kink<C>(v); }) {
            for (std::size_t i = 0; i < x.data.size(); ++i)
                if (f.template may_be_kink<C>(x.data[i])) ++kinks.relu;
        } else {
            for (const double kink : f.kinks()) {
                const Scalar<C> k = C::exact(kink);
                for (std::size_t i = 0; i < x.data.size(); ++i)
                    if (!certainly(C::less(k, x.data[i])) && !certainly(C::less(x.data[i], k))) ++kinks.relu;
            }
        }
    }
};

}  // namespace tercet
