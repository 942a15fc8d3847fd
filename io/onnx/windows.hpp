/// Windows of convolutions and pools over one to three axes after batch and channel: their attributes, and how they are
/// windows over two axes.
#pragma once

#include <tercet/core/geometry2d.hpp>
#include <tercet/io/onnx/compose.hpp>

#include <array>

namespace tercet::onnx_io {

/// The most that a stride, pad, dilation or kernel size may be: products of two fit in an int.
constexpr std::int64_t largest_step = 32767;

using Numbers = std::vector<std::int64_t>;

/// A window along one axis.
struct Side {
    int kernel, stride = 1, dilation = 1, before = 0, after = 0;

    std::int64_t reach() const { return static_cast<std::int64_t>(kernel - 1) * dilation + 1; }
    /// This many cells of padding in all, the odd one at the end or at the start.
    void share(std::int64_t total, bool odd_at_end) {
        const int less = static_cast<int>(total / 2), more = static_cast<int>(total - total / 2);
        before = odd_at_end ? less : more;
        after = odd_at_end ? more : less;
    }
};

/// `count` numbers of an attribute, or `otherwise` for each.
Numbers numbers(const Call& call, const char* key, std::size_t count, std::int64_t least, std::int64_t otherwise);

/// How many axes come after batch and channel: one to three.
std::size_t window_axes(const Dims& x);

/// auto_pad. Throws FormatError for one that there is not, and for pads beside it.
std::string padding_of(const Call& call);

/// Stride, padding and dilation along each axis of x [n, c, ..]. SAME pads for ceil(in / stride) windows, the odd cell
/// at the end (or at the start).
std::vector<Side> sides_of(const Call& call, const Dims& x, const Numbers& kernel);

/// The last two of the sides, or the only one and a height of 1.
Geometry2d plane(const std::vector<Side>& sides);
Dims kernel_plane(const std::vector<Side>& sides);

/// An image of one axis with a height of 1.
Dims with_height(Dims d);

/// Input 0 as a computed value of this shape: windows do not read parameters.
Term image(const Call& call, const Dims& shape, const char* suffix = "/2d");

/// Windows times the cells of each, which a convolution may write down as columns; poolings count theirs in
/// Pool2dSizes.
void expect_moderate(const std::array<std::int64_t, 2>& out, const Dims& kernel);

/// How many windows a side has.
std::int64_t windows(std::int64_t n, const Side& s);

}  // namespace tercet::onnx_io
