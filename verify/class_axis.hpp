/// Which axis of a network's output holds the classes, and which the images: what a class, a label or a loss per image
/// is about.
#pragma once

#include <tercet/models/graph/graph.hpp>

namespace tercet::verify {

/// Logit c of image i is element i * classes + c of the flattened output.
struct ClassAxis {
    std::int64_t images = 1, classes = 0;

    std::int64_t at(std::int64_t image, std::int64_t label) const { return image * classes + label; }
};

/// The output [C] of one image, or [n, C] of n images; axes of size 1 after the first may stand anywhere: [n, C, 1, 1].
///
/// Throws ShapeError, naming the shape, where a class of an image is not one number: several outputs, a scalar, a map
/// or sequence ([n, C, H, W], [n, T, C]), fewer than two classes, n images from an input whose first axis is not n, or
/// classes that may be the images of a batch under one axis.
ClassAxis class_axis(const Graph& graph);

/// Throws DomainError "class 12 is not one of 0 to 9".
void require_class(const ClassAxis& axis, std::int64_t label);

}  // namespace tercet::verify
