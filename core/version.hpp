/// The version of tercet, as in CMakeLists.txt (a test compares them).
#pragma once

#include <string_view>

namespace tercet {
inline constexpr std::string_view version = "0.1.0";
}
