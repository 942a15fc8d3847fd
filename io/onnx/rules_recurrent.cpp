/// RNN, GRU and LSTM, unrolled: one step of the sequence after the other, as the file's nodes would compute it.
///
/// With gates stacked in W [gates h, in], R [gates h, h] and B = [Wb, Rb], x' = X_t W^T + Wb for all steps at once:
///   RNN    H = f(x' + H R^T + Rb)
///   GRU    z, r = f(..);  h = g(x'_h + (r . H) R_h^T + Rb_h), or with linear_before_reset
///          h = g(x'_h + r . (H R_h^T + Rb_h));  H = (1 - z) . h + z . H
///   LSTM   i, o, f, c = parts of x' + H R^T + Rb (+ P . C);  C = f . C + i . g(c);  H = o . h(C)
///          with input_forget f = 1 - i
/// Source: the operators' definitions (onnx/docs/Operators.md).
#include <tercet/io/onnx/recurrent.hpp>
#include <tercet/io/onnx/rules.hpp>

namespace tercet::onnx_io {

namespace {

void rnn(const Call& call) {
    const Recurrent n(call, 1, {"Tanh"});
    std::vector<std::vector<Term>> all;
    for (std::int64_t d = 0; d < n.directions; ++d) {
        const Term x = n.inputs(d, n.bias(d, false)),
                   r = n.part(2, d, {n.hidden, n.hidden}, "/d" + std::to_string(d) + "/r"), b = n.bias(d, true);
        Term h = n.initial(5, d, ".h" + std::to_string(d));
        all.push_back(n.unroll(d, h, [&](std::int64_t t) {
            const Term sum = n.c.plus(n.step(x, d, t), n.recur(h, r, b, n.at(d, t, "r")), n.at(d, t, "sum"));
            return n.function(d, 0, sum, n.at(d, t, "h"));
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
        all.push_back(n.unroll(d, h, [&](std::int64_t t) {
            const auto at = [&](const char* what) { return n.at(d, t, what); };
            const Term x_t = n.step(x, d, t), zr = n.recur(h, r_zr, b_zr, at("zr"));
            const Term z =
                n.function(d, 0, c.plus(n.gate(x_t, 0, at("x_z")), n.gate(zr, 0, at("r_z")), at("sum_z")), at("z"));
            const Term reset =
                n.function(d, 0, c.plus(n.gate(x_t, 1, at("x_r")), n.gate(zr, 1, at("r_r")), at("sum_r")), at("reset"));
            const Term inner = before ? c.times(reset, n.recur(h, r_h, b_h, at("linear")), at("reset_linear"))
                                      : n.recur(c.times(reset, h, at("reset_h")), r_h, b_h, at("linear"));
            const Term candidate =
                n.function(d, 1, c.plus(n.gate(x_t, 2, at("x_h")), inner, at("sum_h")), at("candidate"));
            const Term rest = c.minus(c.number(1, z, ".one" + at("rest")), z, at("rest"));
            return c.plus(c.times(rest, candidate, at("new")), c.times(z, h, at("old")), at("h"));
        }));
    }
    n.results(all, {});
}

void lstm(const Call& call) {
    const Recurrent n(call, 4, {"Sigmoid", "Tanh", "Tanh"});
    const Compose& c = n.c;
    const bool coupled = call.node.integer("input_forget", 0) != 0;
    if (n.clip)
        call.to.model.notes.push_back("node '" + call.node.name +
                                      "' (LSTM): clip bounds the operands of the gates, and h takes the cell as it is, "
                                      "as in ONNX Runtime; the standard could be read to bound that too");
    std::vector<std::vector<Term>> all;
    std::vector<Term> last_c;
    for (std::int64_t d = 0; d < n.directions; ++d) {
        const std::string dir = "/d" + std::to_string(d);
        const Term x = n.inputs(d, n.bias(d, false)), r = n.part(2, d, {4 * n.hidden, n.hidden}, dir + "/r"),
                   b = n.bias(d, true);
        const Term peep = n.part(7, d, {3 * n.hidden}, dir + "/p");
        Term h = n.initial(5, d, ".h" + std::to_string(d)), cell = n.initial(6, d, ".c" + std::to_string(d));
        all.push_back(n.unroll(d, h, [&](std::int64_t t) {
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
                return n.function(d, f, v, at(what));
            };
            const Term i = gate(0, 0, cell, 0, "i");
            const Term f = coupled ? c.minus(c.number(1, i, ".one" + at("f")), i, at("f")) : gate(2, 2, cell, 0, "f");
            const Term g = gate(3, -1, cell, 1, "g");
            const Term fresh = c.plus(c.times(f, cell, at("kept")), c.times(i, g, at("new")), at("c"));
            const Term o = gate(1, 1, fresh, 0, "o");
            cell = n.held(t, fresh, cell, at("held_c"));
            return c.times(o, n.unclipped(d, 2, fresh, at("out")), at("h"));
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
