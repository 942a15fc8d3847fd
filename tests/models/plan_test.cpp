/// A plan gives what interpret gives, allocates nothing from its second run on, and a batch is its rows.
#include <tercet/core/error.hpp>
#include <tercet/io/onnx.hpp>
#include <tercet/models/plan.hpp>
#include <tercet/models/shipped_contexts.hpp>
#include <tercet/models/with_batch.hpp>
#include <tercet/scalars/blas64.hpp>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>

#include "../catch.hpp"
#include "../laws/random_data.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {
std::atomic<long> allocations{0};
void* counted(std::size_t n, std::size_t alignment) {
    ++allocations;
    void* p = std::aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment);
    if (!p) throw std::bad_alloc();
    return p;
}
}  // namespace

[[gnu::noinline]] void* operator new(std::size_t n) { return counted(n, alignof(std::max_align_t)); }
[[gnu::noinline]] void* operator new(std::size_t n, std::align_val_t a) { return counted(n, static_cast<std::size_t>(a)); }
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

/// A graph with every shape of wiring that a plan treats apart: fused and unfused relus, a value read twice, an output that is read again,
/// a reshape, pooling, a product with the weights on the left, a bias that is no row, a parameter as output.
struct Wired {
    Graph graph;
    std::vector<Dims> shapes;

    int parameter(Dims d) {
        shapes.push_back(d);
        return graph.add_parameter("p" + std::to_string(shapes.size()), d);
    }
    int add(const char* kind, Operator op, std::vector<int> in, Dims d) {
        return graph.add("n" + std::to_string(graph.nodes.size()), kind, std::move(op), std::move(in), std::move(d));
    }

    static Wired perceptron(double alpha = 0.5) {
        Wired w;
        const int x = w.graph.add_input("x", {1, 6});
        const int h = w.add("Gemm", op::Gemm{false, true}, {x, w.parameter({20, 6}), w.parameter({20})}, {1, 20});
        const int r = w.add("Relu", op::Relu{}, {h}, {1, 20});
        const int m = w.add("MatMul", op::MatMul{}, {r, w.parameter({20, 19})}, {1, 19});
        const int b = w.add("Add", op::Elementwise{Binary::add}, {w.parameter({1, 19}), m}, {1, 19});
        const int s = w.add("Relu", op::Relu{}, {b}, {1, 19});
        const int t =
            w.add("Gemm", op::Gemm{false, false, alpha, alpha == 1 ? 1.0 : 2.0}, {s, w.parameter({19, 6}), w.parameter({1, 6})}, {1, 6});
        const int u = w.add("Add", op::Elementwise{Binary::add}, {t, x}, {1, 6});
        const int v = w.add("Relu", op::Relu{}, {u}, {1, 6});
        const int q = w.add("Mul", op::Elementwise{Binary::multiply}, {v, v}, {1, 6});
        const int z = w.add("Sub", op::Elementwise{Binary::subtract}, {q, u}, {1, 6});
        const int f = w.add("Reshape", op::Reshape{}, {z}, {1, 3, 2});
        const int g = w.add("Relu", op::Relu{}, {f}, {1, 3, 2});
        w.graph.outputs = {g, b, w.parameter({2, 2})};
        return w;
    }
    static Wired convolutional() {
        Wired w;
        const int x = w.graph.add_input("x", {1, 2, 7, 6});
        const int c = w.add("Conv", op::Conv{Geometry2d::same(1, 1), 1}, {x, w.parameter({4, 2, 3, 3}), w.parameter({4})}, {1, 4, 7, 6});
        const int r = w.add("Relu", op::Relu{}, {c}, {1, 4, 7, 6});
        const int p = w.add("MaxPool", op::MaxPool{Pool2dWindow{2, 2, Geometry2d::same(2, 0)}}, {r}, {1, 4, 3, 3});
        const int d = w.add("Conv", op::Conv{Geometry2d{}, 2}, {p, w.parameter({6, 2, 2, 2})}, {1, 6, 2, 2});
        const int e = w.add("Add", op::Elementwise{Binary::add}, {d, w.parameter({6, 1, 1})}, {1, 6, 2, 2});
        const int s = w.add("Relu", op::Relu{}, {e}, {1, 6, 2, 2});
        const int f = w.add("Flatten", op::Reshape{}, {s}, {1, 24});
        const int g = w.add("Gemm", op::Gemm{false, true}, {f, w.parameter({5, 24}), w.parameter({5})}, {1, 5});
        w.graph.outputs = {g};
        return w;
    }
    /// The operators that the other two do not have; those that need a root, or exp, only if asked.
    static Wired assorted(bool rooted, bool smooth) {
        Wired w;
        const int x = w.graph.add_input("x", {1, 4, 7, 6});
        const Pool2dWindow window{2, 3, Geometry2d{2, 2, 1, 1, 1, 1}, true, false};
        int y = w.add("AveragePool", op::AveragePool{window}, {x}, {1, 4, 4, 4});
        if (rooted) {
            const int scale = w.parameter({4}), bias = w.parameter({4}), mean = w.parameter({4}), variance = w.parameter({4});
            y = w.add("BatchNormalization", op::BatchNormalization{64}, {y, scale, bias, mean, variance}, {1, 4, 4, 4});
        }
        const int leaky = w.add("LeakyRelu", op::LeakyRelu{0.25}, {y}, {1, 4, 4, 4});
        y = w.add("ReduceMean", op::Reduce{{2}, true}, {leaky}, {1, 4, 1, 4});
        y = w.add("Sub", op::Elementwise{Binary::subtract}, {y, leaky}, {1, 4, 4, 4});  // in the place of the value on the right
        y = w.add("ReduceSum", op::Reduce{{2, 3}, false}, {y}, {1, 4});
        const int column = w.add("Unsqueeze", op::Reshape{}, {y}, {1, 4, 1});
        y = w.add("MatMul", op::MatMul{}, {w.parameter({3, 4}), column}, {1, 3, 1});  // weights on the left
        y = w.add("Pad", op::Rearrange{{{-1, 0, 0, 2}, {0, 2, -1, 3}, {0, 1, 0, 2}, {-1, 0, 0, 1}}}, {y}, {1, 8});
        const int negated = w.add("Neg", op::Negate{}, {y}, {1, 8});
        y = w.add("Max", op::Elementwise{Binary::max}, {y, negated}, {1, 8});
        y = w.add("Gemm", op::Gemm{false, true, 2, 1}, {y, w.parameter({6, 8})}, {1, 6});
        if (smooth) {
            y = w.add("Sigmoid", op::Sigmoid{}, {y}, {1, 6});
            y = w.add("Tanh", op::Tanh{}, {y}, {1, 6});
            y = w.add("Reshape", op::Reshape{}, {y}, {1, 3, 2});
            y = w.add("Softmax", op::Softmax{1, false}, {y}, {1, 3, 2});
            y = w.add("Softmax", op::Softmax{2, false}, {y}, {1, 3, 2});
            y = w.add("Flatten", op::Reshape{}, {y}, {1, 6});
        }
        const int nothing = w.add("Sub", op::Elementwise{Binary::subtract}, {y, y}, {1, 6});
        const int stored = w.add("Reshape", op::Reshape{}, {w.parameter({2, 3})}, {1, 6});  // a parameter as a value
        const int z = w.add("Add", op::Elementwise{Binary::add}, {stored, nothing}, {1, 6});
        w.graph.outputs = {w.add("Mul", op::Elementwise{Binary::multiply}, {z, z}, {1, 6}), column};
        return w;
    }
};

template <Context C>
AnyTensor<C> random_tensor(Random& random, const Dims& dims) {
    AnyTensor<C> t(dims);
    for (std::size_t i = 0; i < t.data.size(); ++i) t.data[i] = random.number<C>();
    return t;
}

template <Context C>
AnyTensor<C> row_of(const AnyTensor<C>& batch, std::int64_t k) {
    AnyTensor<C> row(batch.dims);
    row.dims[0] = 1;
    row = AnyTensor<C>(row.dims);
    for (std::int64_t i = 0; i < row.size(); ++i)
        row.data[static_cast<std::size_t>(i)] = batch.data[static_cast<std::size_t>(k * row.size() + i)];
    return row;
}

template <Context C>
void check_plan(const Wired& w, Random& random) {
    std::vector<AnyTensor<Parameters<C>>> parameters;
    for (const Dims& d : w.shapes) parameters.push_back(random_tensor<Parameters<C>>(random, d));
    const Dims& shape = w.graph.nodes[static_cast<std::size_t>(w.graph.inputs[0])].shape;
    Plan<C> plan(w.graph, parameters), keeping(w.graph, parameters, Keep::all);
    CHECK(plan.buffer_elements() <= keeping.buffer_elements());
    for (int repeat = 0; repeat < 3; ++repeat) {
        const std::vector<AnyTensor<C>> x{random_tensor<C>(random, shape)};
        const auto want = interpret<C>(w.graph, parameters, x);
        plan.run(x);
        for (std::size_t k = 0; k < want.size(); ++k) REQUIRE(plan.output(k) == want[k]);
        const Trace<C> all = run<C>(w.graph, parameters, x), &kept = keeping.run(x);
        for (std::size_t i = 0; i < w.graph.nodes.size(); ++i)
            if (!std::holds_alternative<op::Parameter>(w.graph.nodes[i].op)) REQUIRE(kept.values[i] == all.values[i]);
    }
    const std::int64_t n = 5;
    const Graph batched = with_batch(w.graph, n);
    Dims wide = shape;
    wide[0] = n;
    const std::vector<AnyTensor<C>> x{random_tensor<C>(random, wide)};
    Plan<C> many(batched, parameters);
    many.run(x);
    for (std::int64_t k = 0; k < n; ++k) {
        plan.run({row_of(x[0], k)});
        REQUIRE(row_of(many.output(0), k) == plan.output(0));
    }
}

}  // namespace

TEMPLATE_TEST_CASE("A plan is interpret, to the bit, run after run; kept values are run's; a batch is its rows", "", Float64, Float32,
                   Blas64, Interval64, IntervalWeights64, Rational, Dyadic) {
    const auto data = GENERATE(Data::grid, Data::rough);
    Random random(71, data);
    if (std::same_as<TestType, Dyadic> && data == Data::rough) return;  // its random numbers are dyadic anyway
    check_plan<TestType>(Wired::perceptron(), random);
    check_plan<TestType>(Wired::convolutional(), random);
    if constexpr (FieldContext<TestType>) check_plan<TestType>(Wired::assorted(RootContext<TestType>, ElementaryContext<TestType>), random);
}

TEMPLATE_TEST_CASE("From its second run on a plan allocates nothing", "", Float64, Blas64, Interval64) {
    using C = TestType;
    Random random(72, Data::rough);
    std::vector<Wired> all{Wired::perceptron(1), Wired::convolutional()};
    if (std::same_as<C, Float64>) all.push_back(Wired::assorted(true, true));  // the others' products of values, and softmax, allocate
    for (const Wired& w : all) {
        std::vector<AnyTensor<Parameters<C>>> parameters;
        for (const Dims& d : w.shapes) parameters.push_back(random_tensor<Parameters<C>>(random, d));
        const std::vector<AnyTensor<C>> x{random_tensor<C>(random, w.graph.nodes[static_cast<std::size_t>(w.graph.inputs[0])].shape)};
        Plan<C> plan(w.graph, parameters);
        plan.run(x);
        const long before = allocations;
        for (int i = 0; i < 3; ++i) plan.run(x);
        CHECK(allocations == before);
    }
}

TEST_CASE("What cannot be a batch is refused with the node's name; a plan refuses what run refuses") {
    using Catch::Matchers::ContainsSubstring;
    Wired w = Wired::perceptron();
    CHECK_THROWS_WITH(with_batch(w.graph, 0), ContainsSubstring("a batch of 0"));
    Node& last = w.graph.nodes[static_cast<std::size_t>(w.graph.outputs[0])];
    last.op = op::Reduce{{0}, false};
    CHECK_THROWS_WITH(with_batch(w.graph, 3), ContainsSubstring(last.name) && ContainsSubstring("sums over the batch axis"));
    Wired two;
    const int x = two.graph.add_input("x", {2, 3});
    two.graph.outputs = {x};
    CHECK_THROWS_WITH(with_batch(two.graph, 3), ContainsSubstring("'x'") && ContainsSubstring("first axis of its value is not 1"));
    const std::vector<AnyTensor<Float64>> none;
    CHECK_THROWS_AS(Plan<Float64>(w.graph, none), ShapeError);
    Plan<Float64> plan(two.graph, none);
    CHECK_THROWS_WITH(plan.run({AnyTensor<Float64>(Dims{3, 2})}), ContainsSubstring("[2, 3]") && ContainsSubstring("[3, 2]"));
    std::vector<AnyTensor<Float64>> moved_from(1, AnyTensor<Float64>(Dims{2, 3}));
    moved_from[0].data.resize(1);
    CHECK_THROWS_WITH(plan.run(moved_from), ContainsSubstring("shape [2, 3] with 1 elements"));
    plan.run({AnyTensor<Float64>(Dims{2, 3})});
    CHECK(plan.output(0) == AnyTensor<Float64>(Dims{2, 3}));
}

TEST_CASE("A batch of boxes of real networks is its rows, to the bit") {
    const std::filesystem::path folder = std::filesystem::path(TERCET_SHARED_DIR) / "vnncomp";
    if (!std::filesystem::exists(folder)) {
        WARN("skipped: the shared folder 'vnncomp' is absent");
        return;
    }
    Random random(73, Data::rough);
    for (const char* file :
         {"acasxu/onnx/ACASXU_run2a_1_1_batch_2000.onnx", "mnist_fc/onnx/mnist-net_256x2.onnx", "oval21/onnx/cifar_base_kw.onnx"}) {
        const OnnxModel model = read_onnx(folder / file);
        const Graph& graph = model.network.graph;
        const Graph batched = with_batch(graph, 3);
        Plan<Interval64> one(graph, model.network.parameters), many(batched, model.network.parameters);
        const std::vector<AnyTensor<Interval64>> x{
            random_tensor<Interval64>(random, batched.nodes[static_cast<std::size_t>(batched.inputs[0])].shape)};
        many.run(x);
        for (std::int64_t k = 0; k < 3; ++k) {
            const auto row = row_of(x[0], k);
            one.run({row});
            CHECK(row_of(many.output(0), k) == one.output(0));
            CHECK(interpret<Interval64>(graph, model.network.parameters, {row})[0] == one.output(0));
        }
    }
}
