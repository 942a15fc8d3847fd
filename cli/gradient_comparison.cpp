#include "gradient_comparison.hpp"

#include <tercet/io/text/excerpt.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace tercet::cli {

namespace {

constexpr const verify::Format* formats[] = {&verify::float64, &verify::float32, &verify::float16, &verify::bfloat16};

/// --compare-type, or the type that the file states.
const verify::Format& format_of(const NpyArray& array, const ComparisonOptions& options, const std::string& name) {
    for (const auto* f : formats)
        if (options.type == f->name) return *f;
    if (array.dtype.ends_with("f8")) return verify::float64;
    if (array.dtype.ends_with("f4")) return verify::float32;
    if (array.dtype.ends_with("f2")) return verify::float16;
    if (array.dtype == "bfloat16") return verify::bfloat16;
    throw FormatError(options.path + ": array '" + name + "' is of type " + excerpt(array.dtype) +
                      ", which has no ulp; --compare-type says in which to measure");
}

std::string ulp_text(double x) {
    std::ostringstream text;
    text << std::setprecision(6) << x;
    return std::isnan(x) ? "nan" : text.str();
}

}  // namespace

void add_comparison_options(CLI::App& command, ComparisonOptions& options) {
    auto* compare = command.add_option(
        "--compare", options.path,
        "a .npz of gradients from elsewhere: print its errors in ulp against these exact ones. Exit code 3 where "
        "one is missing, NaN, wrongly infinite or of the wrong sign");
    command
        .add_option("--max-ulp", options.max_ulp,
                    "with --compare: exit code 3 where an error is above this many ulp, an exact decimal or p/q")
        ->needs(compare);
    command
        .add_option("--compare-type", options.type,
                    "with --compare: measure in ulp of this type instead of each array's own; bfloat16 also reads the "
                    "arrays of dtype V2 that "
                    "NumPy writes for ml_dtypes' bfloat16")
        ->needs(compare)
        ->check(CLI::IsMember({"float64", "float32", "float16", "bfloat16"}));
}

std::map<std::string, NpyArray> read_compared(const ComparisonOptions& options, const std::set<std::string>& names) {
    if (!options.given()) return {};
    return read_npz(options.path, &names, options.type == verify::bfloat16.name ? V2::bfloat16 : V2::refused);
}

GradientComparison compare_gradients(const std::vector<NamedGradient<Rational>>& gradients,
                                     const std::map<std::string, NpyArray>& other, const ComparisonOptions& options) {
    GradientComparison c{options.path, options.type, {}, {}, {}};
    if (!options.max_ulp.empty()) {
        c.max_ulp = parse_decimal(options.max_ulp);
        if (c.max_ulp->sign() < 0) throw DomainError("--max-ulp " + options.max_ulp + " is negative");
    }
    for (const auto& [name, tensor] : gradients) {
        c.tensors.push_back({name, nullptr, {}});
        const auto found = other.find(name);
        if (found == other.end()) continue;
        const NpyArray& array = found->second;
        if (array.dims != tensor->dims)
            throw ShapeError(options.path + ": tensor '" + name + "' has shape " + to_string_dims(tensor->dims) +
                             ", the file holds " + to_string_dims(array.dims));
        c.tensors.back().format = &format_of(array, options, name);
        c.tensors.back().errors = verify::compare(*tensor, array.values, *c.tensors.back().format, c.max_ulp);
    }
    for (const auto& [name, array] : other)
        if (std::none_of(gradients.begin(), gradients.end(), [&, &key = name](const auto& g) { return g.name == key; }))
            c.without_gradient.push_back(name);
    return c;
}

bool GradientComparison::holds() const {
    return std::all_of(tensors.begin(), tensors.end(),
                       [](const ComparedTensor& t) { return t.format && t.errors.sound() && t.errors.beyond == 0; });
}

void GradientComparison::print(std::ostream& out) const {
    std::size_t width = 6;
    for (const auto& t : tensors) width = std::max(width, printable(t.name, longest_name).size());
    const auto row = [&](const std::string& name, const auto&... cells) {
        out << "  " << std::left << std::setw(static_cast<int>(width)) << printable(name, longest_name) << std::right;
        ((out << std::setw(13) << cells), ...);
        out << '\n';
    };
    out << "comparison of " << printable(path) << " with the exact gradients, in ulp of "
        << (type.empty() ? "its own type" : type) << '\n';
    row("tensor", "type", "largest ulp", "mean ulp", "worst at", "wrong signs", "lost", "spurious", "nan", "infinite");
    std::int64_t missing = 0, signs = 0, nan = 0, infinite = 0, beyond = 0;
    for (const auto& [name, format, e] : tensors) {
        if (!format) {
            ++missing;
            row(name, "missing");
            continue;
        }
        row(name, format->name, ulp_text(e.largest_ulp), ulp_text(e.mean_ulp), e.worst ? std::to_string(*e.worst) : "-",
            e.wrong_signs, e.lost, e.spurious, e.nan, e.infinite);
        signs += e.wrong_signs, nan += e.nan, infinite += e.infinite, beyond += e.beyond;
    }
    for (const auto& name : without_gradient) row(name, "no gradient");
    out << "  lost: 0 where the exact gradient is not 0; spurious: not 0 where it is 0\n";
    const std::string limit = max_ulp ? printable(fraction(*max_ulp), longest_name) + " ulp" : "";
    if (holds()) {
        out << "  holds: every gradient is there and finite, and none has the wrong sign"
            << (max_ulp ? ", and within " + limit : "") << '\n';
        return;
    }
    out << "  does not hold: " << missing << " tensors missing, " << signs << " wrong signs, " << nan << " NaN, "
        << infinite << " wrong infinities";
    if (max_ulp) out << ", " << beyond << " numbers beyond " << limit;
    out << '\n';
}

void GradientComparison::write(JsonWriter& json) const {
    const auto flag = [&](const char* key, bool value) { json.key(key).token(value ? "true" : "false"); };
    json.key("comparison").begin_object().key("file").string(path);
    flag("holds", holds());
    if (max_ulp) json.key("max_ulp").string(fraction(*max_ulp));
    json.key("tensors").begin_array();
    for (const auto& [name, format, e] : tensors) {
        json.begin_object().key("name").string(name);
        flag("missing", !format);
        if (format) {
            json.key("type")
                .string(format->name)
                .key("largest_ulp")
                .number(e.largest_ulp)
                .key("mean_ulp")
                .number(e.mean_ulp)
                .key("worst");
            if (e.worst) json.number(static_cast<long long>(*e.worst));
            else json.token("null");
            const auto number = [&](const char* key, std::int64_t n) {
                json.key(key).number(static_cast<long long>(n));
            };
            number("wrong_signs", e.wrong_signs), number("lost", e.lost), number("spurious", e.spurious),
                number("nan", e.nan);
            number("infinite", e.infinite);
            if (max_ulp) number("beyond", e.beyond);
        }
        json.end_object();
    }
    json.end_array().key("without_gradient").begin_array();
    for (const auto& name : without_gradient) json.string(name);
    json.end_array().end_object();
}

}  // namespace tercet::cli
