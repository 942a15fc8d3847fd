#include <tercet/scalars/packed_matrix.hpp>

namespace tercet {

PackedMatrix PackedMatrix::pack(std::int64_t rows, std::int64_t cols, const double* w, std::int64_t row_stride, std::int64_t col_stride) {
    PackedMatrix p{rows, cols, {}, {}};
    p.lines.resize(static_cast<std::size_t>(p.panels() * cols));
    std::int64_t least = order_infinity, most = 0;  // over the nonzero |w|, as orders
    for (std::int64_t i = 0; i < rows; ++i) {
        const double* from = w + i * row_stride;
        PackedMatrix::Line* to = p.lines.data() + i / panel_rows * cols;
        const std::int64_t r = i % panel_rows;
        for (std::int64_t k = 0; k < cols; ++k) {
            const double x = from[k * col_stride];
            to[k].row[r] = x;
            const std::int64_t size = order(x) < 0 ? -order(x) : order(x);
            most = size > most ? size : most;
            least = size != 0 && size < least ? size : least;
        }
    }
    if (most != 0) {
        p.magnitudes.add(std::bit_cast<double>(most));
        p.magnitudes.add(std::bit_cast<double>(least));
    }
    return p;
}

}  // namespace tercet
