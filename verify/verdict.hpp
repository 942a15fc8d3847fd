/// From certified bounds of rows to an answer.
///
/// A row is a linear form of inputs and outputs less a constant; a constraint asks it to be <= 0 (< 0 where strict).
/// With the row in [l, u] at every point of a box, the constraint holds
///
///             nowhere      everywhere      cannot be told
///   <= 0      l > 0        u <= 0          else
///   <  0      l >= 0       u < 0           else
///
/// A case holds where all of its constraints do, a goal where one of its cases does. A goal that holds nowhere is
/// proved; one that holds somewhere is violated.
#pragma once

#include <tercet/core/context.hpp>
#include <tercet/core/error.hpp>

#include <span>
#include <string_view>

namespace tercet::verify {

/// proved: no point satisfies what was asked for. violated: some point certainly does. open: the bounds do not decide
/// it.
enum class Verdict { proved, violated, open };

/// "proved", "violated", "open".
std::string_view to_string(Verdict v);

/// Does the constraint hold everywhere over the box (yes), nowhere (no), or cannot be told?
template <Context C>
Truth holds_over(const Scalar<C>& row, bool strict) {
    return strict ? C::less(row, zero<C>()) : !C::less(zero<C>(), row);
}

/// Of the cases of a goal, or of several goals together: violated where one is, proved where all are, else open. Throws
/// DomainError for none at all: nothing asked is nothing proved.
Verdict verdict_of(std::span<const Verdict> parts);

}  // namespace tercet::verify
