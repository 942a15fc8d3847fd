// expect: max
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/interval64.hpp>

#include <limits>

#ifndef TERCET_ACCEPT
auto largest() { return std::numeric_limits<tercet::Interval>::max(); }
#else
static_assert(!std::numeric_limits<tercet::Interval>::is_specialized);
#endif
