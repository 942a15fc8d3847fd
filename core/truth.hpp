/// Three-valued truth: the answer to a comparison of numbers that are known only up to an enclosure.
#pragma once

namespace tercet {

/// no < unknown < yes, so that "and" is the minimum and "or" is the maximum (Kleene's strong logic).
/// Does not convert to bool: the author of a branch writes `certainly` or `possibly`.
enum class Truth { no = 0, unknown = 1, yes = 2 };

constexpr bool certainly(Truth t) { return t == Truth::yes; }
constexpr bool possibly(Truth t) { return t != Truth::no; }

constexpr Truth truth(bool b) { return b ? Truth::yes : Truth::no; }

constexpr Truth operator!(Truth t) { return static_cast<Truth>(2 - static_cast<int>(t)); }
constexpr Truth operator&(Truth a, Truth b) { return static_cast<int>(a) < static_cast<int>(b) ? a : b; }
constexpr Truth operator|(Truth a, Truth b) { return static_cast<int>(a) < static_cast<int>(b) ? b : a; }

}  // namespace tercet
