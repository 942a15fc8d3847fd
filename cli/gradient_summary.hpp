/// What grad says about gradients that are not written to a file: shape, largest |value|, and the numbers where they
/// are few.
#pragma once

#include "gradient_file.hpp"

#include <tercet/io/text/excerpt.hpp>

#include <cmath>
#include <ostream>

namespace tercet::cli {

/// A tensor of at most so many numbers is listed.
inline constexpr std::int64_t most_listed = 10;

/// max_i |x_i|: for exact numbers the nearest double; for intervals a bound, as every |x| in them is at most max(|l|,
/// |u|); NaN if a float is. 0 for no numbers.
template <Context C>
double largest_magnitude(const AnyTensor<C>& t) {
    if constexpr (ExactContext<C>) {
        RationalNumber largest(0);
        for (std::size_t i = 0; i < t.data.size(); ++i) {
            const RationalNumber magnitude = abs(t.data[i]);
            if (magnitude > largest) largest = magnitude;
        }
        return round_nearest(largest);
    } else if constexpr (EnclosingContext<C>) {
        double largest = 0;
        for (std::size_t i = 0; i < t.data.size(); ++i) {
            const double upper = abs(t.data[i]).upper();
            if (order(upper) > order(largest)) largest = upper;
        }
        return largest;
    } else {
        double largest = 0;
        for (std::size_t i = 0; i < t.data.size(); ++i) {
            const double magnitude = std::fabs(static_cast<double>(t.data[i]));
            if (std::isnan(magnitude)) return magnitude;
            if (magnitude > largest) largest = magnitude;
        }
        return largest;
    }
}

template <Context C>
void print_summary(std::ostream& out, const std::vector<NamedGradient<C>>& gradients) {
    for (const auto& [name, tensor] : gradients) {
        const double largest = largest_magnitude<C>(*tensor);
        out << printable(name, longest_name) << ' ' << to_string_dims(tensor->dims) << ", largest magnitude ";
        if constexpr (EnclosingContext<C>) out << "at most " << decimal_up(largest, 17);
        else out << decimal_nearest_shortest(largest);
        out << '\n';
        if (tensor->size() <= most_listed)
            for (std::size_t i = 0; i < tensor->data.size(); ++i)
                out << "  " << i << "  " << value_text<C>(tensor->data[i]) << '\n';
    }
}

/// "gradients": {"x": {"shape": [..], "largest": .., and where there are at most 10 numbers the fields of a tensor},
/// ..}
template <Context C>
void write_summary(JsonWriter& json, const std::vector<NamedGradient<C>>& gradients) {
    json.key("gradients").begin_object();
    for (const auto& [name, tensor] : gradients) {
        json.key(name).begin_object();
        if (tensor->size() <= most_listed) {
            write_tensor<C>(json, *tensor);
        } else {
            json.key("shape").begin_array();
            for (const auto d : tensor->dims) json.number(static_cast<long long>(d));
            json.end_array();
        }
        const double largest = largest_magnitude<C>(*tensor);
        json.key("largest");
        if constexpr (EnclosingContext<C>) json.upper(largest);
        else json.number(largest);
        json.end_object();
    }
    json.end_object();
}

}  // namespace tercet::cli
