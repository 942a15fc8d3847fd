/// Do two tables of kernels write the same bits? For kernel_check.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tercet {

/// Does f(table, y) write the same with a and with b? y are n doubles, and 8 more beside them that it must leave.
template <class Table, class F>
bool same_bits(const Table& a, const Table& b, std::int64_t n, F f) {
    std::vector<double> y(static_cast<std::size_t>(n + 8), 777.0), z = y;
    f(a, y.data());
    f(b, z.data());
    return std::count(y.end() - 8, y.end(), 777.0) == 8 &&
           std::memcmp(y.data(), z.data(), y.size() * sizeof(double)) == 0;
}

}  // namespace tercet
