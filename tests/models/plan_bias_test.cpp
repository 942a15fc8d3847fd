/// What a plan may add to a product as a row, and what it may not: a bias of its own for each row of a batch, or a
/// multiple of one.
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/matmul.hpp>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// x [2, 3] -> alpha x W + beta b [2, 4] as one Gemm, or x W + b as MatMul and Add.
struct Form {
    bool gemm;
    double alpha, beta;
};
Graph affine_graph(const Form& f, const Dims& bias) {
    Graph g;
    const int x = g.add_input("x", {2, 3}), w = g.add_parameter("w", {3, 4}), b = g.add_parameter("b", bias);
    g.outputs = {f.gemm ? append(g, "y", "Gemm", op::Gemm{.alpha = f.alpha, .beta = f.beta}, {x, w, b})
                        : append(g, "y", "Add", op::Elementwise{Binary::add},
                                 {append(g, "p", "MatMul", op::MatMul{}, {x, w}), b})};
    return g;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("A bias is added as it broadcasts, whether or not it is one row", "", PrimalContexts) {
    using C = TestType;
    using P = Parameters<C>;
    Random random(95);  // its numbers are small multiples of 1/4, so every context adds and multiplies them exactly
    CAPTURE(random.seed);
    for (const auto& form : {Form{false, 1, 1}, {true, 1, 1}, {true, 1, 2}, {true, 2, 1}, {true, -1, -0.5}})
        for (const Dims& dims : {Dims{4}, Dims{1, 4}, Dims{2, 4}, Dims{2, 1}, Dims{1}}) {
            CAPTURE(form.gemm, form.alpha, form.beta, to_string_dims(dims));
            const Graph g = affine_graph(form, dims);
            std::vector<AnyTensor<P>> parameters{AnyTensor<P>(Dims{3, 4}), AnyTensor<P>(dims)};
            for (auto& t : parameters)
                for (std::size_t i = 0; i < t.data.size(); ++i) t.data[i] = P::ratio(random.integer(-8, 8), 4);
            AnyTensor<C> x(Dims{2, 3});
            for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] = C::ratio(random.integer(-8, 8), 4);
            Plan<C> plan(g, parameters);
            plan.run({x});
            const AnyTensor<C> made = plan.output(0), interpreted = interpret<C>(g, parameters, {x})[0];
            const auto &w = std::as_const(parameters[0].data), &b = std::as_const(parameters[1].data);
            for (std::size_t i = 0; i < 2; ++i)
                for (std::size_t j = 0; j < 4; ++j) {
                    const bool by_row = dims.size() == 2 && dims[0] == 2, by_column = dims.back() == 4;
                    const Scalar<C> added =
                        as_scalar<C>(b[(by_row ? i : 0) * static_cast<std::size_t>(dims.back()) + (by_column ? j : 0)]);
                    Scalar<C> sum = zero<C>();
                    for (std::size_t k = 0; k < 3; ++k)
                        sum = sum + std::as_const(x.data)[3 * i + k] * as_scalar<C>(w[4 * k + j]);
                    const Scalar<C> want = C::exact(form.alpha) * sum + C::exact(form.beta) * added;
                    CAPTURE(i, j);
                    REQUIRE((made.data[4 * i + j] == want));
                    REQUIRE((interpreted.data[4 * i + j] == want));
                }
        }
}
