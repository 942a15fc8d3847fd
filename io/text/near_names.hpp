/// Names near one that is not there: what its author may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tercet {

/// "; near it: 'a', 'b'", at most five of them, the nearest first: those that differ by few insertions, deletions and
/// replacements of characters (a third of the name's length), then those that hold it or are held by it. Empty where
/// there are none.
std::string near_names(const std::string& name, const std::vector<std::string_view>& all);

}  // namespace tercet
