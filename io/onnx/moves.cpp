#include <tercet/io/onnx/moves.hpp>
#include <tercet/io/onnx/tensor.hpp>
#include <tercet/models/operators/rearrange.hpp>

#include <algorithm>

namespace tercet::onnx_io {

Tables identity_tables(const Dims& dims) {
    Tables tables(dims.size());
    std::int64_t stride = 1;
    for (std::size_t k = dims.size(); k-- > 0; stride *= dims[k])
        for (std::int64_t i = 0; i < dims[k]; ++i) tables[k].push_back(i * stride);
    return tables;
}

Tables transposed(const Tables& tables, const std::vector<int>& order) {
    Tables t;
    for (const int axis : order) t.push_back(tables[static_cast<std::size_t>(axis)]);
    return t;
}

void slice(std::vector<std::int64_t>& table, std::int64_t start, std::int64_t step, std::int64_t count) {
    std::vector<std::int64_t> t;
    for (std::int64_t i = 0; i < count; ++i) t.push_back(table[static_cast<std::size_t>(start + i * step)]);
    table = std::move(t);
}

void pad(std::vector<std::int64_t>& table, std::int64_t before, std::int64_t after, Padding mode) {
    const auto n = static_cast<std::int64_t>(table.size());
    const auto out_of_reach = [&](std::int64_t p) { return p > largest_tensor || p < -largest_tensor; };
    if (out_of_reach(before) || out_of_reach(after) || n + before + after < 0)
        throw ShapeError("padding " + std::to_string(before) + " and " + std::to_string(after) + " of an axis of " +
                         std::to_string(n));
    if (mode != Padding::constant && (before < 0 || after < 0)) {
        slice(table, std::min(std::max<std::int64_t>(-before, 0), n), 1,
              std::max<std::int64_t>(n + std::min<std::int64_t>(before, 0) + std::min<std::int64_t>(after, 0), 0));
        before = std::max<std::int64_t>(before, 0);
        after = std::max<std::int64_t>(after, 0);
    }
    const auto m = static_cast<std::int64_t>(table.size());
    const bool lacks = m == 0 ? before + after > 0 : mode == Padding::reflect && std::max(before, after) >= m;
    if (mode != Padding::constant && lacks)
        throw ShapeError("padding " + std::to_string(before) + " and " + std::to_string(after) +
                         " repeats more than an axis of " + std::to_string(m) + " has");
    std::vector<std::int64_t> t;
    t.reserve(static_cast<std::size_t>(std::max<std::int64_t>(before + m + after, 0)));
    for (std::int64_t i = -before; i < m + after; ++i) {
        std::int64_t from = i;
        if (mode == Padding::edge) from = i < 0 ? 0 : i >= m ? m - 1 : i;
        if (mode == Padding::reflect) from = i < 0 ? -i : i >= m ? 2 * (m - 1) - i : i;
        if (mode == Padding::wrap) from = (i % m + m) % m;
        t.push_back(from < 0 || from >= m ? filling : table[static_cast<std::size_t>(from)]);
    }
    table = std::move(t);
}

std::int64_t moved_count(const Tables& tables) {
    Dims dims;
    for (const auto& table : tables) dims.push_back(static_cast<std::int64_t>(table.size()));
    return checked_count(dims);
}

Moved moved_by(const Tables& tables) {
    Moved m;
    for (const auto& table : tables) m.dims.push_back(static_cast<std::int64_t>(table.size()));
    if (moved_count(tables) == 0) return m;
    op::Rearrange line;  // the runs of the last axis
    std::vector<std::int64_t> starts{0};
    if (tables.empty()) line.append({0, 0, 0, 1});
    else
        for (const auto offset : tables.back())
            line.append(offset == filling ? op::Rearrange::Stretch{-1, 0, 0, 1}
                                          : op::Rearrange::Stretch{0, offset, 0, 1});
    for (std::size_t k = 0; k + 1 < tables.size();
         ++k) {  // outer axes first: every prefix of indices is expanded by the next axis
        std::vector<std::int64_t> next;
        next.reserve(starts.size() * tables[k].size());
        for (const auto start : starts)
            for (const auto offset : tables[k])
                next.push_back(start == filling || offset == filling ? filling : start + offset);
        starts = std::move(next);
    }
    const std::int64_t length = line.size();
    for (const auto start : starts) {
        if (start == filling) m.elements.append({-1, 0, 0, length});
        else
            for (const auto& run : line.runs)
                m.elements.append({run.input, run.input < 0 ? 0 : run.first + start, run.stride, run.count});
    }
    return m;
}

Moved concatenate(const std::vector<Dims>& inputs, int axis) {
    const auto at = static_cast<std::size_t>(axis);
    Moved m{inputs[0], {}};
    m.dims[at] = 0;
    for (const Dims& d : inputs) {
        Dims rest = d;
        if (d.size() == m.dims.size()) rest[at] = m.dims[at];
        if (rest != m.dims)
            throw ShapeError("cannot concatenate " + to_string_dims(inputs[0]) + " and " + to_string_dims(d) +
                             " along axis " + std::to_string(axis));
        m.dims[at] += d[at];
    }
    std::int64_t outer = 1, inner = 1;
    for (std::size_t k = 0; k < m.dims.size(); ++k)
        (k < at ? outer : k > at ? inner : outer) *= k == at ? 1 : m.dims[k];
    checked_count(m.dims);
    for (std::int64_t o = 0; o < outer; ++o)
        for (std::size_t input = 0; input < inputs.size(); ++input) {
            const std::int64_t run = inputs[input][at] * inner;
            m.elements.append({static_cast<std::int32_t>(input), o * run, 1, run});
        }
    return m;
}

}  // namespace tercet::onnx_io
