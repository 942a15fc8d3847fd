/// --input once for each input, --shape, --output-name: from the command line to the numbers.
#include "../io/onnx_models.hpp"
#include "catch.hpp"
#include "tool.hpp"

#include <tercet/io/text/decimal.hpp>

#include <nlohmann/json.hpp>

using namespace onnx_models;
using Json = nlohmann::json;

namespace {

std::string write(const TemporaryFolder& s, const std::string& name, const onnx::ModelProto& m) {
    return s.file(name, m.SerializeAsString());
}

/// y = relu(a - b) for a, b [1, 2], and its double 2y as `twice`.
onnx::ModelProto difference() {
    auto m = model();
    input(m, "a", {1, 2});
    input(m, "b", {1, 2});
    constant(m, floats("two", {1}, {2}));
    node(m, "Sub", {"a", "b"}, "d");
    node(m, "Relu", {"d"}, "y");
    node(m, "Mul", {"y", "two"}, "twice");
    output(m, "y");
    output(m, "twice");
    return m;
}

Json exact_of(const tool::Result& r) {
    CAPTURE(r.out, r.err);
    REQUIRE(r.exit == 0);
    return Json::parse(r.out)["outputs"][0]["exact"];
}

}  // namespace

TEST_CASE("several inputs by name: run, bound and grad") {
    const TemporaryFolder s;
    const std::string m = write(s, "m.onnx", difference()), a = tool::write_input(s, "a.npy", {1, 2}, {3, 1}),
                      b = tool::write_input(s, "b=.npy", {1, 2}, {0.5, 2}),
                      both = " --input b='" + b + "' --input a=" + a;
    CHECK(exact_of(tool::run(s, "run" + both + " --scalar rational --json " + m)) == Json{"5/2", "0/1"});
    const auto bound = tool::run(s, "bound " + m + both + " --eps 0.25 --output-name y --json");
    REQUIRE(bound.exit == 0);
    const Json rows = Json::parse(bound.out)["bounds"];
    CHECK(rows[0]["lower"].get<double>() == 2);  // 2.5 -+ 2 eps, exactly
    CHECK(rows[0]["upper"].get<double>() == 3);
    CHECK(rows[1]["lower"].get<double>() == 0);
    const auto grad = tool::run(s, "grad " + m + both + " --output 0 --output-name twice -o " + s / "g.json");
    REQUIRE(grad.exit == 0);
    const Json g = Json::parse(contents(s / "g.json"))["gradients"];
    CHECK(g["a"]["exact"] == Json{"2/1", "0/1"});
    CHECK(g["b"]["exact"] == Json{"-2/1", "0/1"});
    for (const auto& [arguments, sentence] :
         {std::pair<std::string, std::string>{" --input " + a,
                                              "the network has 2 inputs, 'a', 'b': write --input NAME=FILE for each"},
          {" --input a=" + a, "input 'b' has no file"},
          {" --input a=" + a + both, "input 'a' is given twice"},
          {" --input a=" + a + " --input b=", "input 'b' is given no file"},
          {both + " --output-name zz", "output 'zz': no value of the graph has this name"}}) {
        const auto r = tool::run(s, "run " + m + arguments);
        CHECK(r.exit == 1);
        CAPTURE(r.err);
        CHECK(r.err.find(sentence) != std::string::npos);
    }
    CHECK(tool::run(s, "grad " + m + both + " --output 0").err.find("choose it with --output-name") !=
          std::string::npos);
    const auto info = tool::run(s, "info " + m);
    CHECK(info.out.find("commands    run, bound; grad takes one output: choose it with --output-name; each input by "
                        "its --input NAME=FILE") != std::string::npos);
}

TEST_CASE("an input's name may begin as another's, and a network may have none") {
    const TemporaryFolder s;
    auto net = model();
    input(net, "a", {1});
    input(net, "a=b", {1});
    node(net, "Sub", {"a", "a=b"}, "y");
    output(net, "y");
    const std::string m = write(s, "m.onnx", net), one = tool::write_input(s, "1.npy", {1}, {1}),
                      four = tool::write_input(s, "4.npy", {1}, {4});
    CHECK(exact_of(tool::run(s, "run " + m + " --scalar rational --json --input a=" + one + " --input a=b=" + four)) ==
          Json{"-3/1"});
    CHECK(exact_of(tool::run(s, "run " + m + " --scalar rational --json --input a=b=" + four + " --input a=" + one)) ==
          Json{"-3/1"});
    auto constant_net = model();
    constant(constant_net, floats("c", {1}, {2}));
    node(constant_net, "Neg", {"c"}, "y");
    output(constant_net, "y");
    const auto info = tool::run(s, "info " + write(s, "c.onnx", constant_net));
    CHECK(info.exit == 0);
    CHECK(info.out.find("commands    none: the network has no input\n") != std::string::npos);
}

TEST_CASE("inputs whose files disagree on a dimension that has a name are told so") {
    const TemporaryFolder s;
    auto net = model();
    input(net, "x", {-1, 2});
    input(net, "z", {-1, 2});
    node(net, "Add", {"x", "z"}, "y");
    output(net, "y");
    const std::string m = write(s, "m.onnx", net), one = tool::write_input(s, "1.npy", {1, 2}, {3, 4}),
                      two = tool::write_input(s, "2.npy", {2, 2}, {1, 2, 3, 4});
    const auto r = tool::run(s, "run " + m + " --input x=" + one + " --input z=" + two);
    CHECK(r.exit == 1);
    CAPTURE(r.err);
    CHECK(r.err.find("input 'z': its dimension 0, 'batch', is 2 here and 1 in input 'x'") != std::string::npos);
    CHECK(exact_of(tool::run(s, "run " + m + " --scalar rational --json --input x=" + two + " --input z=" + two)) ==
          Json{"2/1", "4/1", "6/1", "8/1"});
}

TEST_CASE("an input without a shape has that of its file or of --shape") {
    const TemporaryFolder s;
    auto net = model();
    input(net, "x", {});
    net.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    node(net, "Neg", {"x"}, "y");
    output(net, "y");
    const std::string m = write(s, "m.onnx", net), x = tool::write_input(s, "x.npy", {2, 1}, {1, -4}),
                      one = tool::write_input(s, "1.npy", {}, {3});
    CHECK(exact_of(tool::run(s, "run " + m + " --scalar rational --json --input " + x)) == Json{"-1/1", "4/1"});
    CHECK(exact_of(tool::run(s, "run " + m + " --scalar rational --json --input " + one)) == Json{"-3/1"});
    const auto flat = tool::run(s, "run " + m + " --scalar rational --json --shape x=2 --input " + x);
    CHECK(exact_of(flat) == Json{"-1/1", "4/1"});
    CHECK(Json::parse(flat.out)["outputs"][0]["shape"] == Json{2});
    const auto info = tool::run(s, "info " + m);
    CHECK(info.exit == 0);
    CHECK(info.out.find("input       x [..]") != std::string::npos);
    CHECK(info.out.find("(as in --shape x=1,2,3)") != std::string::npos);
    CHECK(tool::run(s, "info " + m + " --shape 4,5").out.find("output      y [4, 5]") != std::string::npos);
}

TEST_CASE("a property numbers the inputs through") {
    const TemporaryFolder s;
    const std::string m = write(s, "m.onnx", difference());
    std::string property = "(declare-const Y_0 Real)(declare-const Y_1 Real)";
    for (const char* i : {"0", "1", "2", "3"}) property += "(declare-const X_" + std::string(i) + " Real)";
    // a in [1, 2] x [0, 1], b in [0, 0.5] x [1, 2]: a - b in [0.5, 2] x [-2, 0]
    property += "(assert (>= X_0 1))(assert (<= X_0 2))(assert (>= X_1 0))(assert (<= X_1 1))";
    property += "(assert (>= X_2 0))(assert (<= X_2 0.5))(assert (>= X_3 1))(assert (<= X_3 2))(assert (<= Y_0 0.25))";
    const auto r =
        tool::run(s, "bound " + m + " --output-name y --box " + s.file("p.vnnlib", property) + " --spec vnnlib --json");
    CAPTURE(r.out, r.err);
    REQUIRE(r.exit == 0);
    const Json bounds = Json::parse(r.out)["bounds"];
    CHECK(bounds[0]["lower"].get<double>() == 0.5);
    CHECK(bounds[0]["upper"].get<double>() == 2);
    CHECK(bounds[1]["upper"].get<double>() == 0);
}

TEST_CASE("open dimensions come from the file or from --shape, and info prints them") {
    const TemporaryFolder s;
    auto net = model();
    input(net, "x", {-1, -1, 4});
    net.mutable_graph()
        ->mutable_input(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(1)
        ->set_dim_param("len");
    node(net, "Relu", {"x"}, "y");
    output(net, "y");
    const std::string m = write(s, "m.onnx", net),
                      x = tool::write_input(s, "x.npy", {2, 1, 4}, {1, -1, 2, -2, 3, -3, 4, -4}),
                      flat = tool::write_input(s, "flat.npy", {8}, {1, -1, 2, -2, 3, -3, 4, -4});
    const Json expected{"1/1", "0/1", "2/1", "0/1", "3/1", "0/1", "4/1", "0/1"};
    CHECK(exact_of(tool::run(s, "run " + m + " --scalar rational --json --input " + x)) == expected);
    const auto two = tool::run(s, "run " + m + " --scalar rational --json --input " + x + " --shape x=1,2,4");
    CHECK(two.exit == 0);
    CHECK(Json::parse(two.out)["outputs"][0]["shape"] == Json{1, 2, 4});
    CHECK(tool::run(s, "run " + m + " --input " + flat).exit == 1);
    CHECK(tool::run(s, "run " + m + " --input " + x + " --shape 3,1,4").exit == 1);
    for (const char* wrong : {"x=", "2,,3", "0,1,4", "-1,1,4", "a,b", "2,3,4,"})
        CHECK(tool::run(s, "info " + m + " --shape=" + wrong).exit == 1);
    const auto info = tool::run(s, "info " + m);
    CHECK(info.exit == 0);
    CHECK(info.out.find("input       x [batch, len, 4]") != std::string::npos);
    CHECK(info.out.find("--shape x=1,1,4") != std::string::npos);
    const auto sized = tool::run(s, "info " + m + " --shape 2,3,4");
    CHECK(sized.out.find("output      y [2, 3, 4]") != std::string::npos);
}

TEST_CASE("a file for an input that the network does not take") {
    const TemporaryFolder s;
    auto net = small_net();
    input(net, "k", {2}, onnx::TensorProto::INT64);  // nothing reads it
    input(net, "W", {2, 3});
    const std::string m = write(s, "m.onnx", net), x = tool::write_input(s, "x.npy", {1, 3}, {4, 1, -2}),
                      k = tool::write_input(s, "k.npy", {2}, {1, 2}),
                      equals = tool::write_input(s, "k=.npy", {1, 3}, {4, 1, -2});
    const auto error = [&](const std::string& arguments) { return tool::run(s, "run " + m + arguments).err; };
    CHECK(error(" --input x=" + x + " --input k=" + k) ==
          "tercet: --input 'k=" + k + "': input 'k' takes no file: nothing reads it\n");
    CHECK(error(" --input k=" + k) == "tercet: --input 'k=" + k + "': input 'k' takes no file: nothing reads it\n");
    CHECK(error(" --input x=" + x + " --input W=" + x) ==
          "tercet: --input 'W=" + x + "': input 'W' takes no file: an initializer gives its numbers\n");
    const auto run = tool::run(s, "run " + m + " --input '" + equals + "' --json");  // a path that holds '='
    CHECK(run.exit == 0);
}
