#include "elementwise_box.hpp"

#include <tercet/io/text/decimal.hpp>
#include <tercet/scalars/rational.hpp>

namespace tercet::cli {

namespace {

std::vector<double> flat(const std::vector<AnyTensor<Float64>>& tensors) {
    std::vector<double> all;
    for (const auto& t : tensors) all.insert(all.end(), t.data.begin(), t.data.end());
    return all;
}

}  // namespace

void add_elementwise_options(CLI::App& command, ElementwiseOptions& options, const std::vector<std::string>& others) {
    auto* lower = command
                      .add_option("--lower", options.lower,
                                  "with --upper: the box's lower ends, [NAME=]FILE as for --input, finite numbers")
                      ->allow_extra_args(false);
    auto* upper = command.add_option("--upper", options.upper, "the upper ends, as --lower")->allow_extra_args(false);
    lower->needs(upper);
    upper->needs(lower);
    for (const auto& name : others) lower->excludes(command.get_option(name));
}

Box box_between(const std::vector<AnyTensor<Float64>>& lower, const std::vector<AnyTensor<Float64>>& upper) {
    const std::vector<double> l = flat(lower), u = flat(upper);
    if (l.size() != u.size())
        throw ShapeError("--lower holds " + std::to_string(l.size()) + " numbers, --upper " + std::to_string(u.size()));
    Box box;
    for (std::size_t i = 0; i < l.size(); ++i) {
        box.lower.push_back(Rational::exact(l[i]));
        box.upper.push_back(Rational::exact(u[i]));
        if (box.lower.back() > box.upper.back())
            throw DomainError("input " + std::to_string(i) + ": its lower end, " + decimal_nearest_shortest(l[i]) +
                              ", is above its upper end, " + decimal_nearest_shortest(u[i]));
    }
    return box;
}

}  // namespace tercet::cli
