/// LimbMemory: uninitialised limbs for tensors and for the work of products. A large block that is freed is kept and
/// used again: fresh memory costs a page fault every 512 limbs, about as much as a sum over them.
///
/// The blocks that live and those that are kept together never exceed the most that lived at once, over all threads,
/// since give_back(): keeping adds nothing to the peak. A block may be an eighth larger than was asked for, and be
/// freed on another thread than it was made on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tercet {

class LimbMemory {
public:
    LimbMemory() = default;
    explicit LimbMemory(std::size_t limbs);  // throws std::bad_alloc
    LimbMemory(LimbMemory&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          asked_(std::exchange(other.asked_, 0)),
          limbs_(std::exchange(other.limbs_, 0)) {}
    LimbMemory& operator=(LimbMemory other) noexcept {
        std::swap(data_, other.data_);
        std::swap(asked_, other.asked_);
        std::swap(limbs_, other.limbs_);
        return *this;
    }
    ~LimbMemory();

    /// Takes `limbs`, or leaves *this empty and returns false where those asked for would then be more than `most`;
    /// in_use: how many were before.
    bool take_within(std::size_t limbs, std::size_t most, std::size_t& in_use);

    std::uint64_t* get() const { return data_; }

    /// Frees what is kept: the only time that memory goes back to the system, but for blocks that the bound above
    /// leaves no room for.
    static void give_back();

    /// Bytes asked for in all blocks that live, and bytes of those that are kept.
    static std::size_t used();
    static std::size_t kept();

private:
    std::uint64_t* data_ = nullptr;
    std::size_t asked_ = 0, limbs_ = 0;  // of the block
};

}  // namespace tercet
