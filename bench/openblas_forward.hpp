/// The forward pass of a graph in OpenBLAS double, on memory allocated once: the yardstick of whole networks.
///
/// Knows Gemm (x W^T + b), MatMul by a parameter, Conv without groups (im2col and one product an image), Relu, Reshape,
/// and Add and Subtract of a parameter; all with the batch first.
#pragma once

#include <tercet/core/conv2d_sizes.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/graph/graph.hpp>
#include <tercet/models/operators/conv.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reshape.hpp>
#include <tercet/scalars/float64.hpp>

#include <cblas.h>

#include <algorithm>
#include <vector>

extern "C" void openblas_set_num_threads(int);

namespace tercet::bench {

/// Multiply-adds of one forward pass.
inline double macs_of(const Graph& graph) {
    double macs = 0;
    for (const Node& node : graph.nodes) {
        const auto dims_of = [&](std::size_t i) -> const Dims& {
            return graph.nodes[static_cast<std::size_t>(node.inputs[i])].shape;
        };
        const double outputs = static_cast<double>(element_count(node.shape));
        if (node.op.is<op::Gemm>() || node.op.is<op::MatMul>())
            macs += outputs * static_cast<double>(dims_of(0).back());
        if (node.op.is<op::Conv>()) macs += outputs * static_cast<double>(element_count(dims_of(1)) / dims_of(1)[0]);
    }
    return macs;
}

class OpenBlasForward {
public:
    /// `network` must outlive this. Throws UnsupportedOp for an operator or a layout it does not know.
    explicit OpenBlasForward(const Network<Float64>& network) : network_(network), values_(network.graph.nodes.size()) {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            const Node& node = network.graph.nodes[i];
            values_[i].resize(static_cast<std::size_t>(element_count(node.shape)));
            if (node.op.is<op::Conv>()) {
                const Dims& kernel = shape(node, 1);
                columns_.resize(std::max(columns_.size(), static_cast<std::size_t>(kernel[1] * kernel[2] * kernel[3] *
                                                                                   node.shape[2] * node.shape[3])));
            }
        }
    }

    const std::vector<double>& run(const std::vector<double>& x) {
        const Graph& graph = network_.graph;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            const Node& node = graph.nodes[i];
            if (node.op.is<op::Parameter>()) continue;
            if (node.op.is<op::Input>()) values_[i] = x;
            else if (const auto* gemm = node.op.as<op::Gemm>()) affine(*gemm, node, values_[i]);
            else if (node.op.is<op::MatMul>()) affine({}, node, values_[i]);
            else if (const auto* conv = node.op.as<op::Conv>()) convolve(*conv, node, values_[i]);
            else if (node.op.is<op::Relu>())
                std::ranges::transform(operand(node, 0), values_[i].begin(), [](double v) { return std::max(v, 0.0); });
            else if (node.op.is<op::Reshape>()) values_[i] = operand(node, 0);
            else if (const auto* e = node.op.as<op::Elementwise>()) add(*e, node, values_[i]);
            else
                throw UnsupportedOp("the OpenBLAS yardstick does not know node '" + node.name + "' (" + node.kind +
                                    ")");
        }
        return values_[static_cast<std::size_t>(graph.outputs[0])];
    }

private:
    const Dims& shape(const Node& node, std::size_t i) const {
        return network_.graph.nodes[static_cast<std::size_t>(node.inputs[i])].shape;
    }
    const std::vector<double>& operand(const Node& node, std::size_t i) const {
        const auto at = static_cast<std::size_t>(node.inputs[i]);
        const auto* p = network_.graph.nodes[at].op.as<op::Parameter>();
        return p ? network_.parameters[static_cast<std::size_t>(p->index)].data : values_[at];
    }

    void affine(const op::Gemm& gemm, const Node& node, std::vector<double>& y) const {
        if (gemm.transpose_a || gemm.alpha != 1 || gemm.beta != 1)
            throw UnsupportedOp("the OpenBLAS yardstick does not know this Gemm");
        const auto& w = operand(node, 1);
        const int k = static_cast<int>(shape(node, 0).back()), n = static_cast<int>(node.shape.back()),
                  m = static_cast<int>(y.size()) / n;
        const int ldw = gemm.transpose_b ? k : n;
        const bool biased = node.inputs.size() == 3;
        for (int i = 0; biased && i < m; ++i) std::ranges::copy(operand(node, 2), y.begin() + i * n);
        const double* x = operand(node, 0).data();
        if (m == 1)
            cblas_dgemv(CblasRowMajor, gemm.transpose_b ? CblasNoTrans : CblasTrans, gemm.transpose_b ? n : k, ldw, 1,
                        w.data(), ldw, x, 1, biased, y.data(), 1);
        else
            cblas_dgemm(CblasRowMajor, CblasNoTrans, gemm.transpose_b ? CblasTrans : CblasNoTrans, m, n, k, 1, x, k,
                        w.data(), ldw, biased, y.data(), n);
    }

    void add(const op::Elementwise& e, const Node& node, std::vector<double>& y) const {
        const auto &a = operand(node, 0), &b = operand(node, 1);
        if (e.binary != Binary::add && e.binary != Binary::subtract)
            throw UnsupportedOp("the OpenBLAS yardstick does not know this elementwise operation");
        const double sign = e.binary == Binary::add ? 1 : -1;
        for (std::size_t first = 0; first < y.size(); first += b.size())
            for (std::size_t i = 0; i < b.size(); ++i) y[first + i] = a[first + i] + sign * b[i];
    }

    void convolve(const op::Conv& conv, const Node& node, std::vector<double>& y) {
        const Dims &x = shape(node, 0), &kernel = shape(node, 1);
        if (conv.groups != 1) throw UnsupportedOp("the OpenBLAS yardstick does not know convolutions in groups");
        const auto p =
            Conv2dSizes::make({x[1], x[2], x[3]}, {kernel[0], kernel[1], kernel[2], kernel[3]}, conv.geometry, 1);
        const int out = static_cast<int>(p.out_c), taps = static_cast<int>(p.taps()),
                  positions = static_cast<int>(p.positions());
        for (std::int64_t n = 0; n < x[0]; ++n) {
            const double* image = operand(node, 0).data() + n * p.in_c * p.in_h * p.in_w;
            std::ranges::fill(columns_, 0.0);  // the padding
            for_each_tap_run(p, 0, [&](std::int64_t tap, std::int64_t column, std::int64_t at, std::int64_t count) {
                double* to = columns_.data() + tap * p.positions() + column;
                for (std::int64_t i = 0; i < count; ++i) to[i] = image[at + i * conv.geometry.stride_w];
            });
            double* to = y.data() + n * out * positions;
            const bool biased = node.inputs.size() == 3;
            for (int c = 0; biased && c < out; ++c)
                std::fill_n(to + c * positions, positions, operand(node, 2)[static_cast<std::size_t>(c)]);
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, out, positions, taps, 1, operand(node, 1).data(),
                        taps, columns_.data(), positions, biased, to, positions);
        }
    }

    const Network<Float64>& network_;
    std::vector<std::vector<double>> values_;
    std::vector<double> columns_;
};

}  // namespace tercet::bench
