/// Exact fractions as constants of a graph: doubles where they are, else quotients that the graph computes, so that
/// intervals enclose them and fractions stay exact.
#pragma once

#include <tercet/io/onnx/compose.hpp>
#include <tercet/scalars/rational_number.hpp>

namespace tercet::onnx_io {

Term exact_numbers(const Call& call, const std::string& suffix, const Dims& dims,
                   const std::vector<RationalNumber>& numbers);

}  // namespace tercet::onnx_io
