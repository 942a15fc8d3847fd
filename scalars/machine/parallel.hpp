/// Independent tasks over the threads of oneTBB's arena. What a task computes may not depend on which thread runs it,
/// or beside what.
#pragma once

#include <cstdint>
#include <memory>

namespace tercet {

/// At most n threads, this one counted, while it lives. Throws DomainError for n < 1.
class ThreadLimit {
public:
    explicit ThreadLimit(int n);
    ~ThreadLimit();

private:
    struct Control;
    std::unique_ptr<Control> control_;
};

/// How many threads tasks may run on now.
int thread_count();

/// f(i) through a pointer, so that a call allocates nothing: see the template below.
void for_each_in_parallel(std::int64_t n, std::int64_t work, const void* f,
                          void (*call)(const void* f, std::int64_t i));

/// f(0), .., f(n - 1), in any order, perhaps at once; in order on this thread where `work` (in multiply-adds) is too
/// little to share, or the arena has one.
template <class F>
void for_each_in_parallel(std::int64_t n, std::int64_t work, const F& f) {
    for_each_in_parallel(n, work, &f, [](const void* task, std::int64_t i) { (*static_cast<const F*>(task))(i); });
}

}  // namespace tercet
