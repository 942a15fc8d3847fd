/// The version of tercet; CMakeLists.txt reads it from here.
#pragma once

#include <string_view>

namespace tercet {
inline constexpr std::string_view version = "0.1.0";
}
