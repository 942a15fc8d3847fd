/// Einsum: labels that repeat, broadcast, or stand for several axes.
#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

OnnxModel einsum(const std::string& equation, const std::vector<Ints>& shapes) {
    auto m = model();
    std::vector<std::string> names;
    for (const Ints& shape : shapes) {
        names.push_back("x" + std::to_string(names.size()));
        input(m, names.back(), shape);
    }
    set_text(node(m, "Einsum", names, "y"), "equation", equation);
    output(m, "y");
    return read(m);
}

Dims shape_of(const OnnxModel& m) {
    return m.network.graph.nodes[static_cast<std::size_t>(m.network.graph.outputs.at(0))].shape;
}

const Reals six{0, 1, 2, 3, 4, 5}, three{1, 2, 4};

}  // namespace

TEST_CASE("an axis of 1 broadcasts along its label") {
    CHECK(run_thrice(einsum("ij,jk->ik", {{2, 1}, {3, 2}}), {{1, 2}, six}) == Reals{6, 9, 12, 18});
    CHECK(run_thrice(einsum("ij,ij->ij", {{1, 3}, {2, 1}}), {three, {1, 10}}) == Reals{1, 2, 4, 10, 20, 40});
    CHECK(shape_of(einsum("i,i->i", {{1}, {1}})) == Dims{1});
    CHECK(message<ShapeError>([] { einsum("ij,jk->ik", {{2, 2}, {3, 2}}); }) ==
          "m.onnx: node 'Einsum_0' (Einsum): label j has sizes 2 and 3");
    CHECK(message<ShapeError>([] { einsum("ii->i", {{1, 3}}); }) ==
          "m.onnx: node 'Einsum_0' (Einsum): label i has sizes 1 and 3 in one operand");
}

TEST_CASE("'...' stands for the axes between, aligned at the last") {
    CHECK(run_thrice(einsum("...i,i", {{2, 3}, {3}}), {six, three}) == Reals{10, 31});
    CHECK(run_thrice(einsum("i...->...", {{2, 3}}), six) == Reals{3, 5, 7});
    CHECK(run_thrice(einsum("...i,...i->...", {{2, 3}, {3}}), {six, three}) == Reals{10, 31});
    const OnnxModel wide = einsum("...i,...i->...i", {{2, 1, 3}, {2, 3}});
    CHECK(shape_of(wide) == Dims{2, 2, 3});
    CHECK(run_thrice(wide, {{1, 1, 1, 2, 2, 2}, six}) == Reals{0, 1, 2, 3, 4, 5, 0, 2, 4, 6, 8, 10});
    CHECK(wide.notes == std::vector<std::string>{"node 'Einsum_0' (Einsum): '...' stands for 1 to 2 axes, which are "
                                                 "aligned at the last one, as in NumPy; the standard wants as many "
                                                 "everywhere"});
    CHECK(einsum("...i,...i->...", {{2, 3}, {2, 3}}).notes.empty());
    CHECK(shape_of(einsum("b...a", {{2, 5, 3}})) == Dims{5, 3, 2});  // after '...' the labels in order
    CHECK(message<ShapeError>([] { einsum("...ij->...", {{3}}); }) ==
          "m.onnx: node 'Einsum_0' (Einsum): term '...ij' for [3]");
    CHECK(message<ShapeError>([] { einsum("0j->j", {{2, 3}}); }) ==
          "m.onnx: node 'Einsum_0' (Einsum): term '0j' for [2, 3]");
}

TEST_CASE("a label that repeats is the diagonal; without a result the labels that stand once, in order") {
    CHECK(run_thrice(einsum("ii", {{3, 3}}), {1, 2, 3, 4, 5, 6, 7, 8, 9}) == Reals{15});
    CHECK(run_thrice(einsum("ii->i", {{3, 3}}), {1, 2, 3, 4, 5, 6, 7, 8, 9}) == Reals{1, 5, 9});
    CHECK(run_thrice(einsum("iji,i", {{2, 1, 2}, {2}}), {{1, 2, 3, 4}, {1, 10}}) == Reals{41});
    CHECK(run_thrice(einsum("ba", {{2, 3}}), six) == Reals{0, 3, 1, 4, 2, 5});
    CHECK(run_thrice(einsum("Ba,aB", {{2, 3}, {3, 2}}), {six, {0, 3, 1, 4, 2, 5}}) == Reals{55});
    CHECK(message([] { einsum("ij->ijj", {{2, 3}}); }) ==
          "m.onnx: node 'Einsum_0' (Einsum): equation 'ij->ijj': the result's label j stands twice");
    CHECK(message([] { einsum("ij->k", {{2, 3}}); }) ==
          "m.onnx: node 'Einsum_0' (Einsum): equation 'ij->k': the result's label k stands in no term");
}
