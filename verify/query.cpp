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
        throw DomainError(std::to_string(boxes) + " regions with " + std::to_string(each) + " " + what +
                          " each are more than " + std::to_string(most_cases) + " cases");
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

Regions::Regions(std::vector<Box> whole) : boxes(std::move(whole)) {
    for (std::size_t b = 0; b < boxes.size(); ++b) parts.push_back({static_cast<int>(b), {}});
}

Regions::Regions(const Property& property) : boxes(property.boxes) {
    std::vector<std::vector<std::size_t>> parts_of(boxes.size());
    for (const Disjunct& d : property.disjuncts) {
        auto& known = parts_of[static_cast<std::size_t>(d.box)];
        const auto same = [&](std::size_t k) { return parts[k].input_constraints == d.input_constraints; };
        if (std::ranges::any_of(known, same)) continue;
        known.push_back(parts.size());
        parts.push_back({d.box, d.input_constraints});
    }
}

Query query_over(const Property& property, Regions regions) {
    require_rows(property);
    require_few(regions.parts.size(), static_cast<std::int64_t>(property.disjuncts.size()), "disjuncts");
    Query query{About::output_constraints, std::move(regions.boxes), {Goal{}}};
    for (const Regions::Part& part : regions.parts)
        for (const Disjunct& d : property.disjuncts) {
            Case& c = query.goals[0].cases.emplace_back(Case{part.box, d.output_constraints});
            c.constraints.insert(c.constraints.end(), part.input_constraints.begin(), part.input_constraints.end());
        }
    return query;
}

Query class_query(const ClassAxis& axis, const std::vector<std::int64_t>& labels, Regions regions) {
    if (labels.size() != static_cast<std::size_t>(axis.images))
        throw DomainError(std::to_string(labels.size()) + " classes are given; the output has " +
                          std::to_string(axis.images) + " images");
    for (const auto label : labels) require_class(axis, label);
    require_few(regions.parts.size(), axis.images * (axis.classes - 1), "class differences");
    Query query{About::classes, std::move(regions.boxes), {}};
    for (std::int64_t i = 0; i < axis.images; ++i) {
        const std::int64_t label = labels[static_cast<std::size_t>(i)];
        Goal& goal = query.goals.emplace_back(Goal{i, label, {}});
        for (const Regions::Part& part : regions.parts)
            for (std::int64_t j = 0; j < axis.classes; ++j) {
                if (j == label) continue;
                std::pair<int, RationalNumber> own{static_cast<int>(axis.at(i, label)), 1},
                    other{static_cast<int>(axis.at(i, j)), -1};
                LinearConstraint c;
                c.output_terms = j < label ? std::vector{std::move(other), std::move(own)}
                                           : std::vector{std::move(own), std::move(other)};
                Case& all = goal.cases.emplace_back(Case{part.box, {std::move(c)}});
                all.constraints.insert(all.constraints.end(), part.input_constraints.begin(),
                                       part.input_constraints.end());
            }
    }
    return query;
}

}  // namespace tercet::verify
