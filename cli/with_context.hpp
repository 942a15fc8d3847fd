/// From the name of a context on the command line to the context.
#pragma once

#include <tercet/core/parameters.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#include <string>
#include <vector>

namespace tercet::cli {

inline const std::vector<std::string> context_names{"float32", "float64", "interval64", "rational"};

/// f.template operator()<C>() for the context of that name, which the command line has checked.
template <class F>
auto with_context(const std::string& name, F f) {
    if (name == Float32::name) return f.template operator()<Float32>();
    if (name == Interval64::name) return f.template operator()<Interval64>();
    if (name == Rational::name) return f.template operator()<Rational>();
    return f.template operator()<Float64>();
}

/// Tensors of doubles over C: exact but for Float32, which rounds to nearest.
template <Context C>
std::vector<AnyTensor<C>> convert_all(const std::vector<AnyTensor<Float64>>& tensors) {
    if constexpr (LiftsFrom<C, Float64>) {
        return lift<C>(tensors);
    } else {
        std::vector<AnyTensor<C>> converted;
        for (const auto& x : tensors) {
            auto& y = converted.emplace_back(x.dims);
            for (std::size_t i = 0; i < x.data.size(); ++i) y.data[i] = C::exact(x.data[i]);
        }
        return converted;
    }
}

/// The parameters over C; where those are doubles, they themselves.
template <Context C>
decltype(auto) convert_parameters(const std::vector<AnyTensor<Float64>>& parameters) {
    if constexpr (std::same_as<Parameters<C>, Float64>) return (parameters);
    else return convert_all<Parameters<C>>(parameters);
}

}  // namespace tercet::cli
