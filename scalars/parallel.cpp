#include <tercet/scalars/parallel.hpp>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace tercet {

void for_each_in_parallel(std::int64_t n, std::int64_t work, const void* f, void (*call)(const void* f, std::int64_t i)) {
    constexpr std::int64_t worth_sharing = 1 << 20;  // some 100 us; handing a task over costs about one
    if (n < 2 || work < worth_sharing || tbb::this_task_arena::max_concurrency() == 1)
        for (std::int64_t i = 0; i < n; ++i) call(f, i);
    else
        tbb::parallel_for(std::int64_t{0}, n, [&](std::int64_t i) { call(f, i); });
}

}  // namespace tercet
