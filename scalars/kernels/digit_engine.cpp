#include <tercet/core/error.hpp>
#include <tercet/scalars/kernels/digit_widths.hpp>
#include <tercet/scalars/machine/processor.hpp>

#include <vector>

namespace tercet::digits {

namespace {

/// A small product whose integers reach every digit and both signs, as the engine computes it.
std::vector<std::uint64_t> sample_product(const Engine& engine) {
    constexpr std::int64_t rows = 7, depth = 9, cols = 17, limbs_a = 3, limbs_b = 2, limbs_y = 6;
    std::vector<std::uint64_t> a(rows * depth * limbs_a), b(depth * cols * limbs_b), y(rows * cols * limbs_y),
        seen(limbs_y);
    std::uint64_t state = 1;
    for (auto* data : {&a, &b})
        for (auto& limb : *data)
            limb = state = state * 6364136223846793005u + 1442695040888963407u;  // Knuth's MMIX generator
    a[0] = b[0] = 0;
    const Widths widths = widths_for(engine, 64 * limbs_a - 1, 64 * limbs_b - 1, depth);
    const IntegerMatrix left{a.data(), rows * depth, limbs_a, 0, rows, depth, depth, 1},
        right{b.data(), depth * cols, limbs_b, 0, depth, cols, cols, 1};
    std::vector<std::uint64_t> work(static_cast<std::size_t>(engine.words(widths, left, right)));
    engine.multiply(widths, left, right, {y.data(), rows * cols, limbs_y, 0, cols, 1, 0}, seen.data(), work.data());
    return y;
}

const Engine& choose() {
#if defined(__x86_64__)
    switch (processor()) {
        case Processor::portable: break;
        case Processor::avx2: return avx2;
        case Processor::avx512:
            return sample_product(avx512) == sample_product(portable)
                       ? avx512
                       : avx2;  // a wrong product is a fault of compiler or processor
    }
#endif
    return portable;
}

}  // namespace

Widths widths_for(const Engine& engine, std::int64_t bits_a, std::int64_t bits_b, std::int64_t depth) {
    return engine.offset52 ? offset52(bits_a, bits_b) : balanced(bits_a, bits_b, depth);
}

const Engine& engine() {
    static const Engine& chosen = choose();
    return chosen;
}

const Engine& row_engine() {
#if defined(__x86_64__)
    if (processor() != Processor::portable) return avx2_row;
#endif
    return portable_row;
}

}  // namespace tercet::digits
