/// tercet run: the network's output in one context.
#include "commands.hpp"
#include "exact.hpp"
#include "load.hpp"
#include "phases.hpp"
#include "values.hpp"
#include "with_context.hpp"

#include <tercet/io/text/excerpt.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>

#include <algorithm>
#include <iostream>

namespace tercet::cli {

namespace {

struct RunOptions {
    ModelOptions model;
    std::vector<std::string> inputs;
    std::string scalar = "float64";
    DigitOptions digits;
    bool json = false;
};

template <Context C>
std::vector<AnyTensor<C>> outputs_in(const OnnxModel& model, const std::vector<AnyTensor<Float64>>& x, Phases& phases) {
    decltype(auto) parameters = convert_parameters<C>(model.network.parameters);
    const auto inputs = convert_all<C>(x);
    phases.end("prepare");
    return interpret<C>(model.network.graph, parameters, inputs);
}

/// The same, with the digits of every node.
template <ExactContext C>
std::vector<AnyTensor<C>> outputs_with_digits(const OnnxModel& model, const std::vector<AnyTensor<Float64>>& x,
                                              std::vector<DigitRow>& rows, Phases& phases) {
    const Graph& graph = model.network.graph;
    decltype(auto) parameters = convert_parameters<C>(model.network.parameters);
    const auto inputs = convert_all<C>(x);
    phases.end("prepare");
    const auto trace = run<C>(graph, parameters, inputs);
    rows = digit_rows(graph, trace);
    std::vector<AnyTensor<C>> outputs;
    for (const int id : graph.outputs) {
        const auto* p = graph.nodes[static_cast<std::size_t>(id)].op.as<op::Parameter>();
        outputs.push_back(p ? parameters[static_cast<std::size_t>(p->index)]
                            : trace.values[static_cast<std::size_t>(id)]);
    }
    return outputs;
}

/// Runs over C, which may be Dyadic in Rational's place, and writes each number as it is converted.
template <Context C>
void run_and_write(const RunOptions& options, const OnnxModel& model, const std::vector<AnyTensor<Float64>>& x,
                   Phases& phases, Progress& progress) {
    const Graph& graph = model.network.graph;
    std::vector<DigitRow> rows;
    std::vector<AnyTensor<C>> outputs;
    if constexpr (ExactContext<C>) {
        outputs =
            options.digits.report ? outputs_with_digits<C>(model, x, rows, phases) : outputs_in<C>(model, x, phases);
        for (const auto& y : outputs) require_fractions(y);
    } else {
        outputs = outputs_in<C>(model, x, phases);
    }
    phases.end("compute");
    progress.show("");
    if (!options.json) {
        for (std::size_t k = 0; k < outputs.size(); ++k) {
            std::cout << printable(graph.output_names[k], longest_name) << ' ' << to_string_dims(outputs[k].dims)
                      << " in " << options.scalar << '\n';
            constexpr std::size_t most = 10'000;  // no one reads more, and a small file can ask for 4 GB of lines
            const std::size_t count = outputs[k].data.size();
            for (std::size_t i = 0; i < std::min(count, most); ++i)
                std::cout << "  " << i << "  " << value_text<C>(outputs[k].data[i]) << '\n';
            if (count > most) std::cout << "  and " << count - most << " more; --json prints all\n";
        }
        if (options.digits.report) print_digits(std::cout, rows);
        return;
    }
    JsonWriter json(std::cout);
    json.begin_object()
        .key("schema")
        .number(1LL)
        .key("model")
        .string(options.model.path)
        .key("context")
        .string(options.scalar);
    json.key("semantics").string(to_string(C::semantics)).key("outputs").begin_array();
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        json.begin_object().key("name").string(graph.output_names[k]);
        write_tensor<C>(json, outputs[k]);
        json.end_object();
    }
    json.end_array();
    if (options.digits.report) write_digits(json, rows);
    phases.write(json);
    json.end_object();
    std::cout << '\n';
}

template <Context C>
void run_in(const RunOptions& options) {
    Phases phases;
    Progress progress;
    check_digits<C>(options.digits);
    const auto [model, x] = load_with_inputs(options.model, options.inputs);
    const Graph& graph = model.network.graph;
    progress.show("running " + options.model.path + " in " + options.scalar);
    if (const auto why = refusals<C>(graph); !why.empty()) throw UnsupportedOp(why.front());
    phases.end("load");
    const BitLimit limit(options.digits.bits());
    if constexpr (std::same_as<C, Rational>)
        with_exact(graph, [&]<Context E>() { run_and_write<E>(options, model, x, phases, progress); });
    else run_and_write<C>(options, model, x, phases, progress);
}

}  // namespace

void add_run(CLI::App& app, int&) {
    auto* command = app.add_subcommand("run", "Run a model on one input");
    auto options = std::make_shared<RunOptions>();
    add_model_options(*command, options->model);
    add_input_option(*command, options->inputs)->required();
    command
        ->add_option("--scalar", options->scalar,
                     "float32, float64, interval64 (outputs enclose the real result) or rational (outputs are exact)")
        ->check(CLI::IsMember(context_names))
        ->capture_default_str();
    add_digit_options(*command, options->digits);
    command->add_flag("--json", options->json, "print JSON, with hex floats and exact fractions");
    command->callback([options] { with_context(options->scalar, [&]<class C>() { run_in<C>(*options); }); });
}

}  // namespace tercet::cli
