// expect: max
#include <tercet/scalars/dyadic.hpp>
#include <tercet/scalars/float64.hpp>

#include <limits>

#ifndef TERCET_ACCEPT
auto largest() { return std::numeric_limits<tercet::DyadicNumber>::max(); }
#else
static_assert(!std::numeric_limits<tercet::DyadicNumber>::is_specialized);
#endif
