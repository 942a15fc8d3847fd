// expect: -mfpmath=387 rounds doubles twice

// Compiled with -mfpmath=387: the flag is refused by name; a file that leaves tercet out may have it.
#ifndef TERCET_ACCEPT
#include <tercet/scalars/float64.hpp>
#endif
