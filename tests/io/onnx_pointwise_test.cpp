/// Functions of one variable, written from what they say of themselves and read back.
#include <tercet/io/onnx/read.hpp>
#include <tercet/io/onnx/write.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/groups/functions.hpp>
#include <tercet/models/operators/reduce.hpp>

#include "../temporary_folder.hpp"
#include "catch.hpp"
#include "onnx_models.hpp"

using namespace tercet;

namespace {

template <class Op>
struct RoundTrip {
    static int check(const TemporaryFolder&) { return 0; }
};
template <class F>
struct RoundTrip<Pointwise<F>> {
    static int check(const TemporaryFolder& folder) {
        if (!F::onnx) return 0;  // IntegerPower is a Pow with a stored exponent
        Pointwise<F> written;
        for (const auto& a : F::attributes()) written.f.*std::get<double F::*>(a.member) = 0.25;
        Graph g;
        g.outputs = {append(g, "f", F::onnx, written, {g.add_input("x", {3})})};
        g.output_names = {"y"};
        write_onnx(g, {}, folder / "m.onnx");
        const OnnxModel m = read_onnx(folder / "m.onnx");
        CAPTURE(F::onnx);
        REQUIRE(m.network.graph.nodes.size() == 2);
        int since = 13;
        if constexpr (requires { F::since; }) since = F::since;
        CHECK(m.opset == since);
        const auto* read = m.network.graph.nodes.back().op.as<Pointwise<F>>();
        REQUIRE(read);
        for (const auto& a : F::attributes()) {
            const auto member = std::get<double F::*>(a.member);
            CHECK(read->f.*member == written.f.*member);
        }
        return 1;
    }
};

}  // namespace

TEST_CASE("functions of one variable are written to ONNX and read back as they were") {
    const TemporaryFolder folder;
    int count = 0;
    FunctionOperators::for_each_type([&]<class Op>() { count += RoundTrip<Op>::check(folder); });
    CHECK(count == 38);
}

TEST_CASE("A Gelu is the one that its attribute names, and no other") {
    const TemporaryFolder folder;
    const auto read = [&](const char* approximate) {
        onnx::ModelProto m = onnx_models::model(20);
        onnx_models::input(m, "x", {3});
        auto& node = onnx_models::node(m, "Gelu", {"x"}, "y");
        if (approximate) onnx_models::set_text(node, "approximate", approximate);
        onnx_models::output(m, "y");
        return onnx_models::read(m).network.graph.nodes.back().op;
    };
    CHECK(read(nullptr).is<op::Gelu>());
    CHECK(read("none").is<op::Gelu>());
    CHECK(read("tanh").is<op::GeluTanh>());
    CHECK_THROWS_WITH(read("sigmoid"), Catch::Matchers::ContainsSubstring(
                                           "attribute 'approximate' is 'sigmoid', expected 'none' or 'tanh'"));
}

TEST_CASE("A mean beside an operator of a later operator set has its axes as an input") {
    const TemporaryFolder folder;
    Graph g;
    const int mish = append(g, "mish", "Mish", op::Mish{}, {g.add_input("x", {2, 3})});
    g.outputs = {append(g, "mean", "ReduceMean", op::Reduce{{1}, true}, {mish}, {2, 1})};
    g.output_names = {"y"};
    write_onnx(g, {}, folder / "m.onnx");
    const OnnxModel m = read_onnx(folder / "m.onnx");
    CHECK(m.opset == 18);
    const AnyTensor<Float64> x(Dims{2, 3}, std::vector<double>{-1, 0, 2, 3, -4, 5});
    CHECK(interpret<Float64>(m.network.graph, m.network.parameters, {x}).at(0).data ==
          interpret<Float64>(g, {}, {x}).at(0).data);
}

TEST_CASE("A Celu without a meaning is refused where it is read") {
    onnx::ModelProto m = onnx_models::model(12);
    onnx_models::input(m, "x", {3});
    onnx_models::set_real(onnx_models::node(m, "Celu", {"x"}, "y"), "alpha", 0);
    onnx_models::output(m, "y");
    CHECK_THROWS_WITH(onnx_models::read(m),
                      Catch::Matchers::ContainsSubstring("(Celu): celu divides by its alpha, which is 0"));
}
