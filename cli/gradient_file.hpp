/// Gradients written to .npz or .json.
#pragma once

#include "values.hpp"
#include "with_context.hpp"

#include <tercet/io/file/write_file.hpp>
#include <tercet/io/npy/npz.hpp>

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
        const auto add = [&arrays, tensor = tensor](const std::string& key, auto value) {
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

/// Throws FormatError unless the path ends in .npz or .json.
inline void check_gradient_path(const std::string& path) {
    if (!path.ends_with(".npz") && !path.ends_with(".json"))
        throw FormatError("-o " + path + ": the name must end in .npz or .json");
}

/// By the ending of the path; the JSON names the loss and its reduction, if it is one's gradient.
template <Context C>
void write_gradients(const std::vector<NamedGradient<C>>& gradients, const std::string& path, const std::string& loss,
                     const std::string& reduction) {
    check_gradient_path(path);
    if (path.ends_with(".npz")) return write_npz_gradients<C>(gradients, path);
    write_file(path, [&](std::ostream& out) {
        JsonWriter json(out);
        json.begin_object().key("schema").number(1LL).key("context").string(C::name);
        if (!loss.empty()) json.key("loss").string(loss).key("reduction").string(reduction);
        json.key("gradients").begin_object();
        for (const auto& [name, tensor] : gradients) {
            json.key(name).begin_object();
            write_tensor<C>(json, *tensor);
            json.end_object();
        }
        json.end_object().end_object();
        out << '\n';
    });
}

}  // namespace tercet::cli
