#include <tercet/io/text/answer_text.hpp>

#include <tercet/io/text/decimal.hpp>

namespace tercet {

namespace {

using verify::Verdict;

std::string point_text(const std::vector<RationalNumber>& x) {
    constexpr std::size_t most = 6;
    std::string text;
    for (std::size_t i = 0; i < x.size() && i < most; ++i)
        text += (i == 0 ? "X_" : ", X_") + std::to_string(i) + " = " + readable(x[i]);
    if (x.size() > most) text += " and " + std::to_string(x.size() - most) + " more";
    return text;
}

std::string boxes_text(std::size_t boxes) {
    return boxes == 1 ? "the whole box" : "all " + std::to_string(boxes) + " boxes";
}
std::string box_text(const verify::Query& query, int box) {
    return query.boxes.size() == 1 ? "the box" : "box " + std::to_string(box);
}

/// Of a class goal's violated case y_K - y_j <= 0: j.
int rival(const verify::Case& held) {
    for (const auto& [j, a] : held.constraints.at(0).output_terms)
        if (a.sign() < 0) return j;
    return -1;
}

/// Bounds say nothing of points at which the network has no value.
std::string where(const verify::Answer<>& answer) {
    return answer.undefined < 0 ? "" : ", wherever the network has a value";
}

std::string class_sentence(const verify::Query& query, const verify::Goal& goal, const verify::GoalAnswer& answer,
                           const std::string& where) {
    const std::string label = std::to_string(goal.label);
    if (answer.verdict == Verdict::proved)
        return "proved: every difference is above 0, so the class is " + label + " in " +
               boxes_text(query.boxes.size()) + where;
    if (answer.verdict == Verdict::open) return "not proved: some difference may be 0 or less";
    const auto& w = *answer.witness;
    int own = -1;
    for (const auto& [j, a] : w.held->constraints.at(0).output_terms)
        if (a.sign() > 0) own = j;
    return "violated: Y_" + std::to_string(rival(*w.held)) + " is at least Y_" + std::to_string(own) +
           (w.everywhere ? " at every point of " + box_text(query, w.region) + ", for example" : "") + " at " +
           point_text(w.x) + ", so the class is not " + label + " alone there";
}

std::string property_sentence(const verify::Query& query, const verify::GoalAnswer& answer, const std::string& where) {
    const bool whole = query.about == verify::About::property;
    const std::string what = whole ? "the property's constraints" : "the property's output constraints";
    if (answer.verdict == Verdict::proved)
        return std::string("proved: no point of ") +
               (query.boxes.size() == 1 ? "the box" : "the " + std::to_string(query.boxes.size()) + " boxes") +
               " satisfies " + what + where + (whole ? " (unsat)" : "");
    if (answer.verdict == Verdict::open)
        return std::string("not proved: these bounds leave it open") + (whole ? " (unknown)" : "");
    const auto& w = *answer.witness;
    return "violated: " + what + " hold" +
           (w.everywhere ? " at every point of " + box_text(query, w.region) + ", for example" : "") + " at " +
           point_text(w.x) + (whole ? " (sat)" : "");
}

}  // namespace

std::string row_text(const LinearConstraint& c) {
    std::string text;
    const auto append = [&](bool negative, const std::string& what) {
        text += text.empty() ? (negative ? "-" : "") : (negative ? " - " : " + ");
        text += what;
    };
    for (const bool negative : {false, true})
        for (const auto& [terms, letter] : {std::pair(&c.output_terms, "Y_"), std::pair(&c.input_terms, "X_")})
            for (const auto& [i, a] : *terms)
                if ((a.sign() < 0) == negative)
                    append(negative,
                           (abs(a) == 1 ? std::string() : readable(abs(a)) + " ") + letter + std::to_string(i));
    if (!c.bound.is_zero()) append(c.bound.sign() > 0, readable(abs(c.bound)));
    return text;
}

std::vector<std::string> sentences(const verify::Query& query, const verify::Answer<>& answer) {
    std::vector<std::string> all;
    for (std::size_t g = 0; g < query.goals.size(); ++g) {
        const verify::Goal& goal = query.goals[g];
        const std::string who = query.goals.size() > 1 ? "image " + std::to_string(goal.image) + ": " : "";
        all.push_back(who + (query.about != verify::About::classes
                                 ? property_sentence(query, answer.goals[g], where(answer))
                                 : class_sentence(query, goal, answer.goals[g], where(answer))));
    }
    return all;
}

}  // namespace tercet
