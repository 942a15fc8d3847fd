/// Constants that the file computes: kernels, biases, shapes.
#include "catch.hpp"
#include "messages.hpp"
#include "onnx_models.hpp"

#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>
#include <tercet/verify/bound_boxes.hpp>

using namespace tercet;
using namespace onnx_models;

namespace {

/// The outputs over C at a point.
template <Context C>
Storage<C> run_over(const OnnxModel& m, const Reals& x) {
    std::vector<AnyTensor<tercet::Parameters<C>>> parameters;
    for (const auto& p : m.network.parameters) parameters.push_back(lift<tercet::Parameters<C>>(p));
    const Graph& g = m.network.graph;
    return interpret<C>(g, parameters, {lift<C>(tensor(g.nodes[static_cast<std::size_t>(g.inputs[0])].shape, x))})
        .at(0)
        .data;
}

/// y = Conv(x, k, b) of x [1, 1, 3, 3]; k [2, 1, 2, 2] and b [2] are made by the nodes that `make` adds.
template <class Make>
onnx::ModelProto convolution(Make make) {
    auto m = model();
    input(m, "x", {1, 1, 3, 3});
    constant(m, floats("w", {2, 1, 2, 2}, {1, -2, 3, 0.5, -1, 4, 0.25, 2}));
    constant(m, floats("c", {2}, {0.5, -3}));
    make(m);
    node(m, "Conv", {"x", "k", "b"}, "y");
    output(m, "y");
    return m;
}

const Reals image{1, 2, -1, 0.5, 3, -2, 4, -1, 2};

}  // namespace

TEST_CASE("a computed kernel and bias give what stored ones give, in every arithmetic") {
    const auto stored = read(convolution([](auto& m) {
        node(m, "Identity", {"w"}, "k");
        node(m, "Identity", {"c"}, "b");
    }));
    const auto computed = read(convolution([](auto& m) {
        constant(m, floats("half", {1}, {0.5}));
        node(m, "Add", {"w", "w"}, "w2");
        node(m, "Mul", {"w2", "half"}, "k");
        node(m, "Neg", {"c"}, "c1");
        node(m, "Neg", {"c1"}, "b");
    }));
    CHECK(run(computed, image) == run(stored, image));
    CHECK((run_over<Rational>(computed, image) == run_over<Rational>(stored, image)));
    CHECK((run_over<Interval64>(computed, image) ==
           run_over<Interval64>(stored, image)));  // dyadic numbers: nothing rounds
    const auto moved = read(convolution([](auto& m) {
        set(node(m, "Transpose", {"w"}, "t"), "perm", Ints{0, 1, 3, 2});
        set(node(m, "Transpose", {"t"}, "k"), "perm", Ints{0, 1, 3, 2});
        node(m, "Identity", {"c"}, "b");
    }));
    CHECK(run(moved, image) == run(stored, image));

    // Gradients: of the weights through the nodes that make the kernel, and of x.
    const auto gradients = [](const OnnxModel& m) {
        std::vector<AnyTensor<Rational>> parameters;
        for (const auto& p : m.network.parameters) parameters.push_back(lift<Rational>(p));
        const auto trace =
            tercet::run<Rational>(m.network.graph, parameters, {lift<Rational>(tensor({1, 1, 3, 3}, image))});
        AnyTensor<Rational> g(Dims{1, 2, 2, 2});
        for (std::size_t i = 0; i < 8; ++i) g.data[i] = RationalNumber(static_cast<int>(i) - 3);
        return pullback<Rational>(m.network.graph, parameters, trace, {g});
    };
    const auto a = gradients(stored), b = gradients(computed);
    CHECK((a.inputs[0] == b.inputs[0]));
    for (std::size_t i = 0; i < stored.parameters.size(); ++i)
        for (std::size_t j = 0; j < computed.parameters.size(); ++j)
            if (stored.parameters[i].name == computed.parameters[j].name) CHECK((a.parameters[i] == b.parameters[j]));
}

TEST_CASE("a kernel that depends on the input is enclosed, also in fused rows") {
    auto m = model();
    input(m, "x", {1, 1, 2, 2});
    node(m, "Conv", {"x", "x"}, "y");  // the sum of squares
    output(m, "y");
    const OnnxModel r = read(m);
    CHECK(run(r, {1, 2, 3, -4}) == Reals{30});
    Box box;
    for (int i = 0; i < 4; ++i) {
        box.lower.emplace_back(-1);
        box.upper.emplace_back(2);
    }
    const auto rows = verify::fuse(r.network, {verify::OutputForm{{0, RationalNumber(1)}}});
    const auto bounds = verify::bound_boxes(r.network, {box}, rows).at(0);
    CHECK(bounds.outputs.data[0] == Interval(-8, 16));
    CHECK(bounds.rows[0] ==
          Interval(-8, 16));  // a form that called the convolution affine would give its value at 0 and miss 16
}

TEST_CASE("weight normalisation: the exact kernel has no fraction, intervals enclose it") {
    for (const bool by_norm : {true, false}) {
        const auto m = read(convolution([&](auto& n) {
            constant(n, floats("g", {2, 1, 1, 1}, {2, 3}));
            if (by_norm) {
                set(node(n, "ReduceL2", {"w"}, "norm"), "axes", Ints{1, 2, 3});
            } else {
                constant(n, ints("two", {2}));
                n.mutable_graph()->mutable_initializer(n.graph().initializer_size() - 1)->clear_dims();
                node(n, "Pow", {"w", "two"}, "squares");
                constant(n, ints("axes", {1, 2, 3}));
                node(n, "ReduceSum", {"squares", "axes"}, "sum");
                node(n, "Sqrt", {"sum"}, "norm");
            }
            node(n, "Div", {"w", "norm"}, "unit");
            node(n, "Mul", {"unit", "g"}, "k");
            node(n, "Identity", {"c"}, "b");
        }));
        CHECK_THROWS_WITH(run_over<Rational>(m, image),
                          Catch::Matchers::ContainsSubstring("needs a square root, which has no rational value"));
        // Channel 0 at the first window: 2 <w, (1, 2, 0.5, 3)> / |w| + 1/2 with <w, .> = 0 and |w|^2 = 14.25; channel
        // 1: 3 <w, .> / |w| - 3 with <w, .> = 13.125 and |w|^2 = 21.0625. Bounds by squares of rationals.
        const auto y = run_over<Interval64>(m, image);
        CHECK(Rational::exact(y[0].lower()) <= RationalNumber(1) / 2);
        CHECK(Rational::exact(y[0].upper()) >= RationalNumber(1) / 2);
        const auto squared = [](double end) { return (Rational::exact(end) + 3) * (Rational::exact(end) + 3); };
        const RationalNumber exact = RationalNumber(9) * RationalNumber(105 * 105) / 64 / (RationalNumber(337) / 16);
        CHECK(squared(y[4].lower()) <= exact);
        CHECK(squared(y[4].upper()) >= exact);
        CHECK(y[4].upper() - y[4].lower() < 1e-13);
    }
}

TEST_CASE("exp and sqrt of values: enclosures, and their slopes") {
    auto m = model();
    input(m, "x", {2});
    node(m, "Exp", {"x"}, "e");
    node(m, "Sqrt", {"e"}, "s");
    node(m, "Reciprocal", {"s"}, "y");  // exp(-x / 2), whose slope is -y / 2
    output(m, "y");
    const OnnxModel r = read(m);
    const auto y = run_over<Interval64>(r, {0, 2});
    CHECK(y[0] == Interval(1, 1));
    CHECK(y[1].lower() <= 0x1.78b56362cef37p-2);  // 1/e is between these neighbours
    CHECK(y[1].upper() >= 0x1.78b56362cef38p-2);
    const auto trace =
        tercet::run<Interval64>(r.network.graph, r.network.parameters, {lift<Interval64>(tensor({2}, {0, 2}))});
    AnyTensor<Interval64> ones(Dims{2}, Storage<Interval64>{Interval(1, 1), Interval(1, 1)});
    const auto d = pullback<Interval64>(r.network.graph, r.network.parameters, trace, {ones}).inputs[0].data;
    CHECK(d[0].lower() <= -0.5);
    CHECK(d[0].upper() >= -0.5);
    CHECK(d[0].upper() - d[0].lower() < 1e-14);
    CHECK(d[1].lower() <= -0x1.78b56362cef37p-3);
    CHECK(d[1].upper() >= -0x1.78b56362cef38p-3);
}

TEST_CASE("powers, squares and casts of stored numbers") {
    for (const auto& [exponent, expected] :
         {std::pair{2.0, Reals{4, 0.0625}}, {1.0, Reals{2, 0.25}}, {-1.0, Reals{0.5, 4}}}) {
        auto m = model();
        input(m, "x", {2});
        constant(m, floats("e", {}, {exponent}));
        node(m, "Pow", {"x", "e"}, "y");
        output(m, "y");
        CHECK(run(read(m), {2, 0.25}) == expected);
    }
    auto m = model();
    input(m, "x", {2});
    constant(m, floats("e", {}, {3}));
    node(m, "Pow", {"x", "e"}, "y");
    output(m, "y");
    CHECK(run(read(m), {2, -0.5}) == Reals{8, -0.125});
    m = model();
    input(m, "x", {2, 2});
    node(m, "ReduceSumSquare", {"x"}, "y");
    output(m, "y");
    CHECK(run(read(m), {1, 2, -3, 4}) == Reals{30});
    m = model();
    input(m, "x", {2, 2});
    constant(m, floats("s", {1}, {4.75}));
    set(node(m, "Cast", {"s"}, "shape"), "to", onnx::TensorProto::INT64);
    node(m, "Reshape", {"x", "shape"}, "y");
    output(m, "y");
    CHECK(run(read(m), {1, 2, 3, 4}) == Reals{1, 2, 3, 4});
    m.mutable_graph()->mutable_initializer(0)->set_float_data(0, 1e30f);
    CHECK(message<UnsupportedOp>([&] { read(m); }).find("is no int64") != std::string::npos);
    m = model();
    input(m, "x", {2});
    constant(m, floats("none", {0}, {}));
    set(node(m, "Cast", {"none"}, "axes"), "to", onnx::TensorProto::INT64);
    node(m, "Unsqueeze", {"x", "axes"}, "y");
    output(m, "y");
    CHECK(run(read(m), {1, 2}) == Reals{1, 2});
}

TEST_CASE("a cast of stored doubles to float32 rounds them, as an index made of them tells") {
    auto m = model();
    input(m, "x", {3});
    auto& stored = *m.mutable_graph()->add_initializer();
    stored.set_name("d");
    stored.set_data_type(onnx::TensorProto::DOUBLE);
    stored.add_double_data(0.99999999999);
    set(node(m, "Cast", {"d"}, "f"), "to", onnx::TensorProto::FLOAT);
    set(node(m, "Cast", {"f"}, "i"), "to", onnx::TensorProto::INT64);
    node(m, "Gather", {"x", "i"}, "y");
    output(m, "y");
    CHECK(run(read(m), {5, 6, 7}) == Reals{6});
    CHECK(read(m).notes == std::vector<std::string>{"node 'Cast_0' (Cast): the cast to float32 rounds stored numbers"});
    m.mutable_graph()->mutable_node(1)->set_input(0, "d");
    m.mutable_graph()->mutable_node(0)->set_input(0, "x");
    CHECK(run(read(m), {5, 6, 7}) == Reals{5});
    m.mutable_graph()->mutable_node(0)->set_input(0, "d");
    m.mutable_graph()->mutable_node(1)->set_input(0, "f");
    for (const double x :
         {0x1.fffffefp127, 0x1.ffffffp127}) {  // the last double before halfway to 2^128, and that half
        m.mutable_graph()->mutable_initializer(0)->set_double_data(0, x);
        CHECK(message<UnsupportedOp>([&] { read(m); }).find(x < 0x1.ffffffp127 ? "is no int64" : "is no float32") !=
              std::string::npos);
    }
}

TEST_CASE("auto_pad VALID with ceil_mode 1 is read with a note where its readings differ") {
    auto m = model();
    input(m, "x", {1, 1, 5, 6});
    auto& pool = node(m, "MaxPool", {"x"}, "y");
    set(pool, "kernel_shape", Ints{2, 2});
    set(pool, "strides", Ints{2, 2});
    set(pool, "ceil_mode", 1);
    set_text(pool, "auto_pad", "VALID");
    output(m, "y");
    const OnnxModel r = read(m);
    CHECK(r.network.graph.nodes.back().shape == Dims{1, 1, 3, 3});
    REQUIRE(r.notes.size() == 1);
    CHECK(r.notes[0].find("two readings") != std::string::npos);
    m.mutable_graph()
        ->mutable_input(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(2)
        ->set_dim_value(6);
    CHECK(read(m).notes.empty());
}

TEST_CASE("powers: whole exponents of negative bases, stored exponents that are wider, computed ones") {
    auto m = model();
    input(m, "x", {2});
    constant(m, floats("e", {12}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2000}));
    constant(m, ints("rows", {2, 1}));
    node(m, "Reshape", {"x", "rows"}, "column");
    node(m, "Pow", {"column", "e"}, "y");
    output(m, "y");
    const Reals y = run(read(m), {-1, 1});
    for (std::size_t i = 0; i < 12; ++i) CHECK((y[i] == (i % 2 == 0 ? -1 : 1) && y[12 + i] == 1));

    m = model();
    input(m, "x", {3});
    auto two = ints("e", {2, 2});
    two.clear_dims();
    two.add_dims(2), two.add_dims(1);
    constant(m, two);
    node(m, "Pow", {"x", "e"}, "y");
    output(m, "y");
    CHECK(run(read(m), {1, -2, 3}) == Reals{1, 4, 9, 1, 4, 9});

    m = model();
    input(m, "x", {2});
    input(m, "e", {2});
    node(m, "Pow", {"x", "e"}, "y");
    output(m, "y");
    CHECK(message<UnsupportedOp>([&] { read(m); }).find("its exponents are computed, and its base may be negative") !=
          std::string::npos);
    node(m, "Relu", {"x"}, "positive");
    m.mutable_graph()->mutable_node(0)->set_input(0, "positive");
    const OnnxModel r = read(m);
    const auto at = [&](double base, double exponent) {
        return interpret<Interval64>(r.network.graph, r.network.parameters,
                                     {AnyTensor<Interval64>(Dims{2}, {Interval(base), Interval(0, base)}),
                                      AnyTensor<Interval64>(Dims{2}, {Interval(exponent), Interval(0, exponent)})})
            .at(0)
            .data;
    };
    CHECK(at(4, 2)[0].contains(16));
    for (const double value : {0.0, 1.0, 2.0, 16.0}) CHECK(at(4, 2)[1].contains(value));  // 0^2, 0^0, 4^.5, 4^2
}

TEST_CASE(
    "shrinking asks for what is below first; a vector of length 0 stays under normalisation; outputs may be left out") {
    auto m = model();
    input(m, "x", {3});
    auto& shrink = node(m, "Shrink", {"x"}, "y");
    set_real(shrink, "lambd", -0.25f);
    set_real(shrink, "bias", 0.5f);
    output(m, "y");
    CHECK(run(read(m), {-0.125, 1, -3}) == Reals{0.375, 0.5, -2.5});

    m = model(22);
    input(m, "x", {2, 2});
    set(node(m, "LpNormalization", {"x"}, "y"), "p", 1);
    output(m, "y");
    CHECK(run(read(m), {0, 0, 3, -1}) == Reals{0, 0, 0.75, -0.25});

    m = model();
    input(m, "x", {1, 4});
    constant(m, ints("k", {2}));
    node(m, "TopK", {"x", "k"}, "").add_output("places");
    set(node(m, "Cast", {"places"}, "y"), "to", 1);
    output(m, "y");
    CHECK(run(read(m), {3, 1, 7, 5}) == Reals{2, 3});
}
