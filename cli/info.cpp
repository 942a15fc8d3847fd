/// tercet info: what a model is, and which contexts can run it.
#include "commands.hpp"
#include "load.hpp"
#include "with_context.hpp"

#include <tercet/io/excerpt.hpp>
#include <tercet/models/shipped_contexts.hpp>

#include <iostream>

namespace tercet::cli {

namespace {

void print_info(const std::string& path) {
    const OnnxModel model = read_onnx(path);
    const Graph& graph = model.network.graph;
    std::cout << printable(path) << '\n';
    std::cout << "  producer    " << (model.producer.empty() ? "not stated" : printable(model.producer, longest_name)) << ", opset "
              << model.opset << '\n';
    for (const int id : graph.inputs) {
        const Node& n = graph.nodes[static_cast<std::size_t>(id)];
        std::cout << "  input       " << printable(n.name, longest_name) << ' ' << to_string_dims(n.shape)
                  << (model.free_batch ? ", the first axis is a free batch (shown as 1)" : "") << '\n';
    }
    for (std::size_t k = 0; k < graph.outputs.size(); ++k)
        std::cout << "  output      " << printable(graph.output_names[k], longest_name) << ' '
                  << to_string_dims(graph.nodes[static_cast<std::size_t>(graph.outputs[k])].shape) << '\n';
    std::int64_t weights = 0;
    for (const auto& p : model.network.parameters) weights += p.size();
    std::cout << "  parameters  " << weights << " numbers in " << graph.parameters.size() << " tensors\n";
    std::cout << "  operators  ";
    for (const auto& [name, count] : model.operators) std::cout << ' ' << printable(name, longest_name) << " x" << count;
    std::cout << '\n';
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
    for (const std::string& note : model.notes) std::cout << "  note        " << printable(note) << '\n';
}

}  // namespace

void add_info(CLI::App& app, int&) {
    auto* command =
        app.add_subcommand("info", "Describe a model: inputs, outputs, operators, parameters, and which arithmetics can run it");
    auto path = std::make_shared<std::string>();
    command->add_option("model", *path, "the ONNX file")->required();
    command->callback([path] { print_info(*path); });
}

}  // namespace tercet::cli
