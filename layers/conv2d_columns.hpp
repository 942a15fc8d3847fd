/// The columns of a convolution: columns[tap, position] = xhat at that tap of that window, for one image and group at a
/// time, 0 where the padding is read; and the transpose of taking them, which adds every column element to the cell
/// that it came from.
#pragma once

#include <tercet/core/conv2d_sizes.hpp>
#include <tercet/layers/pullback.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

namespace tercet {

template <Context C>
class Conv2dColumns {
public:
    /// Throws LimitError where the columns do not fit into the memory budget; dyadic ones ask when they are written.
    explicit Conv2dColumns(const Conv2dSizes& p) : p_(p), columns_(0) {
        const std::size_t each =
            (has_vector_storage<C> ? bytes_of_scalar<C> : 0) + (hook::MovesByPosition<C> ? sizeof(std::int64_t) : 0);
        require_memory(static_cast<std::size_t>(p.taps() * p.positions()), each, "the columns of its windows");
        columns_ = Storage<C>(static_cast<std::size_t>(p.taps() * p.positions()));
        if constexpr (hook::MovesByPosition<C>) cells_ = tap_cells(p);
    }

    /// The columns [taps, positions] of an image [inC, H, W], valid until the next call. A vector's memory is used
    /// again, padding and all; another storage may take on the form of its contents, so it is fresh each time.
    ConstMatrix<C> of(const View<C, 3>& image, std::int64_t group) {
        if constexpr (!has_vector_storage<C>) columns_ = Storage<C>(columns_.size());
        if constexpr (hook::MovesByPosition<C>) {
            C::gather(size(), ConstRun<C>{image.data, image.offset + first_cell(group), 1}, cells_.data(),
                      Run<C>{&columns_, 0, 1});
        } else {
            for_each_tap_run(p_, group,
                             [&](std::int64_t tap, std::int64_t column, std::int64_t at, std::int64_t count) {
                                 copy<C>(count, ConstRun<C>{image.data, image.offset + at, p_.geometry.stride_w},
                                         Run<C>{&columns_, tap * p_.positions() + column, 1});
                             });
        }
        return {&columns_, 0, p_.taps(), p_.positions(), p_.positions(), 1};
    }

    /// Room for columns that a product writes.
    Matrix<C> room() { return matrix_in<C>(columns_, 0, p_.taps(), p_.positions()); }

    /// The image at `offset` of dx += the columns of this group, tap by tap.
    void add_to(Storage<C>& dx, std::int64_t offset, std::int64_t group) const {
        if constexpr (hook::MovesByPosition<C>) {
            C::scatter_add(size(), ConstRun<C>{&columns_, 0, 1}, cells_.data(),
                           Run<C>{&dx, offset + first_cell(group), 1});
        } else {
            for_each_tap_run(p_, group,
                             [&](std::int64_t tap, std::int64_t column, std::int64_t at, std::int64_t count) {
                                 const Run<C> to{&dx, offset + at, p_.geometry.stride_w};
                                 accumulate<C>(count, ConstRun<C>{&columns_, tap * p_.positions() + column, 1}, to);
                             });
        }
    }

private:
    std::int64_t size() const { return static_cast<std::int64_t>(columns_.size()); }
    std::int64_t first_cell(std::int64_t group) const { return group * p_.group_in() * p_.in_h * p_.in_w; }

    Conv2dSizes p_;
    Storage<C> columns_;
    std::vector<std::int64_t> cells_;  // where the columns of group 0 come from
};

}  // namespace tercet
