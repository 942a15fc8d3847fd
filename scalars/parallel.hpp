/// Independent tasks over the threads of oneTBB's arena. What a task computes may not depend on which thread runs it, or beside what.
#pragma once

#include <cstdint>
#include <functional>

namespace tercet {

/// f(0), .., f(n - 1), in any order, perhaps at once; in order on this thread where `work` (in multiply-adds) is too little to share, or the arena has one.
void for_each_in_parallel(std::int64_t n, std::int64_t work, const std::function<void(std::int64_t)>& f);

}  // namespace tercet
