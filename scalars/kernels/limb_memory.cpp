#include <tercet/scalars/kernels/limb_memory.hpp>

#include <algorithm>
#include <limits>
#include <mutex>
#include <new>
#include <vector>

namespace tercet {

namespace {

constexpr std::size_t limb = sizeof(std::uint64_t),
                      large = 64 * 1024 / limb;  // smaller blocks are left to malloc, which keeps those itself
constexpr std::align_val_t line{64};

struct Block {
    std::uint64_t* data;
    std::size_t limbs;
};

void free_block(const Block& b) { ::operator delete(b.data, line); }

/// All sizes in limbs. Invariant: used + kept <= peak. `used` are the blocks that live, `asked` what was asked for in
/// them: what limits see, since it does not depend on which blocks were there to be used again.
struct Pool {
    std::mutex mutex;
    std::vector<Block> free;  // the last one freed at the end
    std::size_t asked = 0, used = 0, kept = 0, peak = 0;

    /// A kept block of n limbs or up to an eighth more, the last freed: it may still be in a cache.
    std::uint64_t* take(std::size_t& n) {
        for (std::size_t i = free.size(); i-- > 0;)
            if (free[i].limbs >= n && free[i].limbs - n <= n / 8) {
                const Block b = free[i];
                free.erase(free.begin() + static_cast<std::ptrdiff_t>(i));
                kept -= b.limbs;
                n = b.limbs;
                return b.data;
            }
        return nullptr;
    }

    /// Frees the oldest blocks until n more limbs fit under the peak, which grows where they alone do not.
    void make_room(std::size_t n) {
        peak = std::max(peak, used + n);
        std::size_t dropped = 0;
        for (; used + n + kept > peak; ++dropped) {
            kept -= free[dropped].limbs;
            free_block(free[dropped]);
        }
        free.erase(free.begin(), free.begin() + static_cast<std::ptrdiff_t>(dropped));
    }
};

/// Never destroyed: tensors with static lifetime may be freed after it would have been.
Pool& pool() {
    static Pool& p = *new Pool;
    return p;
}

}  // namespace

LimbMemory::LimbMemory(std::size_t limbs) {
    std::size_t in_use = 0;
    if (!take_within(limbs, std::numeric_limits<std::size_t>::max(), in_use)) throw std::bad_array_new_length();
}

bool LimbMemory::take_within(std::size_t limbs, std::size_t most, std::size_t& in_use) {
    *this = LimbMemory();
    Pool& p = pool();
    std::unique_lock lock(p.mutex);
    in_use = p.asked;
    if (limbs > most || p.asked > most - limbs || limbs > std::numeric_limits<std::size_t>::max() / limb) return false;
    if (limbs == 0) return true;
    std::size_t size = limbs;
    std::uint64_t* data = size >= large ? p.take(size) : nullptr;
    const std::size_t before = p.peak;
    if (!data) p.make_room(size);
    p.asked += limbs;
    p.used += size;
    if (!data) {
        lock.unlock();  // a new-handler may call give_back()
        try {
            data = static_cast<std::uint64_t*>(::operator new(size* limb, line));
        } catch (...) {
            lock.lock();
            p.asked -= limbs;
            p.used -= size;
            p.peak = std::max(before, p.used + p.kept);  // as if it had not been asked for
            throw;
        }
    }
    data_ = data;
    asked_ = limbs;
    limbs_ = size;
    return true;
}

LimbMemory::~LimbMemory() {
    if (!data_) return;
    Pool& p = pool();
    const std::lock_guard lock(p.mutex);
    p.asked -= asked_;
    p.used -= limbs_;
    try {
        if (limbs_ >= large) {
            p.free.push_back({data_, limbs_});
            p.kept += limbs_;
            return;
        }
    } catch (const std::bad_alloc&) {  // of the list
    }
    free_block({data_, limbs_});
}

void LimbMemory::give_back() {
    Pool& p = pool();
    const std::unique_lock lock(p.mutex, std::try_to_lock);
    if (!lock) return;
    std::for_each(p.free.begin(), p.free.end(), free_block);
    p.free.clear();
    p.kept = 0;
    p.peak = p.used;
}

std::size_t LimbMemory::used() {
    Pool& p = pool();
    const std::lock_guard lock(p.mutex);
    return p.asked * limb;
}
std::size_t LimbMemory::kept() {
    Pool& p = pool();
    const std::lock_guard lock(p.mutex);
    return p.kept * limb;
}

}  // namespace tercet
