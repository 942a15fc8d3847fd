/// The 8x8 handwritten digits of digits.csv: pixels 0..16, divided by 16 (exact in binary), and labels 0..9.
///
/// The split is the usual one in file order, which is the order of writers: the first 1,437 images train, the last 360
/// test.
#pragma once

#include <tercet/core/any_tensor.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/scalars/float64.hpp>

#include <charconv>
#include <fstream>
#include <span>
#include <string>

namespace digits {

using namespace tercet;

inline constexpr int side = 8, pixels = side * side, classes = 10, shades = 16;
inline constexpr std::int64_t train_count = 1437, test_count = 360;

using Images = Tensor<Float64, dyn, 1, side, side>;

struct Digits {
    Images images;
    std::vector<int> labels;

    std::int64_t size() const { return images.dim(0); }

    /// The images at these positions, in this order, with their labels.
    Digits at(std::span<const std::int64_t> positions) const {
        Digits some{Images({static_cast<std::int64_t>(positions.size()), 1, side, side}), {}};
        std::int64_t to = 0;
        for (const std::int64_t from : positions) {
            for (int k = 0; k < pixels; ++k) some.images[to * pixels + k] = images[from * pixels + k];
            some.labels.push_back(labels[static_cast<std::size_t>(from)]);
            ++to;
        }
        return some;
    }

    /// The images first .. first + count - 1.
    Digits range(std::int64_t first, std::int64_t count) const {
        std::vector<std::int64_t> positions;
        for (std::int64_t i = first; i < first + count; ++i) positions.push_back(i);
        return at(positions);
    }

    /// Image i as the graph takes it: [1, 8, 8], or with another shape of 64 elements.
    AnyTensor<Float64> image(std::int64_t i, Dims shape = {1, side, side}) const {
        const auto first = images.storage().begin() + i * pixels;
        return {std::move(shape), Storage<Float64>(first, first + pixels)};
    }
};

namespace detail {

/// A number from 0 to `largest`. Throws FormatError with file, line and column.
inline int number(const std::string& path, int line, int column, std::string_view text, int largest) {
    int value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > largest)
        throw FormatError(path + ", line " + std::to_string(line) + ", column " + std::to_string(column) +
                          ": expected an integer from 0 to " + std::to_string(largest) + ", got " + excerpt(text));
    return value;
}

}  // namespace detail

/// A header line, then one line an image: 64 pixels 0..16, row by row, and the label. Throws FormatError, which names
/// the file `path`.
inline Digits parse(std::istream& file, const std::string& path) {
    std::string text;
    std::getline(file, text);  // the header

    Storage<Float64> shade;
    std::vector<int> labels;
    for (int line = 2; std::getline(file, text); ++line) {
        std::string_view rest = text;
        if (rest.ends_with('\r')) rest.remove_suffix(1);
        int column = 0;
        for (bool more = true; more;) {
            const std::size_t comma = rest.find(',');
            const std::string_view field = rest.substr(0, comma);
            more = comma != std::string_view::npos;
            if (more) rest.remove_prefix(comma + 1);
            ++column;
            if (column <= pixels)
                shade.push_back(detail::number(path, line, column, field, shades) / static_cast<double>(shades));
            else if (column == pixels + 1) labels.push_back(detail::number(path, line, column, field, classes - 1));
        }
        if (column != pixels + 1)
            throw FormatError(path + ", line " + std::to_string(line) + ": expected " + std::to_string(pixels + 1) +
                              " numbers, got " + std::to_string(column));
    }
    if (file.bad()) throw FormatError(path + ": cannot be read to the end");
    const auto n = static_cast<std::int64_t>(labels.size());
    return {Images({n, 1, side, side}, std::move(shade)), std::move(labels)};
}

inline Digits read(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw FormatError(path + ": cannot be opened");
    return parse(file, path);
}

struct Split {
    Digits train, test;
};

/// The two parts. Throws FormatError where the images are not 1,797.
inline Split split(const Digits& all) {
    if (all.size() != train_count + test_count)
        throw FormatError("the digits: expected " + std::to_string(train_count + test_count) + " images, got " +
                          std::to_string(all.size()));
    return {all.range(0, train_count), all.range(train_count, test_count)};
}

}  // namespace digits
