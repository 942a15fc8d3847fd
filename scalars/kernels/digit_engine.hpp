/// What a digit engine is handed: plain data and function pointers. Engines are compiled with their processor's flags,
/// so nothing here has code that a linker could take from one of them for everyone.
#pragma once

#include <cstdint>

namespace tercet::digits {

/// How integers are cut: `a` and `b` digits of `width` bits, and carries moved on after every `chunk` products
/// (digit_widths.hpp).
struct Widths {
    int width;
    std::int64_t a, b, chunk;
};

/// rows x cols two's complement integers: limb l of (i, j) at limbs[l plane + offset + i row_stride + j col_stride];
/// count 0 is all zero.
struct IntegerMatrix {
    const std::uint64_t* limbs;
    std::int64_t plane, count, offset, rows, cols, row_stride, col_stride;
};

/// Where products go, times 2^shift: `count` limbs each, which hold them.
struct ProductTarget {
    std::uint64_t* limbs;
    std::int64_t plane, count, offset, row_stride, col_stride, shift;
};

/// y = a b 2^shift by one of several ways. `seen` has y.count zeros and gets the or of each limb of the results xor
/// their sign; `work` has words(..) elements.
struct Engine {
    bool offset52;  // the kind of its digits
    bool row;       // for a of one row, and widths whose chunk is at least the depth
    std::int64_t (*words)(const Widths& widths, const IntegerMatrix& a, const IntegerMatrix& b);
    void (*multiply)(const Widths& widths, const IntegerMatrix& a, const IntegerMatrix& b, const ProductTarget& y,
                     std::uint64_t* seen, std::uint64_t* work);
};

extern const Engine portable, portable_row, emulated52;
#if defined(__x86_64__)
extern const Engine avx2, avx2_row, avx512;
#endif

}  // namespace tercet::digits
