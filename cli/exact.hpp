/// What the exact commands say about digits: --max-digits, a limit on the size of the integers (for fractions, of
/// numerator and denominator), and --digits, a report of it node by node.
#pragma once

#include "integer_option.hpp"

#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/text/json_writer.hpp>
#include <tercet/models/exact.hpp>

#include <CLI/CLI.hpp>

#include <cmath>
#include <iomanip>
#include <iostream>
#include <variant>

namespace tercet::cli {

struct DigitOptions {
    std::int64_t most = 0;  // decimal digits; 0: no limit of the user's
    bool report = false;

    bool given() const { return most > 0 || report; }

    /// 10^N - 1 < 2^bits for bits = ceil(N log2 10).
    std::int64_t bits() const {
        return most > 0 ? static_cast<std::int64_t>(std::ceil(static_cast<double>(most) * std::log2(10.0)))
                        : BitLimit::start;
    }
};

inline void add_digit_options(CLI::App& command, DigitOptions& options) {
    add_integer(command, "--max-digits", [&options](std::int64_t n) { options.most = n; },
                "stop before any integer could exceed this many decimal digits (counted in bits: N log2 10)",
                {1, std::int64_t{1} << 40});
    command.add_flag("--digits", options.report,
                     "report how long the integers of each layer are, and the memory they take");
}

/// Throws FormatError where digits are asked of a context that has none.
template <Context C>
void check_digits(const DigitOptions& options) {
    if (options.given() && !ExactContext<C>)
        throw FormatError("--max-digits and --digits are about exact numbers: use --scalar rational");
}

/// Throws LimitError where an element, as a fraction, has more digits than the limit: before any of them is written.
inline void require_fractions(const AnyTensor<Rational>&) {}
inline void require_fractions(const AnyTensor<Dyadic>& x) {
    const DyadicSize size = size_of(x.data);
    if (std::max(size.bits + std::max<std::int64_t>(size.exponent, 0), -size.exponent) <= BitLimit::current()) return;
    for (std::size_t i = 0; i < x.data.size(); ++i) to_rational(x.data[i]);
}

/// One line of the report: of dyadic numbers, which have limbs and an exponent, or of fractions, which have a
/// denominator.
struct DigitRow {
    std::string name;
    Dims shape;
    std::variant<DyadicSize, FractionSize> size;
};

/// The values of all computed nodes.
template <ExactContext C>
std::vector<DigitRow> digit_rows(const Graph& graph, const Trace<C>& trace) {
    std::vector<DigitRow> rows;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (!graph.nodes[i].op.is<op::Parameter>())
            rows.push_back({graph.nodes[i].name, graph.nodes[i].shape, size_of(trace.values[i].data)});
    return rows;
}

inline void print_digits(std::ostream& out, const std::vector<DigitRow>& rows) {
    std::size_t name = 6, shape = 5;
    for (const auto& r : rows) {
        name = std::max(name, printable(r.name, longest_name).size());
        shape = std::max(shape, to_string_dims(r.shape).size());
    }
    const auto line = [&](const std::string& n, const std::string& s, const auto&... cells) {
        out << "  " << std::left << std::setw(static_cast<int>(name)) << n << "  " << std::setw(static_cast<int>(shape))
            << s << std::right;
        ((out << std::setw(10) << cells), ...);
        out << '\n';
    };
    if (rows.empty()) return;
    if (std::holds_alternative<DyadicSize>(rows[0].size)) {
        out << "digits: each tensor is 2^exponent times integers of so many bits (besides the sign)\n";
        line("tensor", "shape", "bits", "limbs", "exponent", "bytes");
    } else {
        out << "digits: each tensor is fractions whose numerators and denominators have at most so many bits\n";
        line("tensor", "shape", "bits", "of denom.", "bytes");
    }
    for (const auto& r : rows)
        if (const auto* d = std::get_if<DyadicSize>(&r.size))
            line(printable(r.name, longest_name), to_string_dims(r.shape), d->bits, d->limbs, d->exponent, d->bytes);
        else if (const auto* f = std::get_if<FractionSize>(&r.size))
            line(printable(r.name, longest_name), to_string_dims(r.shape), f->bits, f->denominator_bits, f->bytes);
}

inline void write_digits(JsonWriter& json, const std::vector<DigitRow>& rows) {
    json.key("digits").begin_array();
    for (const auto& r : rows) {
        json.begin_object().key("name").string(r.name).key("shape").begin_array();
        for (const auto d : r.shape) json.number(static_cast<long long>(d));
        json.end_array();
        const auto number = [&](const char* key, std::int64_t n) { json.key(key).number(static_cast<long long>(n)); };
        if (const auto* d = std::get_if<DyadicSize>(&r.size)) {
            number("bits", d->bits), number("limbs", d->limbs), number("exponent", d->exponent),
                number("bytes", d->bytes);
        } else if (const auto* f = std::get_if<FractionSize>(&r.size)) {
            number("bits", f->bits), number("denominator_bits", f->denominator_bits), number("bytes", f->bytes);
        }
        json.end_object();
    }
    json.end_array();
}

}  // namespace tercet::cli
