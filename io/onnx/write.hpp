/// Writing a graph as an ONNX file: operator set 13, weights exactly as they are.
#pragma once

#include <tercet/models/graph/graph.hpp>
#include <tercet/scalars/float64.hpp>

#include <filesystem>

namespace tercet {

struct OnnxWriteOptions {
    std::string producer = "tercet";
    /// Slopes, factors and epsilons are float32 in ONNX: may they round? The file is then another model.
    bool round_attributes = false;
};

/// Numbers are float32 where every parameter is exactly a float32, else float64: reading the file gives the same values
/// and names back, for the parameters that some node reads. An unbatched Gemm is written between two Reshapes. The file
/// is written whole or not at all. Throws UnsupportedOp naming the node (Rearrange, a maximum, an attribute that would
/// round), ShapeError, DomainError (a parameter that is not finite), FormatError (two values of one name), Error where
/// the file cannot be written.
void write_onnx(const Graph& graph, const std::vector<AnyTensor<Float64>>& parameters,
                const std::filesystem::path& path, const OnnxWriteOptions& options = {});

}  // namespace tercet
