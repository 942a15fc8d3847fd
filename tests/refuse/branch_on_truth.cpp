// expect: tercet::Truth
#include <tercet/core/truth.hpp>

int branch(tercet::Truth t) {
#ifndef TERCET_ACCEPT
    if (t) return 1;
#else
    if (tercet::possibly(t)) return 1;
#endif
    return 0;
}
