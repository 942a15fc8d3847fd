/// Functions of one variable, written from what they say of themselves and read back.
#include <tercet/io/onnx.hpp>
#include <tercet/io/onnx_write.hpp>
#include <tercet/models/infer.hpp>

#include "../temporary_folder.hpp"
#include "catch.hpp"

using namespace tercet;

namespace {

template <class Op>
struct RoundTrip {
    static int check(const TemporaryFolder&) { return 0; }
};
template <class F>
struct RoundTrip<Pointwise<F>> {
    static int check(const TemporaryFolder& folder) {
        Pointwise<F> written;
        for (const auto& a : F::attributes()) written.f.*a.member = 0.25;
        Graph g;
        g.outputs = {append(g, "f", F::onnx, written, {g.add_input("x", {3})})};
        g.output_names = {"y"};
        write_onnx(g, {}, folder / "m.onnx");
        const OnnxModel m = read_onnx(folder / "m.onnx");
        CAPTURE(F::onnx);
        REQUIRE(m.network.graph.nodes.size() == 2);
        const auto* read = m.network.graph.nodes.back().op.as<Pointwise<F>>();
        REQUIRE(read);
        for (const auto& a : F::attributes()) CHECK(read->f.*a.member == written.f.*a.member);
        return 1;
    }
};

}  // namespace

TEST_CASE("functions of one variable are written to ONNX and read back as they were") {
    const TemporaryFolder folder;
    int count = 0;
    Operators::for_each_type([&]<class Op>() { count += RoundTrip<Op>::check(folder); });
    CHECK(count == 8);
}
