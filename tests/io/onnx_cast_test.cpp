/// Casts of constants to types that no constant of a file has.
#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

template <class Nodes>
onnx::ModelProto of_three(Nodes nodes) {
    auto m = model(18);
    input(m, "x", {2, 3});
    nodes(m);
    output(m, "y");
    return m;
}

}  // namespace

TEST_CASE("casts of constants to types below 32 bits") {
    const auto cast = [](const Reals& from, int to) {
        auto m = model();
        constant(m, floats("c", {static_cast<std::int64_t>(from.size())}, from));
        set(node(m, "Cast", {"c"}, "y"), "to", to);
        output(m, "y");
        const OnnxModel r = read(m);
        return std::pair{r.output_types.at(0), r.network.parameters.at(0).data};
    };
    using P = onnx::TensorProto;
    CHECK(cast({-128, 127.5}, P::INT8) == std::pair<std::string, std::vector<double>>{"int8", {-128, 127}});
    CHECK(cast({0, 255}, P::UINT8) == std::pair<std::string, std::vector<double>>{"uint8", {0, 255}});
    CHECK(cast({-32768}, P::INT16) == std::pair<std::string, std::vector<double>>{"int16", {-32768}});
    CHECK(cast({65535}, P::UINT16) == std::pair<std::string, std::vector<double>>{"uint16", {65535}});
    CHECK(message<UnsupportedOp>([&] { cast({1, 128}, P::INT8); }) ==
          "m.onnx: node 'Cast_0' (Cast): the number 128.000000 is no int8");
    CHECK(message<UnsupportedOp>([&] { cast({-1}, P::UINT8); }) ==
          "m.onnx: node 'Cast_0' (Cast): the number -1.000000 is no uint8");
    CHECK(message<UnsupportedOp>(
              [] { read(of_three([](auto& n) { set(node(n, "Cast", {"x"}, "y"), "to", P::INT8); })); }) ==
          "m.onnx: node 'Cast_0' (Cast): casts computed values to int8, of which ONNX says nothing where they leave "
          "it; tercet casts constants");
    auto m = model();
    constant(m, ints("c", {300}));
    set(node(m, "Cast", {"c"}, "y"), "to", P::INT16);
    output(m, "y");
    CHECK(read(m).network.parameters.at(0).data == Reals{300});
    m.mutable_graph()->mutable_node(0)->mutable_attribute(0)->set_i(P::UINT8);
    CHECK(message<UnsupportedOp>([&] { read(m); }) == "m.onnx: node 'Cast_0' (Cast): the integer 300 is no uint8");
    m.mutable_graph()->mutable_node(0)->mutable_attribute(0)->set_i(P::INT16);
    auto& sum = node(m, "Mul", {"y", "y"}, "z");
    sum.set_name("square");
    m.mutable_graph()->mutable_output(0)->set_name("z");
    CHECK(message([&] { read(m); }) == "m.onnx: node 'square' (Mul): the integer 90000 overflows int16");
}
