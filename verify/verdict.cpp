#include <tercet/verify/verdict.hpp>

#include <algorithm>

namespace tercet::verify {

std::string_view to_string(Verdict v) {
    switch (v) {
        case Verdict::proved: return "proved";
        case Verdict::violated: return "violated";
        case Verdict::open: break;
    }
    return "open";
}

Truth holds_over(const Interval& row, bool strict) {
    const auto l = order(row.lower()), u = order(row.upper());
    if (strict ? l >= 0 : l > 0) return Truth::no;
    if (strict ? u < 0 : u <= 0) return Truth::yes;
    return Truth::unknown;
}

Verdict verdict_of(std::span<const Verdict> parts) {
    if (parts.empty()) throw DomainError("an empty set of rows proves nothing");
    if (std::ranges::find(parts, Verdict::violated) != parts.end()) return Verdict::violated;
    if (std::ranges::find(parts, Verdict::open) != parts.end()) return Verdict::open;
    return Verdict::proved;
}

}  // namespace tercet::verify
