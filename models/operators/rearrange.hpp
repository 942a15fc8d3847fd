/// Rearrange: the value's elements in order are those of the runs: first, first + stride, .. of operand number `input`,
/// or zeros where it is -1. Transpose, slice, pad, gather, concat and expand are all this.
#pragma once

#include <tercet/models/operators/computing.hpp>

#include <limits>
#include <numeric>

namespace tercet::op {

struct Rearrange {
    struct Stretch {
        std::int32_t input;
        std::int64_t first, stride, count;
        friend bool operator==(const Stretch&, const Stretch&) = default;
    };
    std::vector<Stretch> runs;

    std::int64_t size() const {
        std::int64_t n = 0;
        for (const Stretch& r : runs) n += r.count;
        return n;
    }
    /// One run more; it becomes part of the last one where it continues that. A run of one element has any stride.
    void append(const Stretch& r) {
        if (r.count == 0) return;
        if (runs.empty() || runs.back().input != r.input) return runs.push_back(r);
        Stretch& last = runs.back();
        const std::int64_t step = r.first - (last.first + (last.count - 1) * last.stride);
        if (r.input >= 0 && ((last.count > 1 && last.stride != step) || (r.count > 1 && r.stride != step)))
            return runs.push_back(r);
        last.stride = step;
        last.count += r.count;
    }

    Dims shape(const Shapes& in, const Dims& stated) const {
        if (element_count(stated) != size())
            throw ShapeError("shape " + to_string_dims(stated) + " for " + std::to_string(size()) + " elements");
        std::vector<std::int64_t> sizes;
        for (const Dims& d : in) sizes.push_back(element_count(d));
        for (const auto& s : runs)
            for (const std::int64_t element : {s.first, s.first + (s.count - 1) * s.stride})
                if (s.input >= 0 && (static_cast<std::size_t>(s.input) >= in.size() || element < 0 ||
                                     element >= sizes[static_cast<std::size_t>(s.input)]))
                    throw ShapeError("element " + std::to_string(element) + " of input " + std::to_string(s.input) +
                                     " does not exist");
        return stated;
    }
    bool affine_in(const Varying&) const { return true; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    /// Every run once for each row: rows of batched operands follow one another, others repeat.
    Rearrange with_rows(const Rows& rows, std::int64_t n) const {
        if (static_cast<std::int64_t>(runs.size()) > std::numeric_limits<std::int64_t>::max() / 32 / n)
            throw ShapeError(std::to_string(n) + " rows of " + std::to_string(runs.size()) + " runs overflow");
        Rearrange all;
        for (std::int64_t row = 0; row < n; ++row)
            for (auto run : runs) {
                if (run.input >= 0 && rows.batched[static_cast<std::size_t>(run.input)])
                    run.first += row * element_count(rows.shapes[static_cast<std::size_t>(run.input)]);
                all.append(run);
            }
        return all;
    }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;

    template <Context C>
    std::optional<Lack> lacks() const {
        return {};
    }
    template <Context C>
    Compute forward(const Operands<C>& in, AnyTensor<C>* y) const {
        std::vector<std::shared_ptr<const Storage<C>>> from;
        for (const auto& operand : in) from.push_back(lasting_scalars<C>(operand));
        return [&r = *this, from, y, nothing = Storage<C>(1)] {
            std::int64_t at = 0;
            for (const auto& s : r.runs) {
                copy<C>(s.count,
                        ConstRun<C>{s.input < 0 ? &nothing : from[static_cast<std::size_t>(s.input)].get(), s.first,
                                    s.stride},
                        Run<C>{&y->data, at, 1});
                at += s.count;
            }
        };
    }
    /// Each operand element's form is the sum over the places where it went, in output order.
    template <Context C>
    Adjoint<C> adjoint(const NodeValues<C>& at) const {
        const std::vector<std::int64_t> sizes = sizes_of(at);
        if constexpr (hook::MovesByPosition<C>)
            return [sizes, places = places_of(sizes), n = size()](std::int64_t rows, Storage<C> forms) {
                const std::int64_t each = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
                Storage<C> all(static_cast<std::size_t>(rows * each));
                for (std::int64_t r = 0; r < rows; ++r)
                    C::scatter_add(n, ConstRun<C>{&forms, r * n, 1}, places.data(), Run<C>{&all, r * each, 1});
                if (sizes.size() == 1) return only_operand(std::move(all));
                std::vector<Storage<C>> d;
                std::int64_t first = 0;
                for (const std::int64_t part : sizes) {
                    auto& to = d.emplace_back(static_cast<std::size_t>(rows * part));
                    for (std::int64_t r = 0; r < rows; ++r)
                        copy<C>(part, ConstRun<C>{&all, r * each + first, 1}, Run<C>{&to, r * part, 1});
                    first += part;
                }
                return d;
            };
        return [&moves = *this, sizes](std::int64_t rows, Storage<C> forms) {
            std::vector<Storage<C>> d;
            for (const std::int64_t n : sizes) d.emplace_back(static_cast<std::size_t>(rows * n));
            std::size_t i = 0;
            for (std::int64_t r = 0; r < rows; ++r) {
                std::vector<std::vector<bool>> seen;
                for (const std::int64_t n : sizes) seen.emplace_back(static_cast<std::size_t>(n), false);
                for (const auto& s : moves.runs)
                    for (std::int64_t k = 0; k < s.count; ++k, ++i) {
                        if (s.input < 0) continue;
                        const auto input = static_cast<std::size_t>(s.input),
                                   element = static_cast<std::size_t>(s.first + k * s.stride);
                        auto&& to = d[input][static_cast<std::size_t>(r * sizes[input]) + element];
                        if (seen[input][element])
                            to = sum<C>(to, forms[i]);  // most go to one place: no addition, no rounding
                        else to = forms[i];
                        seen[input][element] = true;
                    }
            }
            return d;
        };
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    /// Where the elements come from in the operands' elements, one operand after another; -1 for zeros.
    std::vector<std::int64_t> places_of(const std::vector<std::int64_t>& sizes) const {
        std::vector<std::int64_t> starts{0}, places;
        for (const std::int64_t n : sizes) starts.push_back(starts.back() + n);
        places.reserve(static_cast<std::size_t>(size()));
        for (const auto& s : runs)
            for (std::int64_t k = 0; k < s.count; ++k)
                places.push_back(s.input < 0 ? -1 : starts[static_cast<std::size_t>(s.input)] + s.first + k * s.stride);
        return places;
    }
};

}  // namespace tercet::op
