/// LimbMemory: uninitialised limbs for tensors and for the work of products. A large block that is freed is kept and used again: fresh memory costs
/// a page fault every 512 limbs, about as much as a sum over them.
///
/// What is used and kept together never exceeds the most that was used at once, over all threads, since give_back(): keeping adds nothing to the
/// peak. Blocks may be freed on another thread than they were made on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tercet {

class LimbMemory {
public:
    LimbMemory() = default;
    explicit LimbMemory(std::size_t limbs);  // throws std::bad_alloc
    LimbMemory(LimbMemory&& other) noexcept : data_(std::exchange(other.data_, nullptr)), limbs_(std::exchange(other.limbs_, 0)) {}
    LimbMemory& operator=(LimbMemory other) noexcept {
        std::swap(data_, other.data_);
        std::swap(limbs_, other.limbs_);
        return *this;
    }
    ~LimbMemory();

    std::uint64_t* get() const { return data_; }

    /// Frees what is kept.
    static void give_back();

    /// Bytes of all blocks that live, and of those that are kept.
    static std::size_t used();
    static std::size_t kept();

private:
    std::uint64_t* data_ = nullptr;
    std::size_t limbs_ = 0;
};

}  // namespace tercet
