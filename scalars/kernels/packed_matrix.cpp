#include <tercet/scalars/kernels/packed_matrix.hpp>

namespace tercet {

namespace {

/// 0 or a normal float32 number, by the bits: so it is under FTZ and DAZ too.
bool is_short(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto exponent = static_cast<int>(bits >> 52 & 0x7ff) - 1023;
    return bits << 1 == 0 || (bits << 35 == 0 && -126 <= exponent && exponent <= 127);
}

struct Source {
    std::int64_t rows, cols;
    const double* w;
    std::int64_t row_stride, col_stride;

    template <class F>
    bool all(F f) const {
        for (std::int64_t i = 0; i < rows; ++i)
            for (std::int64_t k = 0; k < cols; ++k)
                if (!f(w[i * row_stride + k * col_stride])) return false;
        return true;
    }
};

template <class T>
Magnitudes copy(const Source& source, std::vector<PackedMatrix::Line<T>>& lines) {
    lines.resize(static_cast<std::size_t>((source.rows + PackedMatrix::panel_rows - 1) / PackedMatrix::panel_rows *
                                          source.cols));
    std::int64_t least = order_infinity, most = 0;  // over the nonzero |w|, as orders
    for (std::int64_t i = 0; i < source.rows; ++i) {
        const double* from = source.w + i * source.row_stride;
        PackedMatrix::Line<T>* to = lines.data() + i / PackedMatrix::panel_rows * source.cols;
        const std::int64_t r = i % PackedMatrix::panel_rows;
        for (std::int64_t k = 0; k < source.cols; ++k) {
            const double x = from[k * source.col_stride];
            to[k].row[r] = static_cast<T>(x);
            const std::int64_t size = order(x) < 0 ? -order(x) : order(x);
            most = size > most ? size : most;
            least = size != 0 && size < least ? size : least;
        }
    }
    Magnitudes magnitudes;
    if (most != 0) {
        magnitudes.add(std::bit_cast<double>(most));
        magnitudes.add(std::bit_cast<double>(least));
    }
    return magnitudes;
}

}  // namespace

PackedMatrix PackedMatrix::pack(std::int64_t rows, std::int64_t cols, const double* w, std::int64_t row_stride,
                                std::int64_t col_stride, Width width) {
    PackedMatrix p{rows, cols, {}, {}, {}};
    const Source source{rows, cols, w, row_stride, col_stride};
    p.magnitudes = width == Width::least && source.all(is_short) ? copy(source, p.short_lines) : copy(source, p.lines);
    return p;
}

}  // namespace tercet
