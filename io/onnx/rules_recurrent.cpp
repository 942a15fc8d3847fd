/// RNN, GRU and LSTM, unrolled: one step of the sequence after the other, as the file's nodes would compute it.
///
/// With gates stacked in W [gates h, in], R [gates h, h] and B = [Wb, Rb], x' = X_t W^T + Wb for all steps at once:
///   RNN    H = f(x' + H R^T + Rb)
///   GRU    z, r = f(..);  h = g(x'_h + (r . H) R_h^T + Rb_h), or with linear_before_reset
///          h = g(x'_h + r . (H R_h^T + Rb_h));  H = (1 - z) . h + z . H
///   LSTM   i, o, f, c = parts of x' + H R^T + Rb (+ P . C);  C = f . C + i . g(c);  H = o . h(C)
/// Source: the operators' definitions (onnx/docs/Operators.md).
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/softplus.hpp>
#include <tercet/layers/functions/softsign.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/pointwise.hpp>

#include <algorithm>
#include <array>

namespace tercet::onnx_io {

namespace {

Term activation(const Call& call, const std::string& name, const Term& x, const std::string& suffix) {
    const Compose c{call};
    std::string kind;
    for (const char l : name) kind += static_cast<char>(std::tolower(static_cast<unsigned char>(l)));
    if (kind == "sigmoid") return c.apply(op::Sigmoid{}, x, suffix, "Sigmoid");
    if (kind == "tanh") return c.apply(op::Tanh{}, x, suffix, "Tanh");
    if (kind == "relu") return c.apply(op::Relu{}, x, suffix, "Relu");
    if (kind == "softsign") return c.apply(op::Softsign{}, x, suffix, "Softsign");
    if (kind == "softplus") return c.apply(op::Softplus{}, x, suffix, "Softplus");
    throw UnsupportedOp("activation '" + name + "' is not supported");
}

/// What the three have in common.
struct Recurrent {
    const Call& call;
    Compose c;
    std::int64_t gates, steps, batch, hidden, directions;
    std::vector<std::string> activations;
    std::size_t each;  // activations of a direction
    bool batch_first;
    Term x;  // [steps, batch, in]

    Recurrent(const Call& of, std::int64_t gate_count, const std::vector<std::string>& defaults)
        : call(of),
          c{of},
          gates(gate_count),
          each(defaults.size()),
          batch_first(of.node.integer("layout", 0) != 0),
          x(of.real(0)) {
        if (call.node.has("clip")) throw UnsupportedOp("clip is not supported");
        if (call.node.has("activation_alpha") || call.node.has("activation_beta"))
            throw UnsupportedOp("activation_alpha and activation_beta are not supported");
        const auto direction = call.node.get<std::string>("direction", "forward");
        if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
            throw FormatError("direction is '" + direction + "'");
        directions = direction == "bidirectional" ? 2 : 1;
        if (x->dims.size() != 3)
            throw ShapeError("the input has shape " + to_string_dims(x->dims) + ", expected rank 3");
        if (batch_first) x = c.transposed(x, {1, 0, 2}, "/sequence");
        steps = x->dims[0];
        batch = x->dims[1];
        const Dims &w = call.dims(1), &r = call.dims(2);
        if (r.size() != 3) throw ShapeError("recurrent weights have shape " + to_string_dims(r));
        hidden = r[2];
        if (w != Dims{directions, gates * hidden, x->dims[2]} || r != Dims{directions, gates * hidden, hidden})
            throw ShapeError("weights " + to_string_dims(w) + " and " + to_string_dims(r) + " for input " +
                             to_string_dims(x->dims));
        if (call.node.integer("hidden_size", hidden) != hidden)
            throw ShapeError("hidden_size is " + std::to_string(call.node.integer("hidden_size", hidden)) +
                             ", the weights have " + std::to_string(hidden));
        activations = call.node.get<std::vector<std::string>>("activations", {});
        if (activations.empty())
            for (std::int64_t d = 0; d < directions; ++d)
                activations.insert(activations.end(), defaults.begin(), defaults.end());
        if (activations.size() != defaults.size() * static_cast<std::size_t>(directions))
            throw ShapeError("has " + std::to_string(activations.size()) + " activations");
        if (call.has_input(4))
            for (const auto length : call.integers(4).integers)
                if (length != steps)
                    throw UnsupportedOp("a sequence of " + std::to_string(length) + " of " + std::to_string(steps) +
                                        " steps: all must be whole");
    }

    bool reverse(std::int64_t d) const {
        return d == 1 || call.node.get<std::string>("direction", "forward") == "reverse";
    }
    const std::string& function(std::int64_t d, std::size_t k) const {
        return activations[static_cast<std::size_t>(d) * each + k];
    }
    std::string at(std::int64_t d, std::int64_t t, const char* what) const {
        return "/d" + std::to_string(d) + "/t" + std::to_string(t) + "/" + what;
    }

    /// The part of input i that belongs to a direction, under a shape; nothing where the input is left out.
    Term part(std::size_t i, std::int64_t d, const Dims& shape, const std::string& suffix) const {
        if (!call.has_input(i)) return {};
        Term v = call.real(i);
        if (directions > 1) v = c.slice(v, 0, d, 1, suffix + "/direction");
        if (element_count(v->dims) != element_count(shape))
            throw ShapeError("input '" + call.node.inputs[i] + "' has shape " + to_string_dims(call.dims(i)));
        return call.shaped(v, shape, suffix);
    }
    /// initial_h and the like: [directions, batch, h], or with layout 1 [batch, directions, h].
    Term initial(std::size_t i, std::int64_t d, const std::string& suffix) const {
        if (!call.has_input(i))
            return call.stored(suffix, {batch, hidden},
                               std::vector<double>(static_cast<std::size_t>(batch * hidden), 0));
        if (!batch_first) return part(i, d, {batch, hidden}, "/" + suffix.substr(1));
        return call.reshaped(c.slice(call.real(i), 1, d, 1, "/" + suffix.substr(1) + "/direction"), {batch, hidden},
                             "/" + suffix.substr(1), "Reshape");
    }
    /// X W^T (+ Wb), [steps, batch, gates h].
    Term inputs(std::int64_t d, const Term& bias) const {
        const std::string suffix = "/d" + std::to_string(d);
        const Term w = part(1, d, {gates * hidden, x->dims[2]}, suffix + "/w");
        const Term rows = call.reshaped(x, {steps * batch, x->dims[2]}, suffix + "/rows", "Reshape");
        std::vector<Term> operands{rows, w};
        if (bias) operands.push_back(bias);
        const Term y = call.add(op::Gemm{.transpose_b = true}, std::move(operands), {}, suffix + "/x", "Gemm");
        return call.reshaped(y, {steps, batch, gates * hidden}, suffix + "/steps", "Reshape");
    }
    /// The biases of a direction: of X (first) or of H (second half).
    Term bias(std::int64_t d, bool second) const {
        const std::string suffix = "/d" + std::to_string(d) + "/b";
        const Term b = part(3, d, {2 * gates * hidden}, suffix);
        return b ? c.slice(b, 0, second ? gates * hidden : 0, gates * hidden, suffix + (second ? "/r" : "/w")) : Term{};
    }
    Term step(const Term& all, std::int64_t d, std::int64_t t) const {
        return call.reshaped(c.slice(all, 0, t, 1, at(d, t, "slice")), {batch, gates * hidden}, at(d, t, "x"),
                             "Reshape");
    }
    Term gate(const Term& all, std::int64_t k, const std::string& suffix) const {
        return c.slice(all, 1, k * hidden, hidden, suffix);
    }
    Term recur(const Term& h, const Term& r, const Term& b, const std::string& suffix) const {
        std::vector<Term> operands{h, r};
        if (b) operands.push_back(b);
        return call.add(op::Gemm{.transpose_b = true}, std::move(operands), {}, suffix, "Gemm");
    }

    /// Y [steps, directions, batch, h] of each step's H, Y_h [directions, batch, h] of the last; with layout 1 batch
    /// comes first.
    void results(const std::vector<std::vector<Term>>& h, const std::vector<Term>& last_c) const {
        const auto named = [&](std::size_t i) { return i < call.node.outputs.size() && !call.node.outputs[i].empty(); };
        if (named(0)) {
            std::vector<Term> all;
            for (std::int64_t t = 0; t < steps; ++t)
                for (std::int64_t d = 0; d < directions; ++d)
                    all.push_back(call.reshaped(h[static_cast<std::size_t>(d)][static_cast<std::size_t>(t)],
                                                {1, batch, hidden}, at(d, t, "row"), "Reshape"));
            const Term y =
                call.reshaped(c.concatenated(all, 0, "/all"), {steps, directions, batch, hidden}, "/y", "Reshape");
            call.result(batch_first ? c.transposed(y, {2, 0, 1, 3}) : y, 0);
        }
        const auto last = [&](const std::vector<Term>& of, std::size_t output, const std::string& suffix) {
            std::vector<Term> all;
            for (const Term& v : of)
                all.push_back(call.reshaped(v, {1, batch, hidden}, suffix + std::to_string(all.size()), "Reshape"));
            const Term y = all.size() == 1 ? all[0] : c.concatenated(all, 0, suffix);
            call.result(batch_first ? c.transposed(y, {1, 0, 2}, suffix + "_first") : y, output);
        };
        if (named(1)) {
            std::vector<Term> ends;
            for (std::int64_t d = 0; d < directions; ++d)
                ends.push_back(h[static_cast<std::size_t>(d)][static_cast<std::size_t>(reverse(d) ? 0 : steps - 1)]);
            last(ends, 1, "/last");
        }
        if (named(2) && !last_c.empty()) last(last_c, 2, "/last_c");
    }
    template <class Step>
    std::vector<Term> unroll(std::int64_t d, Step step_of) const {
        std::vector<Term> h(static_cast<std::size_t>(steps));
        for (std::int64_t k = 0; k < steps; ++k) {
            const std::int64_t t = reverse(d) ? steps - 1 - k : k;
            h[static_cast<std::size_t>(t)] = step_of(t);
        }
        return h;
    }
};

void rnn(const Call& call) {
    const Recurrent n(call, 1, {"Tanh"});
    std::vector<std::vector<Term>> all;
    for (std::int64_t d = 0; d < n.directions; ++d) {
        const Term x = n.inputs(d, n.bias(d, false)),
                   r = n.part(2, d, {n.hidden, n.hidden}, "/d" + std::to_string(d) + "/r"), b = n.bias(d, true);
        Term h = n.initial(5, d, ".h" + std::to_string(d));
        all.push_back(n.unroll(d, [&](std::int64_t t) {
            const Term sum = n.c.plus(n.step(x, d, t), n.recur(h, r, b, n.at(d, t, "r")), n.at(d, t, "sum"));
            return h = activation(call, n.function(d, 0), sum, n.at(d, t, "h"));
        }));
    }
    n.results(all, {});
}

void gru(const Call& call) {
    const Recurrent n(call, 3, {"Sigmoid", "Tanh"});
    const Compose& c = n.c;
    const bool before = call.node.integer("linear_before_reset", 0) != 0;
    std::vector<std::vector<Term>> all;
    for (std::int64_t d = 0; d < n.directions; ++d) {
        const std::string dir = "/d" + std::to_string(d);
        const Term x = n.inputs(d, n.bias(d, false)), r = n.part(2, d, {3 * n.hidden, n.hidden}, dir + "/r"),
                   b = n.bias(d, true);
        const Term r_zr = c.slice(r, 0, 0, 2 * n.hidden, dir + "/r_zr"),
                   r_h = c.slice(r, 0, 2 * n.hidden, n.hidden, dir + "/r_h");
        const Term b_zr = b ? c.slice(b, 0, 0, 2 * n.hidden, dir + "/b_zr") : Term{},
                   b_h = b ? c.slice(b, 0, 2 * n.hidden, n.hidden, dir + "/b_h") : Term{};
        Term h = n.initial(5, d, ".h" + std::to_string(d));
        all.push_back(n.unroll(d, [&](std::int64_t t) {
            const auto at = [&](const char* what) { return n.at(d, t, what); };
            const Term x_t = n.step(x, d, t), zr = n.recur(h, r_zr, b_zr, at("zr"));
            const Term z =
                activation(call, n.function(d, 0),
                           c.plus(n.gate(x_t, 0, at("x_z")), n.gate(zr, 0, at("r_z")), at("sum_z")), at("z"));
            const Term reset =
                activation(call, n.function(d, 0),
                           c.plus(n.gate(x_t, 1, at("x_r")), n.gate(zr, 1, at("r_r")), at("sum_r")), at("reset"));
            const Term inner = before ? c.times(reset, n.recur(h, r_h, b_h, at("linear")), at("reset_linear"))
                                      : n.recur(c.times(reset, h, at("reset_h")), r_h, b_h, at("linear"));
            const Term candidate = activation(call, n.function(d, 1),
                                              c.plus(n.gate(x_t, 2, at("x_h")), inner, at("sum_h")), at("candidate"));
            const Term rest = c.minus(c.number(1, z, ".one" + at("rest")), z, at("rest"));
            return h = c.plus(c.times(rest, candidate, at("new")), c.times(z, h, at("old")), at("h"));
        }));
    }
    n.results(all, {});
}

void lstm(const Call& call) {
    const Recurrent n(call, 4, {"Sigmoid", "Tanh", "Tanh"});
    const Compose& c = n.c;
    if (call.node.integer("input_forget", 0) != 0) throw UnsupportedOp("input_forget is not supported");
    std::vector<std::vector<Term>> all;
    std::vector<Term> last_c;
    for (std::int64_t d = 0; d < n.directions; ++d) {
        const std::string dir = "/d" + std::to_string(d);
        const Term x = n.inputs(d, n.bias(d, false)), r = n.part(2, d, {4 * n.hidden, n.hidden}, dir + "/r"),
                   b = n.bias(d, true);
        const Term peep = n.part(7, d, {3 * n.hidden}, dir + "/p");
        Term h = n.initial(5, d, ".h" + std::to_string(d)), cell = n.initial(6, d, ".c" + std::to_string(d));
        all.push_back(n.unroll(d, [&](std::int64_t t) {
            const auto at = [&](const char* what) { return n.at(d, t, what); };
            const Term sum = c.plus(n.step(x, d, t), n.recur(h, r, b, at("r")), at("sum"));
            const auto gate = [&](std::int64_t k, std::int64_t peephole, const Term& state, std::size_t f,
                                  const char* what) {
                Term v = n.gate(sum, k, at(what) + "/sum");
                if (peep && peephole >= 0)
                    v = c.plus(v,
                               c.times(c.slice(peep, 0, peephole * n.hidden, n.hidden, at(what) + "/p"), state,
                                       at(what) + "/peep"),
                               at(what) + "/with");
                return activation(call, n.function(d, f), v, at(what));
            };
            const Term i = gate(0, 0, cell, 0, "i"), f = gate(2, 2, cell, 0, "f"), g = gate(3, -1, cell, 1, "g");
            cell = c.plus(c.times(f, cell, at("kept")), c.times(i, g, at("new")), at("c"));
            const Term o = gate(1, 1, cell, 0, "o");
            return h = c.times(o, activation(call, n.function(d, 2), cell, at("out")), at("h"));
        }));
        last_c.push_back(cell);
    }
    n.results(all, last_c);
}

}  // namespace

std::vector<Rule> recurrent_rules() {
    const std::vector<const char*> attributes{"activation_alpha", "activation_beta", "activations", "clip",
                                              "direction",        "hidden_size",     "layout"};
    const auto with = [&](const char* more) {
        auto all = attributes;
        all.push_back(more);
        return all;
    };
    return {
        {"RNN", 3, 6, with("output_sequence"), rnn},
        {"GRU", 3, 6, with("linear_before_reset"), gru},
        {"LSTM", 3, 8, with("input_forget"), lstm},
    };
}

}  // namespace tercet::onnx_io
