/// The multiples k pi/2 in an interval of doubles: where sin and cos have their extremes and zeros, and tan its poles.
#pragma once

namespace tercet {

/// k = first, first + 1, .., first + count - 1 modulo 4; count = 4 stands for four or more.
struct QuarterTurns {
    int first = 0, count = 0;

    /// Is there a k = residue modulo 4?  residue in 0..3
    constexpr bool contains(int residue) const { return (residue - first + 4) % 4 < count; }
};

/// Those in [lower, upper], exactly; an infinite end means unbounded. lower <= upper. Does not depend on MXCSR.
QuarterTurns quarter_turns(double lower, double upper);

}  // namespace tercet
