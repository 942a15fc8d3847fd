/// What std::numeric_limits says of a number type that has none: nothing but the answers by which libraries ask what a
/// type is. The primary template would also compile for max(), epsilon() and infinity(), and give 0 for each.
#pragma once

namespace tercet {

struct NoLimits {
    static constexpr bool is_specialized = false, is_signed = false, is_integer = false, is_exact = false,
                          has_infinity = false, has_quiet_NaN = false, is_bounded = false;
    static constexpr int digits = 0, digits10 = 0, max_exponent = 0, min_exponent = 0;
};

}  // namespace tercet
