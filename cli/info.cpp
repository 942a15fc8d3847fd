/// tercet info: what a model is, and which contexts can run it.
#include "commands.hpp"
#include "load.hpp"
#include "with_context.hpp"

#include <tercet/io/text/excerpt.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>

#include <algorithm>
#include <iostream>

namespace tercet::cli {

namespace {

/// "[?, n, 4]"
std::string stated_shape(const OnnxInput& input) {
    if (!input.has_shape) return "[..]";
    std::string text;
    for (const std::string& d : input.stated) text += (text.empty() ? "" : ", ") + d;
    return "[" + text + "]";
}

void print_operators(const OnnxModel& model) {
    std::cout << "  operators  ";
    for (const auto& [name, count] : model.operators)
        std::cout << ' ' << printable(name, longest_name) << " x" << count;
    std::cout << '\n';
}

/// Where sizes are missing: what can be said without them.
void print_open(const OnnxModel& model) {
    for (const OnnxInput& input : model.inputs)
        std::cout << "  input       " << printable(input.name, longest_name) << ' '
                  << printable(stated_shape(input), 200) << '\n';
    for (const OnnxInput& input : model.integers)
        std::cout << "  input       " << printable(input.name, longest_name) << ' '
                  << printable(stated_shape(input), 200) << " of " << input.type
                  << ": its numbers become constants, give them by --input " << printable(input.name, longest_name)
                  << "=FILE\n";
    print_operators(model);
    const auto found = std::find_if(model.inputs.begin(), model.inputs.end(), [](const OnnxInput& input) {
        return !input.has_shape || std::find(input.dims.begin(), input.dims.end(), -1) != input.dims.end();
    });
    if (found == model.inputs.end()) return;
    const OnnxInput& first = *found;
    std::cout << "  open        dimensions without a size; give them by --shape";
    std::string example = first.has_shape ? "" : "1,2,3";
    for (const auto d : first.dims) example += (example.empty() ? "" : ",") + std::to_string(d < 0 ? 1 : d);
    std::cout << " (as in --shape " << printable(first.name, longest_name) << '=' << example
              << "), or run the model with --input\n";
}

void print_commands(const Graph& graph) {
    if (graph.inputs.empty()) {
        std::cout << "  commands    none: the network has no input\n";
        return;
    }
    std::cout << "  commands    run, bound";
    if (graph.outputs.size() == 1) std::cout << ", grad";
    else std::cout << "; grad takes one output: choose it with --output-name";
    if (graph.inputs.size() > 1) std::cout << "; each input by its --input NAME=FILE";
    std::cout << '\n';
}

void print_info(const ModelOptions& options) {
    const OnnxModel model = load_model(options, true);
    const Graph& graph = model.network.graph;
    std::cout << printable(options.path) << '\n';
    std::cout << "  producer    " << (model.producer.empty() ? "not stated" : printable(model.producer, longest_name))
              << ", opset " << model.opset << '\n';
    if (model.open) {
        print_open(model);
        for (const std::string& note : model.notes) std::cout << "  note        " << printable(note) << '\n';
        return;
    }
    for (const int id : graph.inputs) {
        const Node& n = graph.nodes[static_cast<std::size_t>(id)];
        std::cout << "  input       " << printable(n.name, longest_name) << ' ' << to_string_dims(n.shape)
                  << (model.free_batch ? ", the first axis is a free batch" : "")
                  << (model.free_batch && !n.shape.empty() && n.shape[0] == 1 ? " (shown as 1)" : "") << '\n';
    }
    for (std::size_t k = 0; k < graph.outputs.size(); ++k)
        std::cout << "  output      " << printable(graph.output_names[k], longest_name) << ' '
                  << to_string_dims(graph.nodes[static_cast<std::size_t>(graph.outputs[k])].shape) << '\n';
    std::int64_t weights = 0;
    for (const auto& p : model.network.parameters) weights += p.size();
    std::cout << "  parameters  " << weights << " numbers in " << graph.parameters.size() << " tensors\n";
    print_operators(model);
    for (const std::string& name : context_names) {
        const auto why = with_context(name, [&]<class C>() { return refusals<C>(graph); });
        std::cout << "  " << name << std::string(12 - name.size(), ' ');
        if (why.empty())
            std::cout << (name == "interval64" ? "runs: certified bounds"
                          : name == "rational" ? "runs: exact outputs and gradients"
                                               : "runs")
                      << '\n';
        else
            std::cout << "cannot: " << printable(why.front())
                      << (why.size() > 1 ? " (and " + std::to_string(why.size() - 1) + " more nodes)" : "") << '\n';
    }
    print_commands(graph);
    for (const std::string& note : model.notes) std::cout << "  note        " << printable(note) << '\n';
}

}  // namespace

void add_info(CLI::App& app, int&) {
    auto* command = app.add_subcommand(
        "info", "Describe a model: inputs, outputs, operators, parameters, and which arithmetics can run it");
    auto options = std::make_shared<ModelOptions>();
    add_model_options(*command, *options);
    command->callback([options] { print_info(*options); });
}

}  // namespace tercet::cli
