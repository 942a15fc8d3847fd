/// What RNN, GRU and LSTM have in common: the parts of their inputs, the lengths of their sequences, their results.
///
/// Where a sequence of batch element b has length n_b, its state is held at the steps t >= n_b, in both directions: a
/// reverse one begins at t = n_b - 1 so, and a forward one keeps its last state. Y is 0 there.
#pragma once

#include <tercet/io/onnx/recurrent_activation.hpp>

namespace tercet::onnx_io {

struct Recurrent {
    const Call& call;
    Compose c;
    std::int64_t gates, steps, batch, hidden, directions;
    std::vector<RecurrentActivation> activations;
    std::size_t each;  // activations of a direction
    bool batch_first;
    std::optional<double> clip;
    std::vector<std::int64_t> lengths;  // of each batch element
    std::int64_t longest = 0;           // of those
    Term x;                             // [steps, batch, in]

    Recurrent(const Call& of, std::int64_t gate_count, const std::vector<std::string>& defaults);

    bool reverse(std::int64_t d) const;
    std::string at(std::int64_t d, std::int64_t t, const char* what) const;

    /// Function k of a direction; its operand is first bounded to [-clip, clip], where there is a clip.
    Term function(std::int64_t d, std::size_t k, const Term& operand, const std::string& suffix) const;
    Term unclipped(std::int64_t d, std::size_t k, const Term& operand, const std::string& suffix) const {
        return activations[static_cast<std::size_t>(d) * each + k].of(call, operand, suffix);
    }

    /// The part of input i that belongs to a direction, under a shape; nothing where the input is left out.
    Term part(std::size_t i, std::int64_t d, const Dims& shape, const std::string& suffix) const;
    /// initial_h and the like: [directions, batch, h], or with layout 1 [batch, directions, h].
    Term initial(std::size_t i, std::int64_t d, const std::string& suffix) const;
    /// X W^T (+ Wb), [steps, batch, gates h].
    Term inputs(std::int64_t d, const Term& bias) const;
    /// The biases of a direction: of X (first) or of H (second half).
    Term bias(std::int64_t d, bool second) const;
    Term step(const Term& all, std::int64_t d, std::int64_t t) const;
    Term gate(const Term& all, std::int64_t k, const std::string& suffix) const {
        return c.slice(all, 1, k * hidden, hidden, suffix);
    }
    Term recur(const Term& h, const Term& r, const Term& b, const std::string& suffix) const;

    /// Rows of `fresh` where the step is within the sequence, elsewhere those of `old`, or zeros for none.
    Term held(std::int64_t t, const Term& fresh, const Term& old, const std::string& suffix) const;

    /// The states after each step, from h on, which becomes the last of them; fresh_of(t) gives the state after step t
    /// of the sequences that have it.
    template <class Fresh>
    std::vector<Term> unroll(std::int64_t d, Term& h, Fresh fresh_of) const {
        std::vector<Term> all(static_cast<std::size_t>(steps));
        for (std::int64_t k = 0; k < steps; ++k) {
            const std::int64_t t = reverse(d) ? steps - 1 - k : k;
            if (t < longest) h = held(t, fresh_of(t), h, at(d, t, "held"));
            all[static_cast<std::size_t>(t)] = h;
        }
        return all;
    }

    /// Y [steps, directions, batch, h] of each step's H, Y_h [directions, batch, h] of the last; with layout 1 batch
    /// comes first.
    void results(const std::vector<std::vector<Term>>& h, const std::vector<Term>& last_c) const;

private:
    void read_lengths();
};

}  // namespace tercet::onnx_io
