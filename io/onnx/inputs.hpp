/// The inputs of an ONNX graph: which of the listed ones a network takes, and the sizes of the dimensions that the file
/// leaves open.
#pragma once

#include <tercet/io/onnx/normal_form.hpp>
#include <tercet/io/onnx/translation.hpp>

namespace onnx {
class TypeProto;
}

namespace tercet::onnx_io {

/// The dimensions a file states for a value; -1 where it leaves one open. Throws UnsupportedOp, FormatError.
Dims stated_dims(const onnx::TypeProto& type);

/// Adds the graph's inputs. An open dimension is what options.shapes says of it, or of another dimension of its name;
/// else, if it is the first, options.batch; else the model stays open, which throws ShapeError unless
/// options.may_stay_open. A listed input that an initializer gives is a constant (IR version 3 listed them all). Inputs
/// that nothing reads stay, unless certain outputs are wanted; they may be of no float type only where they do not
/// stay.
void read_inputs(const onnx::GraphProto& graph, const NormalForm& form, const OnnxReadOptions& options,
                 Translation& to);

}  // namespace tercet::onnx_io
