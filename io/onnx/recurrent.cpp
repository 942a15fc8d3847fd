#include <tercet/io/onnx/recurrent.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/rearrange.hpp>

#include <algorithm>

namespace tercet::onnx_io {

Recurrent::Recurrent(const Call& of, std::int64_t gate_count, const std::vector<std::string>& defaults)
    : call(of),
      c{of},
      gates(gate_count),
      each(defaults.size()),
      batch_first(of.node.integer("layout", 0) != 0),
      x(of.real(0)) {
    const auto direction = call.node.get<std::string>("direction", "forward");
    if (direction != "forward" && direction != "reverse" && direction != "bidirectional")
        throw FormatError("direction is '" + direction + "'");
    directions = direction == "bidirectional" ? 2 : 1;
    if (x->dims.size() != 3) throw ShapeError("the input has shape " + to_string_dims(x->dims) + ", expected rank 3");
    if (batch_first) x = c.transposed(x, {1, 0, 2}, "/sequence");
    steps = x->dims[0];
    batch = x->dims[1];
    if (steps < 1) throw ShapeError("the input " + to_string_dims(call.dims(0)) + " has no step");
    const Dims &w = call.dims(1), &r = call.dims(2);
    if (r.size() != 3) throw ShapeError("recurrent weights have shape " + to_string_dims(r));
    hidden = r[2];
    if (w != Dims{directions, gates * hidden, x->dims[2]} || r != Dims{directions, gates * hidden, hidden})
        throw ShapeError("weights " + to_string_dims(w) + " and " + to_string_dims(r) + " for input " +
                         to_string_dims(x->dims));
    if (call.node.integer("hidden_size", hidden) != hidden)
        throw ShapeError("hidden_size is " + std::to_string(call.node.integer("hidden_size", hidden)) +
                         ", the weights have " + std::to_string(hidden));
    activations = recurrent_activations(call, defaults, directions);
    if (call.node.has("clip")) {
        clip = call.node.real("clip", 0);
        if (!(*clip > 0)) throw FormatError("clip is " + std::to_string(*clip) + ", expected a number above 0");
    }
    read_lengths();
}

/// A sequence of no step leaves the state as it began: 0, or what initial_h says, of which ONNX says nothing and ONNX
/// Runtime makes 0.
void Recurrent::read_lengths() {
    lengths.assign(static_cast<std::size_t>(batch), steps);
    longest = steps;
    if (!call.has_input(4)) return;
    const Constant& given = call.integers(4);
    if (given.dims != Dims{batch})
        throw ShapeError("sequence_lens has shape " + to_string_dims(given.dims) + " for a batch of " +
                         std::to_string(batch));
    lengths = given.integers;
    longest = 0;
    for (const auto n : lengths) {
        longest = std::max(longest, n);
        if (n < 0 || n > steps)
            throw ShapeError("a sequence of " + std::to_string(n) + " of " + std::to_string(steps) + " steps");
        if (n == 0 && (call.has_input(5) || call.has_input(6)))
            throw UnsupportedOp("a sequence of 0 of " + std::to_string(steps) +
                                " steps with an initial state: ONNX does not say whether the last state is that or 0");
    }
}

bool Recurrent::reverse(std::int64_t d) const {
    return d == 1 || call.node.get<std::string>("direction", "forward") == "reverse";
}

std::string Recurrent::at(std::int64_t d, std::int64_t t, const char* what) const {
    return "/d" + std::to_string(d) + "/t" + std::to_string(t) + "/" + what;
}

Term Recurrent::function(std::int64_t d, std::size_t k, const Term& operand, const std::string& suffix) const {
    if (!clip) return unclipped(d, k, operand, suffix);
    const std::string name = suffix.substr(1);
    const Term low = c.maximum(operand, c.number(-*clip, operand, "." + name + "/least"), suffix + "/least");
    return unclipped(d, k, c.minimum(low, c.number(*clip, operand, "." + name + "/most"), suffix + "/clipped"), suffix);
}

Term Recurrent::held(std::int64_t t, const Term& fresh, const Term& old, const std::string& suffix) const {
    if (std::ranges::all_of(lengths, [&](std::int64_t n) { return t < n; })) return fresh;
    call.to.spend(batch * hidden);
    Moved m{{batch, hidden}, {}};
    for (std::int64_t b = 0; b < batch; ++b) {
        const bool runs = t < lengths[static_cast<std::size_t>(b)];
        m.elements.append(runs  ? op::Rearrange::Stretch{0, b * hidden, 1, hidden}
                          : old ? op::Rearrange::Stretch{1, b * hidden, 1, hidden}
                                : op::Rearrange::Stretch{-1, 0, 0, hidden});
    }
    return call.moved(std::move(m), old ? std::vector<Term>{fresh, old} : std::vector<Term>{fresh}, {}, suffix,
                      "Concat");
}

Term Recurrent::part(std::size_t i, std::int64_t d, const Dims& shape, const std::string& suffix) const {
    if (!call.has_input(i)) return {};
    Term v = call.real(i);
    if (directions > 1) v = c.slice(v, 0, d, 1, suffix + "/direction");
    if (element_count(v->dims) != element_count(shape))
        throw ShapeError("input '" + call.node.inputs[i] + "' has shape " + to_string_dims(call.dims(i)));
    return call.shaped(v, shape, suffix);
}

Term Recurrent::initial(std::size_t i, std::int64_t d, const std::string& suffix) const {
    if (!call.has_input(i))
        return call.stored(suffix, {batch, hidden}, std::vector<double>(static_cast<std::size_t>(batch * hidden), 0));
    if (!batch_first) return part(i, d, {batch, hidden}, "/" + suffix.substr(1));
    return call.reshaped(c.slice(call.real(i), 1, d, 1, "/" + suffix.substr(1) + "/direction"), {batch, hidden},
                         "/" + suffix.substr(1), "Reshape");
}

Term Recurrent::inputs(std::int64_t d, const Term& bias) const {
    const std::string suffix = "/d" + std::to_string(d);
    const Term w = part(1, d, {gates * hidden, x->dims[2]}, suffix + "/w");
    const Term rows = call.reshaped(x, {steps * batch, x->dims[2]}, suffix + "/rows", "Reshape");
    std::vector<Term> operands{rows, w};
    if (bias) operands.push_back(bias);
    const Term y = call.add(op::Gemm{.transpose_b = true}, std::move(operands), {}, suffix + "/x", "Gemm");
    return call.reshaped(y, {steps, batch, gates * hidden}, suffix + "/steps", "Reshape");
}

Term Recurrent::bias(std::int64_t d, bool second) const {
    const std::string suffix = "/d" + std::to_string(d) + "/b";
    const Term b = part(3, d, {2 * gates * hidden}, suffix);
    return b ? c.slice(b, 0, second ? gates * hidden : 0, gates * hidden, suffix + (second ? "/r" : "/w")) : Term{};
}

Term Recurrent::step(const Term& all, std::int64_t d, std::int64_t t) const {
    return call.reshaped(c.slice(all, 0, t, 1, at(d, t, "slice")), {batch, gates * hidden}, at(d, t, "x"), "Reshape");
}

Term Recurrent::recur(const Term& h, const Term& r, const Term& b, const std::string& suffix) const {
    std::vector<Term> operands{h, r};
    if (b) operands.push_back(b);
    return call.add(op::Gemm{.transpose_b = true}, std::move(operands), {}, suffix, "Gemm");
}

void Recurrent::results(const std::vector<std::vector<Term>>& h, const std::vector<Term>& last_c) const {
    const auto named = [&](std::size_t i) { return i < call.node.outputs.size() && !call.node.outputs[i].empty(); };
    if (named(0)) {
        std::vector<Term> all;
        for (std::int64_t t = 0; t < steps; ++t)
            for (std::int64_t d = 0; d < directions; ++d)
                all.push_back(call.reshaped(
                    held(t, h[static_cast<std::size_t>(d)][static_cast<std::size_t>(t)], {}, at(d, t, "shown")),
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

}  // namespace tercet::onnx_io
