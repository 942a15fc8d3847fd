/// Numbers of each context as text and as JSON: bounds rounded outward, fractions exact, hex floats beside decimals.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/io/text/decimal.hpp>
#include <tercet/io/text/hex_float.hpp>
#include <tercet/io/text/json_writer.hpp>
#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/float32.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <charconv>
#include <cmath>
#include <string>

namespace tercet::cli {

/// Decimals that tell all doubles apart, rounded outward.
inline std::string interval_text(const Interval& x) {
    return "[" + decimal_down(x.lower(), 17) + ", " + decimal_up(x.upper(), 17) + "]";
}

/// An exact number as a fraction.
inline const RationalNumber& as_fraction(const RationalNumber& x) { return x; }
inline RationalNumber as_fraction(const DyadicNumber& x) { return to_rational(x); }

template <Context C>
std::string value_text(const Scalar<C>& x) {
    if constexpr (EnclosingContext<C>) {
        return interval_text(x);
    } else if constexpr (ExactContext<C>) {
        const RationalNumber& q = as_fraction(x);
        const std::string exact = fraction(q);
        if (exact.size() <= 48) return exact;
        return decimal_nearest_shortest(round_nearest(q)) + "   (nearest double; the exact fraction has " +
               std::to_string(exact.size() - 1) + " digits, --json prints it)";
    } else if constexpr (std::same_as<Scalar<C>, float>) {
        if (std::isnan(x)) return "nan";  // std::to_chars tells -nan apart
        char text[32];
        const auto end = std::to_chars(text, text + sizeof text, x).ptr;
        return {text, end};
    } else {
        return decimal_nearest_shortest(x);
    }
}

/// "shape", then "values" and "hex" for floats; "lower", "upper" and their hex for intervals; "exact" and the nearest
/// "float64_hex" for rationals.
template <Context C>
void write_tensor(JsonWriter& json, const AnyTensor<C>& t) {
    json.key("shape").begin_array();
    for (const auto d : t.dims) json.number(static_cast<long long>(d));
    json.end_array();
    const auto list = [&](const char* key, auto write) {
        json.key(key).begin_array();
        for (std::size_t i = 0; i < t.data.size(); ++i) write(t.data[i]);
        json.end_array();
    };
    if constexpr (EnclosingContext<C>) {
        list("lower", [&](const Interval& x) { json.lower(x.lower()); });
        list("upper", [&](const Interval& x) { json.upper(x.upper()); });
        list("lower_hex", [&](const Interval& x) { json.string(hex_float(x.lower())); });
        list("upper_hex", [&](const Interval& x) { json.string(hex_float(x.upper())); });
    } else if constexpr (ExactContext<C>) {
        list("exact", [&](const Scalar<C>& x) { json.string(fraction(as_fraction(x))); });
        list("float64_hex", [&](const Scalar<C>& x) { json.string(hex_float(round_nearest(as_fraction(x)))); });
    } else {
        list("values", [&](double x) { json.number(x); });
        list("hex", [&](double x) { json.string(hex_float(x)); });
    }
}

}  // namespace tercet::cli
