/// MemoryLimit: how much memory the tensors of dyadic numbers may take.
#pragma once

#include <tercet/scalars/kernels/limb_memory.hpp>

#include <cstddef>
#include <cstdint>

namespace tercet {

/// While it lives, dyadic tensors that this thread makes are refused where all limbs in use, of all threads, would
/// exceed `bytes`. Limits nest.
///
/// Without one the limit is the memory budget (memory_budget.hpp).
class MemoryLimit {
public:
    explicit MemoryLimit(std::size_t bytes);
    ~MemoryLimit();
    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;

    static std::size_t current();

private:
    std::size_t before_;
};

/// Memory for `count` integers of `planes` limbs. Throws LimitError at the limit, also where the bytes are more than a
/// std::size_t can say.
LimbMemory limbs_within_limit(std::size_t count, std::int64_t planes, const char* what);

}  // namespace tercet
