/// Gradients written to .npz or .json, and compared with those of another program.
#pragma once

#include "values.hpp"
#include "with_context.hpp"

#include <tercet/io/npz.hpp>
#include <tercet/io/write_file.hpp>
#include <tercet/verify/compare.hpp>

#include <iomanip>
#include <iostream>

namespace tercet::cli {

/// One gradient under the name of its tensor in the model.
template <Context C>
struct NamedGradient {
    std::string name;
    const AnyTensor<C>* tensor;
};

/// .npz: the nearest float64 of exact values, floats as they are, NAME.lower and NAME.upper of intervals.
template <Context C>
void write_npz_gradients(const std::vector<NamedGradient<C>>& gradients, const std::string& path) {
    std::vector<std::pair<std::string, NpyArray>> arrays;
    for (const auto& [name, tensor] : gradients) {
        const auto add = [&](const std::string& key, auto value) {
            NpyArray a{tensor->dims, {}, std::same_as<C, Float32> ? "<f4" : "<f8"};
            a.values.reserve(tensor->data.size());
            for (std::size_t i = 0; i < tensor->data.size(); ++i) a.values.push_back(value(tensor->data[i]));
            arrays.emplace_back(key, std::move(a));
        };
        if constexpr (EnclosingContext<C>) {
            add(name + ".lower", [](const Interval& x) { return x.lower(); });
            add(name + ".upper", [](const Interval& x) { return x.upper(); });
        } else if constexpr (ExactContext<C>) {
            add(name, [](const RationalNumber& x) { return round_nearest(x); });
        } else {
            add(name, [](double x) { return x; });
        }
    }
    write_npz(path, arrays);
}

/// By the ending of the path. Throws FormatError for any other.
template <Context C>
void write_gradients(const std::vector<NamedGradient<C>>& gradients, const std::string& path) {
    if (path.ends_with(".npz")) return write_npz_gradients<C>(gradients, path);
    if (!path.ends_with(".json")) throw FormatError("-o " + path + ": the name must end in .npz or .json");
    write_file(path, [&](std::ostream& out) {
        JsonWriter json(out);
        json.begin_object().key("schema").number(1LL).key("context").string(C::name).key("gradients").begin_object();
        for (const auto& [name, tensor] : gradients) {
            json.key(name).begin_object();
            write_tensor<C>(json, *tensor);
            json.end_object();
        }
        json.end_object().end_object();
        out << '\n';
    });
}

/// Per tensor: largest and mean ulp error, wrong signs, zeros that should not be zero. The exact context is the reference.
template <Context C>
void compare_gradients(const std::vector<NamedGradient<C>>& gradients, const std::string& path) {
    if constexpr (!std::same_as<C, Rational>) {
        throw FormatError("--compare measures against exact gradients: use --scalar rational");
    } else {
        const auto other = read_npz(path);
        std::cout << "comparison of " << path << " with the exact gradients (ulp of its own type)\n";
        std::cout << "  " << std::left << std::setw(28) << "tensor" << std::right << std::setw(9) << "type" << std::setw(14) << "largest ulp" << std::setw(14) << "mean ulp"
                  << std::setw(12) << "worst at" << std::setw(13) << "wrong signs" << std::setw(12) << "lost zeros" << std::setw(10) << "spurious" << std::setw(12) << "not finite" << '\n';
        for (const auto& [name, tensor] : gradients) {
            const auto found = other.find(name);
            std::cout << "  " << std::left << std::setw(28) << name << std::right;
            if (found == other.end()) {
                std::cout << "  missing in " << path << '\n';
                continue;
            }
            const bool float32 = found->second.dtype.ends_with("f4");
            verify::Comparison c;
            try {
                c = verify::compare(*tensor, found->second.values, float32);
            } catch (const ShapeError& e) {
                throw ShapeError(path + ": tensor '" + name + "': " + e.what());
            }
            std::cout << std::setw(9) << (float32 ? "float32" : "float64") << std::setw(14) << std::setprecision(6) << c.largest_ulp << std::setw(14) << c.mean_ulp
                      << std::setw(12) << c.worst << std::setw(13) << c.wrong_signs << std::setw(12) << c.lost << std::setw(10) << c.spurious << std::setw(12) << c.not_finite << '\n';
        }
        std::cout << "  lost zeros: 0 where the exact gradient is not 0; spurious: not 0 where it is\n";
    }
}

}  // namespace tercet::cli
