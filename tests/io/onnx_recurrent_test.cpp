/// RNN, GRU and LSTM: lengths of sequences, clip, functions with parameters. One hidden unit, so that each step can be
/// done by hand.
#include <cmath>

#include "messages.hpp"
#include "three_arithmetics.hpp"

using namespace tercet;
using namespace onnx_models;

namespace {

/// An operator of one hidden unit whose weights are ones, over x [steps, batch, 1]; the result is output `of`.
template <class Change>
onnx::ModelProto recurrent(const std::string& kind, const Ints& x, const Reals& w, const Reals& r,
                           const std::vector<std::string>& activations, int of, Change change) {
    auto m = model(14);
    input(m, "x", x);
    const auto count = static_cast<std::int64_t>(w.size());
    constant(m, floats("w", {1, count, 1}, w));
    constant(m, floats("r", {1, count, 1}, r));
    auto& n = node(m, kind, {"x", "w", "r"}, of == 0 ? "y" : "");
    for (int k = 1; k <= of; ++k) n.add_output(k == of ? "y" : "");
    auto& names = attribute(n, "activations", onnx::AttributeProto::STRINGS);
    for (const auto& a : activations) names.add_strings(a);
    change(m, n);
    output(m, "y");
    return m;
}

void set_reals(onnx::NodeProto& n, const std::string& key, const Reals& values) {
    auto& a = attribute(n, key, onnx::AttributeProto::FLOATS);
    for (const auto v : values) a.add_floats(static_cast<float>(v));
}

/// H = relu(x + H): sums.
template <class Change>
onnx::ModelProto sums(const Ints& x, int of, Change change) {
    return recurrent("RNN", x, {1}, {1}, {"Relu"}, of, change);
}

auto lengths(const Ints& n) {
    return [n](onnx::ModelProto& m, onnx::NodeProto& node) {
        auto t = ints("lengths", n);
        t.set_data_type(onnx::TensorProto::INT32);
        for (const auto v : t.int64_data()) t.add_int32_data(static_cast<std::int32_t>(v));
        t.clear_int64_data();
        constant(m, t);
        node.add_input("");
        node.add_input("lengths");
    };
}

}  // namespace

TEST_CASE("a sequence that is shorter: zeros behind it, the last state at its end, reversed in itself") {
    const Reals x{1, 1, 100, 2, -50, 3};  // elements 0 and 1 by step; of element 0 the first step counts
    for (const int of : {0, 1}) {
        CAPTURE(of);
        const auto forward = read(sums({3, 2, 1}, of, lengths({1, 3})));
        CHECK(run_thrice(forward, x) == (of == 0 ? Reals{1, 1, 0, 3, 0, 6} : Reals{1, 6}));
        const auto reverse = read(sums({3, 2, 1}, of, [](auto& m, auto& n) {
            lengths({1, 3})(m, n);
            set_text(n, "direction", "reverse");
        }));
        CHECK(run_thrice(reverse, x) == (of == 0 ? Reals{1, 6, 0, 5, 0, 3} : Reals{1, 6}));
        const auto none = read(sums({3, 2, 1}, of, lengths({0, 2})));
        CHECK(run_thrice(none, x) == (of == 0 ? Reals{0, 1, 0, 3, 0, 0} : Reals{0, 3}));
    }
    // the cell of an LSTM too: i = o = f = c = x for these x, so C = x C + x^2
    const auto cell =
        read(recurrent("LSTM", {2, 2, 1}, {1, 1, 1, 1}, {0, 0, 0, 0}, {"Relu", "Relu", "Relu"}, 2, lengths({2, 1})));
    CHECK(run_thrice(cell, {2, 3, 1, 7}) == Reals{5, 9});

    CHECK(message<ShapeError>([] { read(sums({3, 2, 1}, 0, lengths({1, 4}))); }) ==
          "m.onnx: node 'RNN_0' (RNN): a sequence of 4 of 3 steps");
    CHECK(message<ShapeError>([] { read(sums({3, 2, 1}, 0, lengths({1}))); }) ==
          "m.onnx: node 'RNN_0' (RNN): sequence_lens has shape [1] for a batch of 2");
    CHECK(message<UnsupportedOp>([] {
              read(sums({3, 2, 1}, 0, [](auto& m, auto& n) {
                  lengths({1, 0})(m, n);
                  constant(m, floats("h", {1, 2, 1}, {1, 1}));
                  n.add_input("h");
              }));
          }) ==
          "m.onnx: node 'RNN_0' (RNN): a sequence of 0 of 3 steps with an initial state: ONNX does not say whether "
          "the last state is that or 0");
}

TEST_CASE("clip bounds what the functions read") {
    const auto clipped = read(sums({3, 1, 1}, 0, [](auto&, auto& n) { set_real(n, "clip", 2.5f); }));
    CHECK(run_thrice(clipped, {1, -9, 2}) == Reals{1, 0, 2});
    CHECK(run_thrice(clipped, {1, 2, 0}) == Reals{1, 2.5, 2.5});
    const auto below = read(recurrent("RNN", {2, 1, 1}, {1}, {1}, {"Affine"}, 0, [](auto&, auto& n) {
        set_real(n, "clip", 2.5f);
        set_reals(n, "activation_alpha", {1});
        set_reals(n, "activation_beta", {0});
    }));
    CHECK(run_thrice(below, {-9, 1}) == Reals{-2.5, -1.5});
    CHECK(message([] { read(sums({3, 1, 1}, 0, [](auto&, auto& n) { set_real(n, "clip", 0); })); }) ==
          "m.onnx: node 'RNN_0' (RNN): clip is 0.000000, expected a number above 0");
    // i = o = relu(1) = 1, f = 1: the cell is 1, 2, 3, and the function of the output reads it as it is
    const auto lstm = read(recurrent("LSTM", {3, 1, 1}, {1, 1, 1, 1}, {0, 0, 0, 0}, {"Relu", "Relu", "Relu"}, 0,
                                     [](auto&, auto& n) { set_real(n, "clip", 1); }));
    CHECK(run_thrice(lstm, {5, 5, 5}) == Reals{1, 2, 3});
    CHECK(lstm.notes.size() == 1);
}

TEST_CASE("alpha and beta go to the functions that have them, in order") {
    const auto step = [](const std::string& function, const Reals& alphas, const Reals& betas, const Reals& x) {
        const auto m = read(
            recurrent("RNN", {static_cast<std::int64_t>(x.size()), 1, 1}, {1}, {1}, {function}, 0, [&](auto&, auto& n) {
                if (!alphas.empty()) set_reals(n, "activation_alpha", alphas);
                if (!betas.empty()) set_reals(n, "activation_beta", betas);
            }));
        return run_thrice(m, x);
    };
    CHECK(step("Affine", {2}, {1}, {1, 2}) == Reals{3, 11});
    CHECK(step("LeakyRelu", {0.5}, {}, {-2, 3}) == Reals{-1, 2});
    CHECK(step("ThresholdedRelu", {}, {}, {1, 2}) == Reals{0, 2});  // 1 is not above 1
    CHECK(step("ThresholdedRelu", {0.5}, {}, {1, 2}) == Reals{1, 3});
    CHECK(step("HardSigmoid", {0.25}, {0.5}, {1, -4}) == Reals{0.75, 0});
    const auto reals = [](const std::string& function, float alpha, float beta, double x) {
        return run(read(recurrent("RNN", {1, 1, 1}, {1}, {1}, {function}, 0,
                                  [&](auto&, auto& n) {
                                      set_reals(n, "activation_alpha", {alpha});
                                      if (beta != 0) set_reals(n, "activation_beta", {beta});
                                  })),
                   Reals{x})
            .at(0);
    };
    CHECK(std::abs(reals("Elu", 2, 0, -1) - 2 * std::expm1(-1.0)) < 1e-15);  // a few roundings of numbers below 2
    CHECK(std::abs(reals("scaledtanh", 3, 0.5f, 2) - 3 * std::tanh(1.0)) < 3e-15);

    // the second function has an alpha, the first has none: it gets the first number
    const auto gru = read(recurrent("GRU", {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {"Relu", "LeakyRelu"}, 0,
                                    [](auto&, auto& n) { set_reals(n, "activation_alpha", {0.25}); }));
    CHECK(run_thrice(gru, Reals{-8}) == Reals{-2});  // z = relu(-8) = 0, h = -8 / 4
    CHECK(message<ShapeError>([&] { step("Relu", {2}, {}, {1}); }) ==
          "m.onnx: node 'RNN_0' (RNN): activation_alpha has 1 numbers, its activations take 0");
    CHECK(message<UnsupportedOp>([&] { step("Affine", {2}, {}, {1}); }) ==
          "m.onnx: node 'RNN_0' (RNN): activation 'Affine' has no number in activation_beta, and no default");
    CHECK(message<UnsupportedOp>([&] { step("Swish", {}, {}, {1}); }) ==
          "m.onnx: node 'RNN_0' (RNN): activation 'Swish' is not supported");
}

TEST_CASE("input_forget: the forget gate is what the input gate leaves") {
    // gates are (x + 1) / 4, g and h relu: x = 1, 3 gives i = 1/2, 1 and C = 1/2, 0 C + 3
    for (const bool coupled : {false, true}) {
        const auto m = read(recurrent("LSTM", {2, 1, 1}, {1, 1, 1, 1}, {0, 0, 0, 0}, {"Affine", "Relu", "Relu"}, 0,
                                      [&](auto&, auto& n) {
                                          set_reals(n, "activation_alpha", {0.25});
                                          set_reals(n, "activation_beta", {0.25});
                                          set(n, "input_forget", coupled ? 1 : 0);
                                      }));
        CHECK(run_thrice(m, {1, 3}) == (coupled ? Reals{0.25, 3} : Reals{0.25, 3.5}));
    }
}
