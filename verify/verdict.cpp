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

Verdict verdict_of(std::span<const Verdict> parts) {
    if (parts.empty()) throw DomainError("an empty set of rows proves nothing");
    if (std::ranges::find(parts, Verdict::violated) != parts.end()) return Verdict::violated;
    if (std::ranges::find(parts, Verdict::open) != parts.end()) return Verdict::open;
    return Verdict::proved;
}

}  // namespace tercet::verify
