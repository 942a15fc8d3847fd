#include <tercet/core/error.hpp>
#include <tercet/scalars/machine/parallel.hpp>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <string>

#ifdef TERCET_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace tercet {

namespace {

/// The order that a parallel loop makes: what was done before it comes before each of its tasks, and each of them
/// before what is done after it. ThreadSanitizer cannot see it inside oneTBB, which is compiled without it, and is
/// told; otherwise this does nothing.
struct LoopOrder {
#ifdef TERCET_THREAD_SANITIZER
    mutable char before = 0, after = 0;
    LoopOrder() { __tsan_release(&before); }
    void task_begins() const { __tsan_acquire(&before); }
    void task_ends() const { __tsan_release(&after); }
    void loop_ends() const { __tsan_acquire(&after); }
#else
    void task_begins() const {}
    void task_ends() const {}
    void loop_ends() const {}
#endif
};

}  // namespace

struct ThreadLimit::Control {
    tbb::global_control control;  // made in place: a copy of it would undo the limit when it dies
    explicit Control(std::size_t n) : control(tbb::global_control::max_allowed_parallelism, n) {}
};

ThreadLimit::ThreadLimit(int n) {
    if (n < 1) throw DomainError(std::to_string(n) + " threads are asked for");
    control_ = std::make_unique<Control>(static_cast<std::size_t>(n));
}
ThreadLimit::~ThreadLimit() = default;

int thread_count() {
    const auto allowed = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
    return std::min(tbb::this_task_arena::max_concurrency(), static_cast<int>(allowed));
}

void for_each_in_parallel(std::int64_t n, std::int64_t work, const void* f,
                          void (*call)(const void* f, std::int64_t i)) {
    constexpr std::int64_t worth_sharing = 1 << 18;  // some 25 us; handing a task over costs a few
    if (n < 2 || work < worth_sharing || thread_count() == 1) {
        for (std::int64_t i = 0; i < n; ++i) call(f, i);
        return;
    }
    const LoopOrder order;
    tbb::parallel_for(std::int64_t{0}, n, [&](std::int64_t i) {
        order.task_begins();
        call(f, i);
        order.task_ends();
    });
    order.loop_ends();
}

}  // namespace tercet
