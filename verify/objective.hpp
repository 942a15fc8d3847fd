/// Certified bounds of linear rows of a network's outputs (an objective, a specification), fused with its affine tail.
///
/// The coefficients of a row, computed exactly (exact_rows.hpp), are rounded outward once and applied to the enclosures
/// of the values z that the tail reads: every z_k is counted once, where the row of the outputs' bounds would count it
/// once an output.
#pragma once

#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/verify/affine_tail.hpp>
#include <tercet/verify/enclosing.hpp>
#include <tercet/verify/exact_rows.hpp>

namespace tercet::verify {

/// Row r is constants[r] + sum over z of coefficients_z[:, r] . z, whatever the box. Where rows were not fused
/// (exact_rows.hpp) the z are the outputs, and row r is `unfused[r]` of their bounds.
template <Bounding C = Interval64>
struct Objective {
    std::vector<int> cut;                    // the nodes z
    std::vector<AnyTensor<C>> coefficients;  // for each z of K numbers, [K, rows]
    Storage<C> constants;                    // [rows]
    std::vector<OutputForm> unfused = {};    // [rows], or none
    std::vector<std::int64_t> sizes = {};    // where unfused: the numbers of each z
};

/// Throws ShapeError for a form that names an output that is not there.
template <Bounding C = Interval64>
Objective<C> fuse(const Network<Float64>& network, const std::vector<OutputForm>& forms) {
    const std::size_t count = forms.size();
    Objective<C> rows;
    if (forms.empty()) return rows;
    const auto start = [&](const std::vector<int>& cut, const std::vector<std::int64_t>& sizes) {
        rows = {cut, {}, Storage<C>(count)};
        for (const std::int64_t n : sizes) rows.coefficients.emplace_back(Dims{n, static_cast<std::int64_t>(count)});
    };
    const auto block = [&](std::size_t first, const ExactRows& some) {
        for (std::size_t k = 0; k < rows.cut.size(); ++k) {
            const std::size_t size = static_cast<std::size_t>(rows.coefficients[k].dims[0]);
            for (std::size_t r = 0; r < some.constants.size(); ++r)
                for (std::size_t i = 0; i < size; ++i)
                    rows.coefficients[k].data[i * count + first + r] = around<C>(some.coefficients[k][r * size + i]);
        }
        for (std::size_t r = 0; r < some.constants.size(); ++r)
            rows.constants[first + r] = around<C>(some.constants[r]);
    };
    if (pull_rows(network, forms, {start, block})) return rows;
    rows = {no_tail(network.graph).cut, {}, Storage<C>(count), forms, {}};
    for (const int out : rows.cut)
        rows.sizes.push_back(element_count(network.graph.nodes[static_cast<std::size_t>(out)].shape));
    return rows;
}

/// Some of the rows, in the given order.
template <Bounding C>
Objective<C> select(const Objective<C>& rows, const std::vector<int>& indices) {
    const std::size_t count = indices.size(), all = rows.constants.size();
    Objective<C> some{rows.cut, {}, Storage<C>(count)};
    some.sizes = rows.sizes;
    for (std::size_t c = 0; c < count; ++c) {
        some.constants[c] = rows.constants[static_cast<std::size_t>(indices[c])];
        if (!rows.unfused.empty()) some.unfused.push_back(rows.unfused[static_cast<std::size_t>(indices[c])]);
    }
    for (const auto& from : rows.coefficients) {
        auto& to = some.coefficients.emplace_back(Dims{from.dims[0], static_cast<std::int64_t>(count)});
        for (std::size_t i = 0; i < static_cast<std::size_t>(from.dims[0]); ++i)
            for (std::size_t c = 0; c < count; ++c)
                to.data[i * count + c] = from.data[i * all + static_cast<std::size_t>(indices[c])];
    }
    return some;
}

namespace detail {

/// sum_j a_j y_j of the outputs' bounds, for box k of the batch.
template <Bounding C>
Scalar<C> unfused_bound(const Objective<C>& rows, const OutputForm& form, const Trace<C>& trace, std::int64_t batch,
                        std::int64_t k) {
    Scalar<C> total = zero<C>();
    for (const auto& [j, a] : form) {
        std::size_t z = 0;
        std::int64_t at = j;
        for (; at >= rows.sizes[z]; ++z) at -= rows.sizes[z];
        const auto& values = trace.values[static_cast<std::size_t>(rows.cut[z])].data;
        const bool each =
            static_cast<std::int64_t>(values.size()) == batch * rows.sizes[z];  // else it depends on no input
        total = total + around<C>(a) * values[static_cast<std::size_t>(at + (each ? k * rows.sizes[z] : 0))];
    }
    return total;
}

}  // namespace detail

/// Certified bounds of each row, given the enclosures of the nodes in rows.cut; of a batch (models/graph/with_batch.hpp)
/// those of its first box, then those of its second, and so on, each as for the box alone.
template <Bounding C>
Storage<C> row_bounds(const Objective<C>& rows, const Trace<C>& trace, std::int64_t batch = 1) {
    const auto count = static_cast<std::int64_t>(rows.constants.size());
    Storage<C> total;
    if (!rows.sizes.empty()) {
        for (std::int64_t k = 0; k < batch; ++k)
            for (const OutputForm& form : rows.unfused)
                total.push_back(detail::unfused_bound(rows, form, trace, batch, k));
        return total;
    }
    Storage<C> part(static_cast<std::size_t>(batch * count));
    for (std::int64_t i = 0; i < batch; ++i) total.insert(total.end(), rows.constants.begin(), rows.constants.end());
    for (std::size_t k = 0; k < rows.cut.size(); ++k) {
        const auto& z = trace.values[static_cast<std::size_t>(rows.cut[k])];
        const auto& coefficients = rows.coefficients[k];
        const std::int64_t each = coefficients.dims[0],
                           boxes = z.size() == batch * each ? batch : 1;  // 1: it depends on no input
        multiply<C>(matrix(z.template view_as<2>({boxes, each})), matrix(coefficients.template view<2>()),
                    matrix_in<C>(part, 0, boxes, count));
        for (std::int64_t i = 0; i < batch; i += boxes) accumulate<C>(boxes * count, part, 0, total, i * count);
    }
    return total;
}

}  // namespace tercet::verify
