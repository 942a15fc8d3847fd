/// Working memory that is allocated once and used again: a lease from the thread's own free list, given back at the end
/// of the scope.
///
/// A lease is its scope's alone also where the thread runs another task in between (a wait in a thread pool), unlike a
/// thread_local vector.
#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace tercet {

template <class T>
class Scratch {
public:
    /// At least n elements, of any value.
    explicit Scratch(std::size_t n) {
        auto& free = list();
        if (!free.empty()) {
            memory_ = std::move(free.back());
            free.pop_back();
        }
        if (memory_.size() < n) memory_.resize(n);
    }
    ~Scratch() {
        try {
            list().push_back(std::move(memory_));
        } catch (const std::bad_alloc&) {  // of the list: freed then
        }
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    T* data() { return memory_.data(); }
    T& operator[](std::size_t i) { return memory_[i]; }

private:
    static std::vector<std::vector<T>>& list() {
        static thread_local std::vector<std::vector<T>> free;
        return free;
    }
    std::vector<T> memory_;
};

}  // namespace tercet
