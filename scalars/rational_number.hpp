/// The exact rational number type p/q: Boost.Multiprecision over GMP, expression templates off.
///
/// This is the only header that includes Boost's GMP backend (4 CPU-seconds a file). With expression templates on,
/// `std::max(a + b, T(0))` does not compile and `auto` holds references to temporaries; hence `et_off`.
/// Values are canonical always: q > 0 and gcd(p, q) = 1.
#pragma once

#include <boost/multiprecision/gmp.hpp>

namespace tercet {

using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;
using RationalNumber =
    boost::multiprecision::number<boost::multiprecision::gmp_rational, boost::multiprecision::et_off>;

}  // namespace tercet
