#include <tercet/verify/query.hpp>

#include <tercet/core/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace tercet::verify {

namespace {

void require_rows(const Property& property) {
    if (std::ranges::all_of(property.disjuncts, [](const Disjunct& d) { return d.output_constraints.empty(); }))
        throw FormatError("the property has no constraint on outputs, so it asks nothing of the network");
}

void require_few(std::size_t boxes, std::int64_t each, const std::string& what) {
    if (each > most_cases / std::max<std::int64_t>(static_cast<std::int64_t>(boxes), 1))
        throw DomainError(std::to_string(boxes) + " boxes with " + std::to_string(each) + " " + what + " each are more than " +
                          std::to_string(most_cases) + " cases");
}

}  // namespace

Query query_of(Property property) {
    require_rows(property);
    Query query{About::property, std::move(property.boxes), {Goal{}}};
    for (Disjunct& d : property.disjuncts) {
        Case& c = query.goals[0].cases.emplace_back();
        c.box = d.box;
        c.constraints = std::move(d.output_constraints);
        for (auto& constraint : d.input_constraints) c.constraints.push_back(std::move(constraint));
    }
    return query;
}

Query query_over(const Property& property, std::vector<Box> boxes) {
    require_rows(property);
    require_few(boxes.size(), static_cast<std::int64_t>(property.disjuncts.size()), "disjuncts");
    Query query{About::output_constraints, std::move(boxes), {Goal{}}};
    for (std::size_t b = 0; b < query.boxes.size(); ++b)
        for (const Disjunct& d : property.disjuncts) query.goals[0].cases.push_back({static_cast<int>(b), d.output_constraints});
    return query;
}

Query class_query(const ClassAxis& axis, const std::vector<std::int64_t>& labels, std::vector<Box> boxes) {
    if (labels.size() != static_cast<std::size_t>(axis.images))
        throw DomainError(std::to_string(labels.size()) + " classes are given; the output has " + std::to_string(axis.images) + " images");
    for (const auto label : labels) require_class(axis, label);
    require_few(boxes.size(), axis.images * (axis.classes - 1), "class differences");
    Query query{About::classes, std::move(boxes), {}};
    for (std::int64_t i = 0; i < axis.images; ++i) {
        const std::int64_t label = labels[static_cast<std::size_t>(i)];
        Goal& goal = query.goals.emplace_back(Goal{i, label, {}});
        for (std::size_t b = 0; b < query.boxes.size(); ++b)
            for (std::int64_t j = 0; j < axis.classes; ++j) {
                if (j == label) continue;
                std::pair<int, RationalNumber> own{static_cast<int>(axis.at(i, label)), 1}, other{static_cast<int>(axis.at(i, j)), -1};
                LinearConstraint c;
                c.output_terms = j < label ? std::vector{std::move(other), std::move(own)} : std::vector{std::move(own), std::move(other)};
                goal.cases.push_back({static_cast<int>(b), {std::move(c)}});
            }
    }
    return query;
}

}  // namespace tercet::verify
