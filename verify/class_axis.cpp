#include <tercet/verify/class_axis.hpp>

#include <tercet/core/error.hpp>

namespace tercet::verify {

ClassAxis class_axis(const Graph& graph) {
    if (graph.outputs.size() != 1)
        throw ShapeError("a class is an element of one output; the network has " +
                         std::to_string(graph.outputs.size()));
    const Dims& shape = graph.nodes[static_cast<std::size_t>(graph.outputs[0])].shape;
    const std::string found = "output '" + graph.output_names.at(0) + "' " + to_string_dims(shape);
    if (shape.empty()) throw ShapeError(found + " is one number: there are no classes to compare");
    ClassAxis axis;
    if (shape.size() == 1) {
        axis.classes = shape[0];
    } else {
        axis.images = shape[0];
        axis.classes = 1;
        int wide = 0;
        for (std::size_t a = 1; a < shape.size(); ++a)
            if (shape[a] != 1) {
                axis.classes = shape[a];
                ++wide;
            }
        if (wide > 1)
            throw ShapeError(found +
                             " has more than one axis beside the first: a class of an image is not one number of it");
    }
    // A row of the output belongs to an image where the inputs come in as many rows; a batch that a reshape has merged
    // into the classes ([2, 3] inputs, [6] outputs) has lost its axis, and cannot be told from six classes of one
    // image.
    for (const int id : graph.inputs) {
        const Dims& in = graph.nodes[static_cast<std::size_t>(id)].shape;
        const std::int64_t rows = in.size() < 2 ? 1 : in[0];
        if (axis.images != 1 && rows != axis.images)
            throw ShapeError(found + " has " + std::to_string(axis.images) + " rows, input '" +
                             graph.nodes[static_cast<std::size_t>(id)].name + "' " + to_string_dims(in) +
                             " has not: they are no images");
        if (axis.images == 1 && rows > 1 && axis.classes % rows == 0)
            throw ShapeError(found + " may hold " + std::to_string(rows) + " images of input '" +
                             graph.nodes[static_cast<std::size_t>(id)].name + "' " + to_string_dims(in) +
                             " or one: its classes cannot be told from its images");
    }
    if (axis.classes < 2 || axis.images < 1)
        throw ShapeError(found + " has " + std::to_string(axis.classes) +
                         std::string(axis.classes == 1 ? " logit" : " logits") +
                         " an image, and a class needs two to compare" +
                         (axis.classes == 1 ? "; bounds of one logit are asked by a row such as (assert (<= Y_0 0)) in "
                                              "a .vnnlib file with the inputs' bounds"
                                            : ""));
    return axis;
}

void require_class(const ClassAxis& axis, std::int64_t label) {
    if (label < 0 || label >= axis.classes)
        throw DomainError("class " + std::to_string(label) + " is not one of 0 to " + std::to_string(axis.classes - 1));
}

}  // namespace tercet::verify
