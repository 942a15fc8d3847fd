/// tercet run: the network's output in one context.
#include "commands.hpp"
#include "load.hpp"
#include "values.hpp"
#include "with_context.hpp"

#include <tercet/models/shipped_contexts.hpp>

#include <iostream>

namespace tercet::cli {

namespace {

struct RunOptions {
    std::string model, input, scalar = "float64";
    bool json = false;
};

template <Context C>
void run_in(const RunOptions& options) {
    const Stopwatch watch;
    Progress progress;
    const NpyArray array = read_npy(options.input);
    const OnnxModel model = load_model(options.model, &array);
    const Graph& graph = model.network.graph;
    const auto x = fit_input(graph, array, options.input);
    progress.show("running " + options.model + " in " + options.scalar);
    const auto outputs = interpret<C>(graph, convert_parameters<C>(model.network.parameters), {convert<C>(x)});
    progress.show("");
    if (!options.json) {
        for (std::size_t k = 0; k < outputs.size(); ++k) {
            std::cout << graph.output_names[k] << ' ' << to_string_dims(outputs[k].dims) << " in " << options.scalar << '\n';
            for (std::size_t i = 0; i < outputs[k].data.size(); ++i) std::cout << "  " << i << "  " << value_text<C>(outputs[k].data[i]) << '\n';
        }
        return;
    }
    JsonWriter json(std::cout);
    json.begin_object().key("schema").number(1LL).key("model").string(options.model).key("context").string(options.scalar);
    json.key("semantics").string(semantics<C>()).key("outputs").begin_array();
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        json.begin_object().key("name").string(graph.output_names[k]);
        write_tensor<C>(json, outputs[k]);
        json.end_object();
    }
    json.end_array().key("seconds").number(watch.seconds()).end_object();
    std::cout << '\n';
}

}  // namespace

void add_run(CLI::App& app, int&) {
    auto* command = app.add_subcommand("run", "Run a model on one input");
    auto options = std::make_shared<RunOptions>();
    command->add_option("model", options->model, "the ONNX file")->required();
    command->add_option("--input", options->input, "the input, a .npy file in the model's input shape")->required();
    command->add_option("--scalar", options->scalar, "float32, float64, interval64 (outputs enclose the real result) or rational (outputs are exact)")
        ->check(CLI::IsMember(context_names))
        ->capture_default_str();
    command->add_flag("--json", options->json, "print JSON, with hex floats and exact fractions");
    command->callback([options] { with_context(options->scalar, [&]<class C>() { run_in<C>(*options); }); });
}

}  // namespace tercet::cli
