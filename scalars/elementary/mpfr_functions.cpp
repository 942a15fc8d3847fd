#include <tercet/scalars/elementary/mpfr_functions.hpp>
#include <tercet/scalars/elementary/mpfr_rounded.hpp>

#include <iterator>

namespace tercet {

namespace {

/// In the order of MpfrFunction.
MpfrCall* const calls[] = {mpfr_expm1, mpfr_log1p, mpfr_erf,  mpfr_sin,   mpfr_cos,   mpfr_tan,   mpfr_asin, mpfr_acos,
                           mpfr_atan,  mpfr_sinh,  mpfr_cosh, mpfr_asinh, mpfr_acosh, mpfr_atanh, mpfr_erfc};
static_assert(std::size(calls) == static_cast<std::size_t>(MpfrFunction::erfc) + 1);

MpfrCall* call(MpfrFunction f) { return calls[static_cast<std::size_t>(f)]; }

}  // namespace

double value_down(MpfrFunction f, double x) { return directed_value(call(f), x, MPFR_RNDD); }
double value_up(MpfrFunction f, double x) { return directed_value(call(f), x, MPFR_RNDU); }
BothRoundings value_both(MpfrFunction f, double x) { return both_values(call(f), x); }
double value_nearest(MpfrFunction f, double x) { return nearest_double(call(f), x); }
float value_nearest(MpfrFunction f, float x) { return nearest_float(call(f), x); }

}  // namespace tercet
