#include "region.hpp"

#include <tercet/io/text/decimal.hpp>
#include <tercet/scalars/rational.hpp>

#include <iostream>

namespace tercet::cli {

void add_region_options(CLI::App& command, RegionOptions& options, bool with_box) {
    auto* input = add_input_option(command, options.inputs);
    command.add_option("--eps", options.eps, "half-width of the box around the input, an exact decimal or p/q")
        ->needs(input);
    command.add_option("--clip", options.clip, "LOW,HIGH: intersect the box with these bounds")->needs(input);
    if (with_box) command.add_option("--box", options.box, "a VNN-LIB property: its input boxes")->excludes(input);
    else input->required();
}

void note_missing_eps(const RegionOptions& options) {
    if (options.eps.empty()) std::cerr << "tercet: note: --eps is not given: the box is the point itself\n";
}

Box box_around(const std::vector<AnyTensor<Float64>>& inputs, const RegionOptions& options) {
    const RationalNumber eps = options.eps.empty() ? RationalNumber(0) : parse_decimal(options.eps);
    if (eps.sign() < 0) throw DomainError("--eps " + options.eps + " is negative");
    Box box;
    for (const auto& x : inputs)
        for (const double v : x.data) {
            box.lower.push_back(Rational::exact(v) - eps);
            box.upper.push_back(Rational::exact(v) + eps);
        }
    if (!options.clip.empty()) {
        const auto comma = options.clip.find(',');
        if (comma == std::string::npos) throw FormatError("--clip '" + options.clip + "' is not LOW,HIGH");
        const RationalNumber low = parse_decimal(options.clip.substr(0, comma)),
                             high = parse_decimal(options.clip.substr(comma + 1));
        if (high < low) throw DomainError("--clip '" + options.clip + "': the lower end is above the upper");
        for (std::size_t i = 0; i < box.lower.size(); ++i) {
            if (box.upper[i] < low || box.lower[i] > high)
                throw DomainError("--clip '" + options.clip + "': the box of input " + std::to_string(i) +
                                  " lies outside, which leaves nothing");
            box.lower[i] = Rational::max(box.lower[i], low);
            box.upper[i] = box.upper[i] < high ? box.upper[i] : high;
        }
    }
    return box;
}

}  // namespace tercet::cli
