/// The answer to a query by interval bounds: for each goal proved, violated with a witness, or open.
///
/// Of a constraint sum a_i X_i + sum b_j Y_j <= c over a box, the row in which it is decided (verdict.hpp) is
///
///   [l, u]  =  round outward( fused bounds of sum b_j Y_j  +  exact range of sum a_i X_i  -  c )
///
/// the range over the exact box, one term at a time; equal forms of outputs are bounded once a box.
#pragma once

#include <tercet/verify/bound_boxes.hpp>
#include <tercet/verify/query.hpp>
#include <tercet/verify/verdict.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace tercet::verify {

/// A constraint of a case and its row over the case's box. It points into the query.
template <Bounding C = Interval64>
struct RowBounds {
    const LinearConstraint* constraint;
    Scalar<C> row;
};

/// What is known over one box: the outputs, the different rows that are asked for there, and the verdict of the cases
/// over it.
template <Bounding C = Interval64>
struct RegionBounds {
    std::size_t region;
    AnyTensor<C> outputs;
    std::vector<RowBounds<C>> rows;
    Verdict verdict;
    int undefined = -1;  // the first node that may have no value at a point of the box (domain.hpp)
};

/// A point that satisfies a goal. everywhere: so does every point of its box.
struct Witness {
    int region;
    const Case* held;
    std::vector<RationalNumber> x;
    bool everywhere;
};

struct GoalAnswer {
    Verdict verdict;
    std::optional<Witness> witness;  // there where it is violated
};

template <Bounding C = Interval64>
struct Answer {
    Verdict verdict;  // of all goals together
    std::vector<GoalAnswer> goals;
    std::size_t proved = 0, violated = 0, open = 0;  // regions
    /// Where nothing is violated: the region and row with the least to spare.
    std::optional<std::pair<std::size_t, RowBounds<C>>> closest;
    /// Of all boxes: a node that may have no value at some point; then "proved" is said of the points that have one.
    int undefined = -1;
};

namespace detail {

/// lower <= sum_i a_i X_i <= upper over the box, exactly.
struct InputRange {
    RationalNumber lower, upper;

    InputRange(const LinearConstraint& c, const Box& box) {
        for (const auto& [i, a] : c.input_terms) {
            const auto at = static_cast<std::size_t>(i);
            lower += a * (a.sign() > 0 ? box.lower : box.upper)[at];
            upper += a * (a.sign() > 0 ? box.upper : box.lower)[at];
        }
    }
};

template <Bounding C>
Scalar<C> row_over(const LinearConstraint& c, const Scalar<C>& form, const Box& box) {
    const InputRange range(c, box);
    auto lower = Ends<C>::exact(C::lower(form)), upper = Ends<C>::exact(C::upper(form));
    if (lower) *lower += range.lower - c.bound;
    if (upper) *upper += range.upper - c.bound;
    return Ends<C>::around(lower ? &*lower : nullptr, upper ? &*upper : nullptr);
}

/// Points of a box at which a case is tried: its lower ends, its middle, its upper ends, and for each constraint on
/// inputs alone the ends that favour it.
inline std::vector<std::vector<RationalNumber>> candidates(const Case& c, const Box& box) {
    std::vector<std::vector<RationalNumber>> points{box.lower, {}, box.upper};
    points[1].reserve(box.lower.size());
    for (std::size_t i = 0; i < box.lower.size(); ++i) points[1].push_back((box.lower[i] + box.upper[i]) / 2);
    for (const LinearConstraint& constraint : c.constraints) {
        if (!constraint.output_terms.empty()) continue;
        auto& x = points.emplace_back(points[1]);
        for (const auto& [i, a] : constraint.input_terms) {
            const auto at = static_cast<std::size_t>(i);
            x[at] = (a.sign() > 0 ? box.lower : box.upper)[at];
        }
    }
    return points;
}

inline bool satisfies_inputs(const Case& c, const std::vector<RationalNumber>& x) {
    return std::ranges::all_of(c.constraints, [&](const LinearConstraint& k) {
        return !k.output_terms.empty() || holds(k, x, std::span<const RationalNumber>());
    });
}

/// Has the network a value at x, certainly?
template <Bounding C>
bool defined_at(const Network<Float64>& network, const std::vector<DomainCondition>& conditions,
                const std::vector<RationalNumber>& x) {
    try {
        const ParametersOver<C> parameters(network);
        const auto trace = run<C>(network.graph, parameters.get(), enclose<C>(Box{x, x}, network.graph));
        return std::ranges::all_of(conditions, [&](const DomainCondition& c) {
            return c.operand >= 0 && c.template holds<C>(std::span<const Scalar<C>>(
                                         trace.values[static_cast<std::size_t>(c.operand)].data));
        });
    } catch (const DomainError&) {
        return false;
    }
}

/// The query with its output forms numbered.
template <Bounding C>
struct Decider {
    const Network<Float64>& network;
    const Query& query;
    std::vector<OutputForm> forms;
    std::map<OutputForm, int> form_of;
    RowsOfBoxes wanted;
    std::vector<std::vector<std::pair<std::size_t, const Case*>>> cases_of;  // of each box: goal and case
    std::vector<std::vector<Verdict>> verdicts;                              // of each goal, case by case
    std::vector<DomainCondition> conditions;
    Answer<C> answer{Verdict::open, {}, 0, 0, 0, {}, -1};

    Decider(const Network<Float64>& n, const Query& q)
        : network(n), query(q), wanted(q.boxes.size()), cases_of(q.boxes.size()), verdicts(q.goals.size()) {
        conditions = domain_conditions(n);
        if (query.goals.empty()) throw DomainError("an empty set of rows proves nothing");
        for (std::size_t g = 0; g < query.goals.size(); ++g) {
            if (query.goals[g].cases.empty()) throw DomainError("an empty set of rows proves nothing");
            for (const Case& c : query.goals[g].cases) {
                if (c.box < 0 || static_cast<std::size_t>(c.box) >= query.boxes.size())
                    throw ShapeError("a case names box " + std::to_string(c.box) + "; there are " +
                                     std::to_string(query.boxes.size()));
                const auto box = static_cast<std::size_t>(c.box);
                cases_of[box].emplace_back(g, &c);
                for (const LinearConstraint& k : c.constraints) {
                    for (const auto& [i, a] : k.input_terms)
                        if (i < 0 || static_cast<std::size_t>(i) >= query.boxes[box].lower.size())
                            throw ShapeError("a row names input X_" + std::to_string(i) + "; the box has " +
                                             std::to_string(query.boxes[box].lower.size()));
                    if (!k.output_terms.empty()) wanted[box].push_back(number(k.output_terms));
                }
            }
        }
        for (auto& rows : wanted) {
            std::ranges::sort(rows);
            rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
        }
        answer.goals.resize(query.goals.size(), GoalAnswer{Verdict::open, {}});
    }

    int number(const OutputForm& form) {
        const auto [at, fresh] = form_of.emplace(form, static_cast<int>(forms.size()));
        if (fresh) forms.push_back(form);
        return at->second;
    }

    RegionBounds<C> region(std::size_t k, BoxBounds<C>&& bounds) {
        const Box& box = query.boxes[k];
        RegionBounds<C> known{k, std::move(bounds.outputs), {}, Verdict::open, bounds.undefined};
        if (answer.undefined < 0) answer.undefined = bounds.undefined;
        std::vector<Verdict> here;
        std::set<std::pair<int, RationalNumber>> listed;  // forms of outputs alone and their constants, which come once
        for (const auto& [g, c] : cases_of[k]) {
            Truth outputs = Truth::yes, inputs = Truth::yes;
            std::optional<RowBounds<C>> best;  // the row that comes closest to refuting the case
            for (const LinearConstraint& constraint : c->constraints) {
                const int form = constraint.output_terms.empty() ? -1 : form_of.at(constraint.output_terms);
                const auto at = form < 0 ? wanted[k].end() : std::ranges::lower_bound(wanted[k], form);
                const Scalar<C> value =
                    form < 0 ? zero<C>() : bounds.rows[static_cast<std::size_t>(at - wanted[k].begin())];
                const RowBounds<C> row{&constraint, row_over<C>(constraint, value, box)};
                const Truth t = holds_over<C>(row.row, constraint.strict);
                (form < 0 ? inputs : outputs) = (form < 0 ? inputs : outputs) & t;
                if (form >= 0 && (!constraint.input_terms.empty() || listed.emplace(form, constraint.bound).second))
                    known.rows.push_back(row);
                if (!best || C::lower(best->row) < C::lower(row.row)) best = row;
            }
            const Verdict v = conclude(g, *c, box, outputs, inputs, bounds.undefined < 0);
            here.push_back(v);
            verdicts[g].push_back(v);
            if (best && (!answer.closest || C::lower(best->row) < C::lower(answer.closest->second.row)))
                answer.closest.emplace(k, *best);
        }
        if (!here.empty()) known.verdict = verdict_of(here);
        ++(known.verdict == Verdict::proved     ? answer.proved
           : known.verdict == Verdict::violated ? answer.violated
                                                : answer.open);
        return known;
    }

    /// Of one case: its output rows and its rows of inputs alone, each set together; and whether the network has a
    /// value in the whole box.
    Verdict conclude(std::size_t g, const Case& c, const Box& box, Truth outputs, Truth inputs, bool defined) {
        if (!possibly(outputs) || !possibly(inputs)) return Verdict::proved;
        if (!certainly(outputs)) return Verdict::open;
        if (answer.goals[g].witness && certainly(inputs) && defined) return Verdict::violated;
        for (auto& x : candidates(c, box)) {
            if (!satisfies_inputs(c, x) || !(defined || defined_at<C>(network, conditions, x))) continue;
            if (!answer.goals[g].witness)
                answer.goals[g].witness = Witness{c.box, &c, std::move(x), certainly(inputs) && defined};
            return Verdict::violated;
        }
        return Verdict::open;
    }

    void finish() {
        std::vector<Verdict> goals;
        for (std::size_t g = 0; g < query.goals.size(); ++g)
            goals.push_back(answer.goals[g].verdict = verdict_of(verdicts[g]));
        answer.verdict = verdict_of(goals);
    }
};

}  // namespace detail

/// Bounds every box and decides every goal; visit(region) as each box is done.
///
/// A witness lies in the exact box, satisfies its constraints between inputs exactly, and the network has a finite
/// value there: where a certain case has no such point among those tried (the ends and the middle of the box, the ends
/// that favour an input constraint), the case is open.
/// Throws DomainError for a query without goals or a goal without cases, ShapeError for an index that is no input,
/// output or box.
template <class C = Interval64>
Answer<C> decide(const Network<Float64>& network, const Query& query,
                 const std::type_identity_t<std::function<void(RegionBounds<C>&&)>>& visit = {},
                 const std::function<void(std::size_t)>& before = {}) {
    detail::Decider<C> decider(network, query);
    bound_boxes<C>(
        network, query.boxes, fuse<C>(network, decider.forms), decider.wanted,
        [&](std::size_t k, BoxBounds<C>&& bounds) {
            RegionBounds<C> known = decider.region(k, std::move(bounds));
            if (visit) visit(std::move(known));
        },
        before);
    decider.finish();
    return std::move(decider.answer);
}

extern template Answer<Interval64> decide<Interval64>(const Network<Float64>&, const Query&,
                                                      const std::function<void(RegionBounds<Interval64>&&)>&,
                                                      const std::function<void(std::size_t)>&);

}  // namespace tercet::verify
