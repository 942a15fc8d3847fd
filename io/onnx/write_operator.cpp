/// Each operator as a node of ONNX, with the nodes around it that it needs.
#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/pointwise.hpp>
#include <tercet/io/onnx/set_attribute.hpp>
#include <tercet/io/onnx/write_node.hpp>
#include <tercet/layers/functions/integer_power.hpp>
#include <tercet/models/operators/average_pool.hpp>
#include <tercet/models/operators/batch_normalization.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/conv_transpose.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/max_pool.hpp>
#include <tercet/models/operators/max_pool_places.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/rearrange.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/models/operators/row_maximum.hpp>
#include <tercet/models/operators/row_top.hpp>
#include <tercet/models/operators/select.hpp>
#include <tercet/models/operators/softmax.hpp>

namespace tercet::onnx_io {

namespace {

void set_geometry(onnx::NodeProto& node, const Geometry2d& g) {
    set(node, "strides", {g.stride_h, g.stride_w});
    set(node, "pads", {g.pad_top, g.pad_left, g.pad_bottom, g.pad_right});
}

void set_window(onnx::NodeProto& node, const Pool2dWindow& w) {
    set(node, "kernel_shape", {w.kernel_h, w.kernel_w});
    set_geometry(node, w.geometry);
    if (w.ceil_mode) set(node, "ceil_mode", std::int64_t{1});
}

const char* kind_of(Binary binary) {
    switch (binary) {
        case Binary::add: return "Add";
        case Binary::subtract: return "Sub";
        case Binary::multiply: return "Mul";
        case Binary::divide: return "Div";
        case Binary::max: return "Max";
    }
    throw UnsupportedOp("an operation that is not known");
}

}  // namespace

/// One arm for each operator; what has no arm is refused.
void NodeWriter::write_operator(int id) {
    const Node& node = graph_.nodes[static_cast<std::size_t>(id)];
    const std::string& y = name(id);
    std::vector<std::string> in;
    for (const int parent : node.inputs) in.push_back(name(parent));
    if (node.inputs.empty()) throw UnsupportedOp("an operator without inputs is not written");
    const Dims& x = graph_.nodes[static_cast<std::size_t>(node.inputs[0])].shape;
    const auto set_all = [&](onnx::NodeProto& n, const std::vector<WrittenAttribute>& attributes) {
        for (const auto& [key, value] : attributes)
            if (const bool* flag = std::get_if<bool>(&value)) set(n, key, std::int64_t{*flag});
            else set(n, key, attribute(std::get<double>(value)));
    };
    const auto plain = [&](const char* kind) -> onnx::NodeProto& { return add(kind, node.name, in, y); };

    if (const auto* gemm = node.op.as<op::Gemm>()) {
        const bool vector = x.size() == 1;
        const std::string row = vector ? fresh(y + ".row") : "", product = vector ? fresh(y + ".product") : y;
        if (vector) {
            reshape(node.name + "/row", in[0], row, {1, x[0]});
            in[0] = row;
        }
        auto& n = add("Gemm", node.name, in, product);
        set_all(n, written_attributes(*gemm));
        if (vector) reshape(node.name + "/vector", product, y, node.shape);
    } else if (node.op.is<op::MatMul>()) {
        plain("MatMul");
    } else if (const auto* e = node.op.as<op::Elementwise>()) {
        plain(kind_of(e->binary));
    } else if (const auto pointwise = pointwise_node(node.op)) {
        auto& n = plain(pointwise->kind);
        set_all(n, pointwise->attributes);
        if (pointwise->variant) set(n, pointwise->variant->key, pointwise->variant->value);
    } else if (const auto* softmax = node.op.as<op::Softmax>()) {
        if (softmax->flatten && softmax->axis + 1 != static_cast<int>(x.size()))
            throw UnsupportedOp("a softmax over several axes is not written");
        set(plain("Softmax"), "axis", std::int64_t{softmax->axis});
    } else if (const auto* conv = node.op.as<op::Conv>()) {
        const Dims& kernel = graph_.nodes[static_cast<std::size_t>(node.inputs.at(1))].shape;
        auto& n = plain("Conv");
        set(n, "kernel_shape", {kernel[2], kernel[3]});
        set_geometry(n, conv->geometry);
        set(n, "dilations", {conv->geometry.dilation_h, conv->geometry.dilation_w});
        if (conv->groups != 1) set(n, "group", std::int64_t{conv->groups});
    } else if (const auto* max = node.op.as<op::MaxPool>()) {
        auto& n = plain("MaxPool");
        set_window(n, max->window);
        set(n, "dilations", {max->window.geometry.dilation_h, max->window.geometry.dilation_w});
    } else if (const auto* mean = node.op.as<op::AveragePool>()) {
        const Geometry2d& g = mean->window.geometry;
        if (g.dilation_h != 1 || g.dilation_w != 1)
            throw UnsupportedOp("average pooling has no dilation in operator set 13");
        auto& n = plain("AveragePool");
        set_window(n, mean->window);
        if (mean->window.count_padding) set(n, "count_include_pad", std::int64_t{1});
    } else if (const auto* norm = node.op.as<op::BatchNormalization>()) {
        set_all(plain("BatchNormalization"), written_attributes(*norm));
    } else if (node.op.is<op::Reshape>()) {
        const bool flatten =
            node.kind == "Flatten" && !x.empty() && node.shape == Dims{x[0], x[0] == 0 ? 0 : element_count(x) / x[0]};
        if (flatten) plain("Flatten");
        else reshape(node.name, in[0], y, node.shape);
    } else if (const auto* reduce = node.op.as<op::Reduce>()) {
        Dims axes(reduce->axes.begin(), reduce->axes.end());
        if (axes.empty()) return reshape(node.name, in[0], y, node.shape);
        const bool as_input = !reduce->mean || opset_ >= 18;  // a sum's axes became an input in 13, a mean's in 18
        if (as_input) in.push_back(integers(y + ".axes", axes));
        auto& n = plain(reduce->mean ? "ReduceMean" : "ReduceSum");
        if (!as_input) set(n, "axes", axes);
        set(n, "keepdims", std::int64_t{node.shape.size() == x.size()});
    } else if (const auto* compare = node.op.as<op::Compare>()) {
        add(compare->relation == op::Compare::Relation::less ? "Less" : "Equal", node.name, in, cast_to_float(y));
    } else if (node.op.is<op::Select>()) {
        const std::string above = fresh(y + ".above"), condition = fresh(y + ".condition");  // is it above 0?
        add("Relu", fresh(y + "/above"), {in[0]}, above);
        set(add("Cast", fresh(y + "/condition"), {above}, condition), "to", std::int64_t{onnx::TensorProto::BOOL});
        in[0] = condition;
        plain("Where");
    } else if (const auto* largest = node.op.as<op::RowMaximum>()) {
        Dims axes;
        for (int k = 0; k < largest->axes; ++k) axes.push_back(static_cast<std::int64_t>(x.size()) - largest->axes + k);
        if (axes.empty()) return reshape(node.name, in[0], y, node.shape);
        if (opset_ >= 18) in.push_back(integers(y + ".axes", axes));
        auto& n = plain("ReduceMax");
        if (opset_ < 18) set(n, "axes", axes);
        set(n, "keepdims", std::int64_t{0});
    } else if (const auto* place = node.op.as<op::RowArgMaximum>()) {
        Dims rows = node.shape;
        rows.push_back(element_count(x) / std::max<std::int64_t>(element_count(node.shape), 1));
        const std::string list = fresh(y + ".rows");
        reshape(fresh(y + "/rows"), in[0], list, rows);
        auto& n = add("ArgMax", node.name, {list}, cast_to_float(y));
        set(n, "axis", std::int64_t{-1});
        set(n, "keepdims", std::int64_t{0});
        if (place->last) set(n, "select_last_index", std::int64_t{1});
    } else if (const auto* top = node.op.as<op::RowTop>()) {
        in.push_back(integers(y + ".count", {top->count}));
        auto& n = add("TopK", node.name, in, top->places ? fresh(y + ".values") : y);
        n.add_output(top->places ? cast_to_float(y) : fresh(y + ".places"));
        if (!top->largest) set(n, "largest", std::int64_t{0});
    } else if (const auto* transposed = node.op.as<op::ConvTranspose>()) {
        const Dims& kernel = graph_.nodes[static_cast<std::size_t>(node.inputs.at(1))].shape;
        const Geometry2d& g = transposed->geometry;
        const auto extra = [](std::int64_t out, std::int64_t count, int stride, int dilation, std::int64_t size,
                              int before, int after) {
            return out - ((count - 1) * stride + dilation * (size - 1) + 1 - before - after);
        };
        auto& n = plain("ConvTranspose");
        set(n, "kernel_shape", {kernel[2], kernel[3]});
        set_geometry(n, g);
        set(n, "dilations", {g.dilation_h, g.dilation_w});
        set(n, "output_padding",
            {extra(transposed->out_h, x[2], g.stride_h, g.dilation_h, kernel[2], g.pad_top, g.pad_bottom),
             extra(transposed->out_w, x[3], g.stride_w, g.dilation_w, kernel[3], g.pad_left, g.pad_right)});
        if (transposed->groups != 1) set(n, "group", std::int64_t{transposed->groups});
    } else if (const auto* places = node.op.as<op::MaxPoolPlaces>()) {
        auto& n = add("MaxPool", node.name, in, fresh(y + ".maxima"));
        n.add_output(cast_to_float(y));
        set_window(n, places->window);
        set(n, "dilations", {places->window.geometry.dilation_h, places->window.geometry.dilation_w});
        if (places->by_columns) set(n, "storage_order", std::int64_t{1});
    } else if (const auto* power = node.op.as<op::IntegerPower>()) {
        in.push_back(integers(y + ".exponent", {power->f.n}, true));
        plain("Pow");
    } else if (node.op.is<op::Rearrange>()) {
        rearrange(id, in);
    } else {
        throw UnsupportedOp("this operator is not written");
    }
}

}  // namespace tercet::onnx_io
