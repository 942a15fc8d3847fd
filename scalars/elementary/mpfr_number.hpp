/// MPFR as the elementary enclosures use it: numbers that free themselves, and a scope in which MPFR's own state is
/// what proofs assume.
///
/// For the library's sources only; public headers do not include mpfr.h.
#pragma once

#include <tercet/scalars/machine/fp_environment.hpp>

#include <mpfr.h>

namespace tercet {

/// Sums and quotients of exponentials are carried with this many bits: 75 more than a double has.
inline constexpr mpfr_prec_t working_precision = 128;

class MpfrNumber {
public:
    explicit MpfrNumber(mpfr_prec_t precision = working_precision) { mpfr_init2(number_, precision); }
    MpfrNumber(const MpfrNumber& other) : MpfrNumber(mpfr_get_prec(other.number_)) {
        mpfr_set(number_, other.number_, MPFR_RNDN);  // exact
    }
    MpfrNumber& operator=(const MpfrNumber&) = delete;
    ~MpfrNumber() { mpfr_clear(number_); }
    operator mpfr_ptr() { return number_; }
    operator mpfr_srcptr() const { return number_; }

private:
    mpfr_t number_;
};

/// A number that holds the double x: 53 bits are enough, so nothing is rounded. The exponent range must contain that of
/// double.
inline MpfrNumber exact_mpfr(double x) {
    MpfrNumber y(53);
    mpfr_set_d(y, x, MPFR_RNDN);
    return y;
}

/// Every entry point opens one. Within it: MXCSR rounds to nearest with FTZ and DAZ off (MPFR converts from and to
/// double in SSE: with DAZ on, a subnormal argument would be read as 0; with FTZ on, a subnormal result would become
/// 0), and MPFR's exponents range over [lowest, highest], or over all that MPFR has. Both, and MPFR's flags, are the
/// caller's thread's, and are put back.
class MpfrScope {
public:
    MpfrScope() : MpfrScope(mpfr_get_emin_min(), mpfr_get_emax_max()) {}
    MpfrScope(mpfr_exp_t lowest, mpfr_exp_t highest) {
        mpfr_set_emin(lowest);
        mpfr_set_emax(highest);
        [[maybe_unused]] static thread_local const CacheOwner owner;
    }
    ~MpfrScope() {
        mpfr_set_emin(emin_);
        mpfr_set_emax(emax_);
        mpfr_flags_restore(flags_, MPFR_FLAGS_ALL);
    }
    MpfrScope(const MpfrScope&) = delete;
    MpfrScope& operator=(const MpfrScope&) = delete;

private:
    struct CacheOwner {  // when a thread ends, so do the constants (log 2) that MPFR keeps for it
        CacheOwner() {}
        ~CacheOwner() { mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE); }
    };
    NearestRounding nearest_;
    mpfr_exp_t emin_ = mpfr_get_emin(), emax_ = mpfr_get_emax();
    mpfr_flags_t flags_ = mpfr_flags_save();
};

}  // namespace tercet
