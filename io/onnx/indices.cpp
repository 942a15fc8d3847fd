#include <tercet/io/onnx/indices.hpp>

#include <algorithm>

namespace tercet::onnx_io {

std::vector<std::int64_t> element_places(const Dims& x, const Constant& index, std::size_t axis) {
    std::vector<std::int64_t> places, at(x.size(), 0);
    for (const auto given : index.integers) {
        if (given < -x[axis] || given >= x[axis])
            throw ShapeError("index " + std::to_string(given) + " of axis " + std::to_string(axis) + " of " +
                             to_string_dims(x));
        std::int64_t flat = 0;
        for (std::size_t k = 0; k < x.size(); ++k)
            flat = flat * x[k] + (k == axis ? (given < 0 ? given + x[k] : given) : at[k]);
        places.push_back(flat);
        for (std::size_t k = at.size(); k-- > 0 && ++at[k] == index.dims[k];) at[k] = 0;
    }
    return places;
}

std::vector<std::int64_t> slice_starts(const Dims& x, const Constant& index, std::size_t batch) {
    const auto depth = static_cast<std::size_t>(index.dims.back());
    if (index.dims.size() <= batch || batch + depth > x.size())
        throw ShapeError("indices " + to_string_dims(index.dims) + " into " + to_string_dims(x));
    for (std::size_t k = 0; k < batch; ++k)
        if (index.dims[k] != x[k])
            throw ShapeError("indices " + to_string_dims(index.dims) + " into " + to_string_dims(x));
    const std::int64_t inner = element_count(Dims(x.begin() + static_cast<std::ptrdiff_t>(batch + depth), x.end()));
    const std::int64_t rows = depth == 0 ? element_count(Dims(index.dims.begin(), index.dims.end() - 1))
                                         : static_cast<std::int64_t>(index.integers.size() / depth);
    std::int64_t batches = 1;
    for (std::size_t k = 0; k < batch; ++k) batches *= x[k];
    std::vector<std::int64_t> starts;
    for (std::int64_t r = 0; r < rows; ++r) {
        std::int64_t flat = r / std::max<std::int64_t>(rows / std::max<std::int64_t>(batches, 1), 1);
        for (std::size_t k = 0; k < depth; ++k) {
            const std::int64_t given = index.integers[static_cast<std::size_t>(r) * depth + k], n = x[batch + k];
            if (given < -n || given >= n)
                throw ShapeError("index " + std::to_string(given) + " of axis " + std::to_string(batch + k) + " of " +
                                 to_string_dims(x));
            flat = flat * n + (given < 0 ? given + n : given);
        }
        starts.push_back(flat * inner);
    }
    return starts;
}

}  // namespace tercet::onnx_io
