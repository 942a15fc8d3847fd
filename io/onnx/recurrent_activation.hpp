/// The activation functions that RNN, GRU and LSTM name, with the numbers that some of them take.
#pragma once

#include <tercet/io/onnx/compose.hpp>

namespace tercet::onnx_io {

/// One function, its alpha and beta given where it has them.
struct RecurrentActivation {
    std::string name;  // in small letters
    double alpha = 0, beta = 0;

    Term of(const Call& call, const Term& x, const std::string& suffix) const;
};

/// The node's functions in order, or `defaults` in every direction. activation_alpha and activation_beta are consumed
/// in the order of the functions that have an alpha, or a beta; what they leave out is the default of the operator of
/// that name. Throws UnsupportedOp (a name, or a number that has no default), ShapeError (too few or too many).
std::vector<RecurrentActivation> recurrent_activations(const Call& call, const std::vector<std::string>& defaults,
                                                       std::int64_t directions);

}  // namespace tercet::onnx_io
