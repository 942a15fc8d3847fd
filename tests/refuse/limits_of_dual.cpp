// expect: max
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/float64.hpp>

#include <limits>

#ifndef TERCET_ACCEPT
auto largest() { return std::numeric_limits<tercet::DualNumber<double>>::max(); }
#else
static_assert(!std::numeric_limits<tercet::DualNumber<double>>::is_specialized);
#endif
