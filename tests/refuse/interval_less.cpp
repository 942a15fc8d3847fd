// expect: tercet::Interval
#include <tercet/scalars/interval64.hpp>

using C = tercet::Interval64;

bool less(const tercet::Interval& a, const tercet::Interval& b) {
#ifndef TERCET_ACCEPT
    return a < b;
#else
    return tercet::certainly(C::less(a, b));
#endif
}
