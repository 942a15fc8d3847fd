/// The one place where the processor decides which kernels run.
#include <tercet/core/error.hpp>
#include <tercet/scalars/kernels/affine.hpp>
#include <tercet/scalars/kernels/kernel_check.hpp>
#include <tercet/scalars/kernels/ordered_kernels.hpp>
#include <tercet/scalars/kernels/pair_kernels.hpp>
#include <tercet/scalars/kernels/plane_kernels.hpp>

#include <string>

namespace tercet {

namespace {

/// AVX-512's kernels where they are chosen and agree with AVX2's, bit for bit, on fixed operands: both are compiled
/// from one source and fuse, so another answer is a fault of compiler or processor. Every processor with AVX-512 has
/// AVX2.
Processor checked() {
    static const Processor chosen = [] {
        const Processor p = processor();
#if defined(__x86_64__)
        if (p == Processor::avx512 && !(kernels_agree(affine::avx2_kernels, affine::avx512_kernels) &&
                                        kernels_agree(pairs::avx2_kernels, pairs::avx512_kernels) &&
                                        kernels_agree(planes::avx2_add_product, planes::avx512_add_product) &&
                                        kernels_agree(ordered::avx2_kernels, ordered::avx512_kernels)))
            return Processor::avx2;
#endif
        return p;
    }();
    return chosen;
}

}  // namespace

Processor kernel_processor() { return checked(); }

const affine::Kernels& affine::kernels_of(Processor p) {
    if (!has_instructions(p))
        throw UnsupportedOp("this processor does not have the instructions of " + std::string(to_string(p)));
#if defined(__x86_64__)
    if (p == Processor::avx512) return avx512_kernels;
    if (p == Processor::avx2) return avx2_kernels;
#endif
    return portable_kernels;
}

const affine::Kernels& affine::kernels() {
    static const Kernels& chosen = kernels_of(checked());
    return chosen;
}

const pairs::Kernels& pairs::kernels_of(Processor p) {
#if defined(__x86_64__)
    if (p == Processor::avx512) return avx512_kernels;
    if (p == Processor::avx2) return avx2_kernels;
#endif
    static_cast<void>(p);
    return portable_kernels;
}

const pairs::Kernels& pairs::kernels() {
    static const Kernels& chosen = kernels_of(checked());
    return chosen;
}

const ordered::Kernels& ordered::kernels_of(Processor p) {
#if defined(__x86_64__)
    if (p == Processor::avx512) return avx512_kernels;
    if (p == Processor::avx2) return avx2_kernels;
#endif
    static_cast<void>(p);
    return portable_kernels;
}

const ordered::Kernels& ordered::kernels() {
    static const Kernels& chosen = kernels_of(checked());
    return chosen;
}

planes::AddProduct planes::add_product_of(Processor p) {
#if defined(__x86_64__)
    if (p == Processor::avx512) return avx512_add_product;
    if (p == Processor::avx2) return avx2_add_product;
#endif
    static_cast<void>(p);
    return portable_add_product;
}

planes::AddProduct planes::add_product() {
    static const AddProduct chosen = add_product_of(checked());
    return chosen;
}

}  // namespace tercet
