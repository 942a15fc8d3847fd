/// Rearrange: the value's elements in order are those of the runs: first, first + stride, .. of operand number `input`, or zeros where it
/// is -1. Transpose, slice, pad, gather, concat and expand are all this.
#pragma once

#include <tercet/models/operators/computing.hpp>

#include <limits>

namespace tercet::op {

struct Rearrange {
    struct Run {
        std::int32_t input;
        std::int64_t first, stride, count;
        friend bool operator==(const Run&, const Run&) = default;
    };
    std::vector<Run> runs;

    std::int64_t size() const {
        std::int64_t n = 0;
        for (const Run& r : runs) n += r.count;
        return n;
    }
    /// One run more; it becomes part of the last one where it continues that. A run of one element has any stride.
    void append(const Run& r) {
        if (r.count == 0) return;
        if (runs.empty() || runs.back().input != r.input) return runs.push_back(r);
        Run& last = runs.back();
        const std::int64_t step = r.first - (last.first + (last.count - 1) * last.stride);
        if (r.input >= 0 && ((last.count > 1 && last.stride != step) || (r.count > 1 && r.stride != step))) return runs.push_back(r);
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
                if (s.input >= 0 &&
                    (static_cast<std::size_t>(s.input) >= in.size() || element < 0 || element >= sizes[static_cast<std::size_t>(s.input)]))
                    throw ShapeError("element " + std::to_string(element) + " of input " + std::to_string(s.input) + " does not exist");
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
                copy<C>(s.count, ConstRun<C>{s.input < 0 ? &nothing : from[static_cast<std::size_t>(s.input)].get(), s.first, s.stride},
                        tercet::Run<C>{&y->data, at, 1});
                at += s.count;
            }
        };
    }
    /// Each operand element's cotangent is the sum over the places where it went, in output order.
    template <Context C>
    std::vector<AnyTensor<C>> backward(const Backward<C>& at_node) const {
        const auto& in = at_node.in;
        const auto& g = at_node.g;
        std::vector<AnyTensor<C>> d;
        std::int64_t elements = 0;
        for (const auto& operand : in) {
            d.emplace_back(operand.dims());
            elements += d.back().size();
        }
        if constexpr (MovesByPosition<C>) {
            Storage<C> all(static_cast<std::size_t>(elements));
            C::scatter_add(size(), ConstRun<C>{&g.data, 0, 1}, places_of<C>(in).data(), tercet::Run<C>{&all, 0, 1});
            if (d.size() == 1) {
                d[0].data = std::move(all);
                return d;
            }
            std::int64_t at = 0;
            for (auto& part : d) {
                copy<C>(part.size(), ConstRun<C>{&all, at, 1}, tercet::Run<C>{&part.data, 0, 1});
                at += part.size();
            }
            return d;
        }
        std::vector<std::vector<bool>> seen;
        for (const auto& part : d) seen.emplace_back(static_cast<std::size_t>(part.size()), false);
        std::size_t i = 0;
        for (const auto& s : runs)
            for (std::int64_t k = 0; k < s.count; ++k, ++i) {
                if (s.input < 0) continue;
                const auto input = static_cast<std::size_t>(s.input), element = static_cast<std::size_t>(s.first + k * s.stride);
                auto&& to = d[input].data[element];
                if (seen[input][element]) to = sum<C>(to, g.data[i]);  // most elements go to one place: no addition, no rounding
                else to = g.data[i];
                seen[input][element] = true;
            }
        return d;
    }
    template <Context C>
    void count_kinks(const AnyTensor<C>&, Kinks&) const {}

private:
    /// Where the elements come from in the operands' elements, one operand after another; -1 for zeros.
    template <Context C>
    std::vector<std::int64_t> places_of(const Operands<C>& in) const {
        std::vector<std::int64_t> starts{0}, places;
        for (const auto& operand : in) starts.push_back(starts.back() + element_count(operand.dims()));
        places.reserve(static_cast<std::size_t>(size()));
        for (const auto& s : runs)
            for (std::int64_t k = 0; k < s.count; ++k)
                places.push_back(s.input < 0 ? -1 : starts[static_cast<std::size_t>(s.input)] + s.first + k * s.stride);
        return places;
    }
};

}  // namespace tercet::op
