/// Shapes: dimensions known when the program is compiled, or `dyn` and known when it runs.
#pragma once

#include <tercet/core/error.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tercet {

/// The dimension that is known only at run time.
inline constexpr int dyn = -1;

/// Dimensions of a tensor whose rank is known only at run time; row-major, outermost first.
using Dims = std::vector<std::int64_t>;

template <int R>
using Extents = std::array<std::int64_t, R>;

/// "[2, 3, 4]"; a dimension that is dyn prints as "?".
template <class Range>
std::string to_string_dims(const Range& dims) {
    std::string s = "[";
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (i) s += ", ";
        s += dims[i] < 0 ? std::string("?") : std::to_string(dims[i]);
    }
    return s + "]";
}

/// The number of elements, prod_i d_i; 1 for rank 0. Throws ShapeError on a negative dimension or a product beyond
/// 2^48.
template <class Range>
std::int64_t element_count(const Range& dims) {
    constexpr std::int64_t limit = std::int64_t{1} << 48;
    std::int64_t n = 1;
    bool empty = false;
    for (auto d : dims) {
        if (d < 0) throw ShapeError("shape " + to_string_dims(dims) + ": a dimension is negative");
        if (d == 0) empty = true;
        else if (n > limit / static_cast<std::int64_t>(d))
            throw ShapeError("shape " + to_string_dims(dims) + ": more than 2^48 elements");
        else n *= d;
    }
    return empty ? 0 : n;
}

/// May a tensor with dimension `from` be used where `to` stands? Only a dimension known on both sides can disagree.
constexpr bool dims_compatible(int from, int to) { return from == dyn || to == dyn || from == to; }

}  // namespace tercet
