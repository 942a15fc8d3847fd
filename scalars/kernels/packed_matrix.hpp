/// A matrix of point weights in the order in which the affine kernels read it: panels of 8 rows, each panel column by
/// column.
///
/// W[8 p + r, k] = lines[p cols + k].row[r]; rows beyond the last are 0. Packed once, used for every box. 8 bytes a
/// weight, or 4 in short_lines where every weight is 0 or a normal float32 number, as those of trained networks are:
/// widening them is exact, and a single box waits for memory.
#pragma once

#include <tercet/scalars/machine/bit_order.hpp>

#include <vector>

namespace tercet {

/// Where the nonzero finite magnitudes of some doubles lie: 2^lowest <= |x| < 2^(highest + 1). Of no such doubles:
/// lowest > highest.
struct Magnitudes {
    int lowest = 1 << 20, highest = -(1 << 20);
    bool finite = true;

    void add(double x) {
        const std::int64_t size = order(x) < 0 ? -order(x) : order(x);
        if (size == 0) return;
        if (size >= order_infinity) {
            finite = false;
            return;
        }
        // a subnormal counts as 2^-1075, below all of them
        const int exponent = size >> 52 == 0 ? -1075 : static_cast<int>(size >> 52) - 1023;
        lowest = exponent < lowest ? exponent : lowest;
        highest = exponent > highest ? exponent : highest;
    }
    bool none() const { return lowest > highest; }
};

struct PackedMatrix {
    template <class T>
    struct alignas(8 * sizeof(T)) Line {
        T row[8];
    };
    static constexpr std::int64_t panel_rows = 8;

    std::int64_t rows = 0, cols = 0;
    Magnitudes magnitudes;
    std::vector<Line<double>> lines;
    std::vector<Line<float>> short_lines;  // instead of lines

    std::int64_t panels() const { return (rows + panel_rows - 1) / panel_rows; }

    /// Where panel p begins; null where the weights are stored otherwise, or there are none.
    const double* panel(std::int64_t p) const {
        return lines.empty() ? nullptr : lines[static_cast<std::size_t>(p * cols)].row;
    }
    const float* short_panel(std::int64_t p) const {
        return short_lines.empty() ? nullptr : short_lines[static_cast<std::size_t>(p * cols)].row;
    }

    enum class Width { least, of_double };

    /// Element (i, k) of the matrix at w[i row_stride + k col_stride].
    static PackedMatrix pack(std::int64_t rows, std::int64_t cols, const double* w, std::int64_t row_stride,
                             std::int64_t col_stride, Width width = Width::least);
};

}  // namespace tercet
