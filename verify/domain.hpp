/// Where a network has a value: quotients need a denominator other than 0, roots an operand that is not negative,
/// arcsines one in [-1, 1].
///
/// Interval arithmetic leaves points without a value aside: 1/[-1, 1] is the line, sqrt [-1, 4] is [0, 2]. So bounds
/// hold of the points that have one, and a claim about every point of a box, or about one of them, asks whether all are
/// there.
#pragma once

#include <tercet/core/functions.hpp>
#include <tercet/verify/enclosing.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace tercet::verify {

/// The operator of `node` has a value where every element v of the value of node `operand` has
///   v + shift != 0 (a denominator),   v + shift >= 0 (under a root),
///   v + shift > 0 (under a root in a denominator, a logarithm),
///   |v| <= 1 (an arcsine),   |v| < 1 (an inverse hyperbolic tangent),   cos v != 0 (a tangent).
struct DomainCondition {
    using Asks = Domain::Asks;
    int node, operand;  // -1: parameters, which do not certainly hold
    Asks asks;
    double shift = 0;

    /// Certainly, for all numbers in the enclosures?
    template <EnclosingContext C>
    bool holds(std::span<const Scalar<C>> values) const {
        const Scalar<C> nothing = zero<C>(), one = tercet::one<C>();
        const auto nonzero = [&](const Scalar<C>& v) {
            return certainly(C::less(nothing, v)) || certainly(C::less(v, nothing));
        };
        return std::ranges::all_of(values, [&](const Scalar<C>& value) {
            const Scalar<C> v = shift == 0 ? value : Scalar<C>(value + C::exact(shift));
            switch (asks) {
                case Asks::nonzero: return nonzero(v);
                case Asks::nonnegative: return !possibly(C::less(v, nothing));
                case Asks::positive: return certainly(C::less(nothing, v));
                case Asks::within_1: return !possibly(C::less(v, -one)) && !possibly(C::less(one, v));
                case Asks::inside_1: return certainly(C::less(-one, v)) && certainly(C::less(v, one));
                case Asks::off_poles_of_tan: break;
            }
            if constexpr (Has<C, function::Sin>) return nonzero(C::cos(v));
            else return false;
        });
    }
};

/// Those of a network's operators (`domain`), but for parameters that hold. What parameters alone compute is asked as
/// well: a difference that is 0 is enclosed by an interval around 0, and a quotient by it is no error but the line.
std::vector<DomainCondition> domain_conditions(const Network<Float64>& network);

}  // namespace tercet::verify
