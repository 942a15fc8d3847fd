#include <tercet/io/onnx/recurrent_activation.hpp>
#include <tercet/layers/functions/elu.hpp>
#include <tercet/layers/functions/hard_sigmoid.hpp>
#include <tercet/layers/functions/leaky_relu.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/layers/functions/softplus.hpp>
#include <tercet/layers/functions/softsign.hpp>
#include <tercet/layers/functions/tanh.hpp>
#include <tercet/layers/functions/thresholded_relu.hpp>
#include <tercet/models/operators/pointwise.hpp>

#include <algorithm>
#include <cctype>

namespace tercet::onnx_io {

namespace {

/// A function that the standard lists; a default of its numbers where an operator of that name has one.
struct Known {
    const char* name;
    bool has_alpha = false, has_beta = false;
    std::optional<float> alpha = {}, beta = {};
};

const Known known[] = {
    {"relu"},
    {"tanh"},
    {"sigmoid"},
    {"softsign"},
    {"softplus"},
    {"leakyrelu", true, false, 0.01f, {}},
    {"thresholdedrelu", true, false, 1.0f, {}},
    {"elu", true, false, 1.0f, {}},
    {"hardsigmoid", true, true, 0.2f, 0.5f},
    {"affine", true, true, {}, {}},
    {"scaledtanh", true, true, {}, {}},
};

/// The numbers of one attribute, taken one after another.
struct Supply {
    const char* key;
    std::vector<double> numbers;
    std::size_t taken = 0;

    double next(const std::string& function, std::optional<float> otherwise) {
        if (taken < numbers.size()) return numbers[taken++];
        if (otherwise) return static_cast<double>(*otherwise);
        throw UnsupportedOp("activation '" + function + "' has no number in " + key + ", and no default");
    }
    void expect_used_up() const {
        if (taken < numbers.size())
            throw ShapeError(std::string(key) + " has " + std::to_string(numbers.size()) +
                             " numbers, its activations take " + std::to_string(taken));
    }
};

}  // namespace

std::vector<RecurrentActivation> recurrent_activations(const Call& call, const std::vector<std::string>& defaults,
                                                       std::int64_t directions) {
    auto names = call.node.get<std::vector<std::string>>("activations", {});
    if (names.empty())
        for (std::int64_t d = 0; d < directions; ++d) names.insert(names.end(), defaults.begin(), defaults.end());
    const std::size_t count = defaults.size() * static_cast<std::size_t>(directions);
    if (names.size() != count)
        throw ShapeError("has " + std::to_string(names.size()) + " activations, expected " + std::to_string(count));
    Supply alphas{"activation_alpha", call.node.get<std::vector<double>>("activation_alpha", {})},
        betas{"activation_beta", call.node.get<std::vector<double>>("activation_beta", {})};
    std::vector<RecurrentActivation> all;
    for (const std::string& name : names) {
        RecurrentActivation f;
        for (const char l : name) f.name += static_cast<char>(std::tolower(static_cast<unsigned char>(l)));
        const auto* k = std::ranges::find_if(known, [&](const Known& one) { return f.name == one.name; });
        if (k == std::end(known)) throw UnsupportedOp("activation '" + name + "' is not supported");
        if (k->has_alpha) f.alpha = alphas.next(name, k->alpha);
        if (k->has_beta) f.beta = betas.next(name, k->beta);
        all.push_back(std::move(f));
    }
    alphas.expect_used_up();
    betas.expect_used_up();
    return all;
}

Term RecurrentActivation::of(const Call& call, const Term& x, const std::string& suffix) const {
    const Compose c{call};
    if (name == "sigmoid") return c.apply(op::Sigmoid{}, x, suffix, "Sigmoid");
    if (name == "tanh") return c.apply(op::Tanh{}, x, suffix, "Tanh");
    if (name == "relu") return c.apply(op::Relu{}, x, suffix, "Relu");
    if (name == "softsign") return c.apply(op::Softsign{}, x, suffix, "Softsign");
    if (name == "softplus") return c.apply(op::Softplus{}, x, suffix, "Softplus");
    if (name == "leakyrelu") return c.apply(op::LeakyRelu{{alpha}}, x, suffix, "LeakyRelu");
    if (name == "thresholdedrelu") return c.apply(op::ThresholdedRelu{{alpha}}, x, suffix, "ThresholdedRelu");
    if (name == "elu") return c.apply(op::Elu{{alpha}}, x, suffix, "Elu");
    if (name == "hardsigmoid") return c.apply(op::HardSigmoid{{alpha, beta}}, x, suffix, "HardSigmoid");
    const auto number = [&](double v, const char* what) { return c.number(v, x, "." + suffix.substr(1) + what); };
    if (name == "affine")  // alpha x + beta
        return c.plus(c.times(number(alpha, "/alpha"), x, suffix + "/scaled"), number(beta, "/beta"), suffix);
    // scaledtanh: alpha tanh(beta x)
    const Term inner = c.times(number(beta, "/beta"), x, suffix + "/inner");
    return c.times(number(alpha, "/alpha"), c.apply(op::Tanh{}, inner, suffix + "/tanh", "Tanh"), suffix);
}

}  // namespace tercet::onnx_io
