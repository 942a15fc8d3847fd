/// tercet grad: gradients with respect to the input and every parameter, exact, enclosed or in floats; and the
/// comparison with another's.
#include "commands.hpp"
#include "exact.hpp"
#include "gradient_comparison.hpp"
#include "gradient_summary.hpp"
#include "integer_option.hpp"
#include "loss.hpp"
#include "phases.hpp"
#include "region.hpp"

#include <tercet/io/text/excerpt.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include <iostream>

namespace tercet::cli {

namespace {

struct GradOptions {
    ModelOptions model;
    std::string cotangent, scalar = "rational", out;
    ComparisonOptions compare;
    bool json = false;
    RegionOptions region;
    DigitOptions digits;
    LossOptions loss;
    std::optional<std::int64_t> output;
};

/// dL/dy of the flattened outputs.
template <Context C>
std::vector<AnyTensor<C>> cotangents(const GradOptions& options, const Graph& graph, const Trace<C>& trace) {
    if (graph.outputs.size() != 1)
        throw UnsupportedOp(options.model.path + ": the network has " + std::to_string(graph.outputs.size()) +
                            " outputs; grad takes one: choose it with --output-name");
    const auto out = static_cast<std::size_t>(graph.outputs[0]);
    const Dims& shape = graph.nodes[out].shape;
    AnyTensor<C> g(shape);
    const int choices = options.output.has_value() + !options.cotangent.empty() + !options.loss.loss.empty();
    if (choices != 1)
        throw FormatError("grad needs one of --output K, --cotangent g.npy, --loss cross_entropy --label K");
    if (options.output) {
        if (*options.output < 0 || *options.output >= g.size())
            throw DomainError("--output " + std::to_string(*options.output) + ": the network has outputs 0 to " +
                              std::to_string(g.size() - 1));
        g.data[static_cast<std::size_t>(*options.output)] = one<C>();
    } else if (!options.cotangent.empty()) {
        const NpyArray array = read_npy(options.cotangent);
        require_finite(array, options.cotangent);
        if (static_cast<std::int64_t>(array.values.size()) != g.size())
            throw ShapeError(options.cotangent + ": the output has shape " + to_string_dims(shape) +
                             ", the file holds " + to_string_dims(array.dims));
        for (std::size_t i = 0; i < g.data.size(); ++i) g.data[i] = C::exact(array.values[i]);
    } else if constexpr (ElementaryContext<C>) {
        const verify::ClassAxis axis = verify::class_axis(graph);
        const auto y = trace.values[out].template view_as<2>({axis.images, axis.classes});
        auto d = cross_entropy_gradient<C>(y, labels_of(options.loss, axis), options.loss.reduced());
        g.data = std::move(d.storage());
    } else {
        throw UnsupportedOp(
            "cross entropy needs exp and log, which exact rationals do not have; try --scalar interval64, or "
            "--cotangent with a gradient "
            "of your own");
    }
    std::vector<AnyTensor<C>> all;  // a list in braces would copy
    all.push_back(std::move(g));
    return all;
}

template <Context C>
std::vector<AnyTensor<C>> input_tensors(const Graph& graph, const std::vector<AnyTensor<Float64>>& inputs,
                                        const GradOptions& options) {
    if constexpr (EnclosingContext<C>) return verify::enclose(box_around(inputs, options.region), graph);
    if (!options.region.eps.empty() || !options.region.clip.empty())
        throw FormatError("--eps and --clip ask for gradients over a box: use --scalar interval64");
    return convert_all<C>(inputs);
}

template <Context C>
void print_convention(const Kinks& kinks) {
    std::cout << "  convention: relu'(0) = 0, the first maximum of a pooling window wins";
    if constexpr (EnclosingContext<C>) std::cout << "; intervals contain it at every point";
    std::cout << "\n  kinks hit: " << kinks.relu << " relu inputs "
              << (EnclosingContext<C> ? "that may be 0, " : "at 0, ") << kinks.max_pool << " pooling windows "
              << (EnclosingContext<C> ? "without a certain winner\n" : "with a tie\n");
}

/// Everything that one forward and one backward run give.
template <Context C>
struct Gradients {
    GraphGradient<C> d;
    Kinks kinks;
    std::vector<DigitRow> rows;  // over exact contexts, where they are wanted
};

template <Context C>
Gradients<C> gradients_in(const GradOptions& options, const OnnxModel& model, const std::vector<AnyTensor<Float64>>& x,
                          Phases& phases, Progress& progress) {
    const Graph& graph = model.network.graph;
    const auto inputs = input_tensors<C>(graph, x, options);
    decltype(auto) parameters = convert_parameters<C>(model.network.parameters);
    phases.end("prepare");
    progress.show("forward in " + options.scalar);
    const auto trace = run<C>(graph, parameters, inputs);
    progress.show("backward in " + options.scalar);
    Gradients<C> g{
        pullback<C>(graph, parameters, trace, cotangents<C>(options, graph, trace)), count_kinks<C>(graph, trace), {}};
    if constexpr (ExactContext<C>)
        if (options.digits.report) g.rows = digit_rows(graph, trace);
    return g;
}

/// Every gradient under the name of its tensor in the model, parameters in the shapes stored in the file.
template <Context C>
std::vector<NamedGradient<C>> named(const OnnxModel& model, GraphGradient<C>& d) {
    const Graph& graph = model.network.graph;
    std::vector<NamedGradient<C>> all;
    for (std::size_t i = 0; i < d.inputs.size(); ++i)
        all.push_back({graph.nodes[static_cast<std::size_t>(graph.inputs[i])].name, &d.inputs[i]});
    for (std::size_t i = 0; i < d.parameters.size(); ++i) {
        d.parameters[i].dims = model.parameters[i].shape;
        all.push_back({model.parameters[i].name, &d.parameters[i]});
    }
    return all;
}

/// The same as fractions, over Dyadic where that can run.
Gradients<Rational> exact_gradients(const GradOptions& options, const OnnxModel& model,
                                    const std::vector<AnyTensor<Float64>>& x, Phases& phases, Progress& progress) {
    const BitLimit limit(options.digits.bits());
    return with_exact(model.network.graph, [&]<ExactContext C>() -> Gradients<Rational> {
        Gradients<C> g = gradients_in<C>(options, model, x, phases, progress);
        if (options.digits.report)
            for (const auto& [name, tensor] : named(model, g.d))
                g.rows.push_back({"d/d " + name, tensor->dims, size_of(tensor->data)});
        return {in_rationals(std::move(g.d)), g.kinks, g.rows};
    });
}

template <Context C>
void print_text(const GradOptions& options, const Graph& graph, const Gradients<C>& g,
                const std::vector<NamedGradient<C>>& all, const std::optional<GradientComparison>& comparison,
                const Phases& phases) {
    std::int64_t numbers = 0;
    for (const auto& [name, tensor] : all) numbers += tensor->size();
    std::cout << "gradients of " << printable(options.model.path) << " in " << options.scalar << ": " << numbers
              << " numbers in " << all.size() << " tensors, " << phases.seconds() << " s\n";
    if (!options.loss.loss.empty())
        std::cout << "  loss: " << describe(options.loss, verify::class_axis(graph)) << '\n';
    print_convention<C>(g.kinks);
    if (!options.out.empty()) std::cout << "  written to " << printable(options.out) << '\n';
    else if (!comparison) print_summary<C>(std::cout, all);
    if (options.digits.report) print_digits(std::cout, g.rows);
    if (comparison) comparison->print(std::cout);
}

template <Context C>
void print_json(const GradOptions& options, const Gradients<C>& g, const std::vector<NamedGradient<C>>& all,
                const std::optional<GradientComparison>& comparison, const Phases& phases) {
    JsonWriter json(std::cout);
    json.begin_object()
        .key("schema")
        .number(1LL)
        .key("model")
        .string(options.model.path)
        .key("context")
        .string(options.scalar);
    if (!options.loss.loss.empty())
        json.key("loss").string(options.loss.loss).key("reduction").string(options.loss.reduction);
    json.key("semantics").string(to_string(C::semantics)).key("kinks").begin_object();
    json.key("relu")
        .number(static_cast<long long>(g.kinks.relu))
        .key("max_pool")
        .number(static_cast<long long>(g.kinks.max_pool));
    json.end_object();
    if (!options.out.empty()) json.key("written_to").string(options.out);
    write_summary<C>(json, all);
    if (options.digits.report) write_digits(json, g.rows);
    if (comparison) comparison->write(json);
    phases.write(json);
    json.end_object();
    std::cout << '\n';
}

template <Context C>
void grad_in(const GradOptions& options, int& exit) {
    Phases phases;
    Progress progress;
    if (!options.out.empty()) check_gradient_path(options.out);
    if (options.compare.given() && !ExactContext<C>)
        throw FormatError("--compare measures against exact gradients: use --scalar rational");
    check_digits<C>(options.digits);
    const auto [model, x] = load_with_inputs(options.model, options.region.inputs);
    const Graph& graph = model.network.graph;
    if (const auto why = refusals<C>(graph); !why.empty()) throw UnsupportedOp(why.front());
    std::set<std::string> names;
    for (const int id : graph.inputs) names.insert(graph.nodes[static_cast<std::size_t>(id)].name);
    for (const auto& p : model.parameters) names.insert(p.name);
    const auto other = read_compared(options.compare, names);
    phases.end("load");
    Gradients<C> g;
    if constexpr (std::same_as<C, Rational>) g = exact_gradients(options, model, x, phases, progress);
    else g = gradients_in<C>(options, model, x, phases, progress);
    const auto all = named(model, g.d);
    phases.end("compute");
    if (!options.out.empty()) {
        progress.show("writing " + options.out);
        write_gradients<C>(all, options.out, options.loss.loss, options.loss.reduction);
    }
    progress.show("");
    if (EnclosingContext<C>) note_missing_eps(options.region);
    std::optional<GradientComparison> comparison;
    if constexpr (ExactContext<C>)
        if (options.compare.given()) comparison = compare_gradients(all, other, options.compare);
    if (comparison && !comparison->holds()) exit = not_proved;
    if (options.json) print_json<C>(options, g, all, comparison, phases);
    else print_text<C>(options, graph, g, all, comparison, phases);
}

}  // namespace

void add_grad(CLI::App& app, int& exit) {
    auto* command = app.add_subcommand(
        "grad", "Gradients with respect to the input and every parameter: exact, enclosed, or in floats");
    auto options = std::make_shared<GradOptions>();
    add_model_options(*command, options->model);
    add_region_options(*command, options->region, false);
    add_integer(
        *command, "--output", [options](std::int64_t k) { options->output = k; }, "differentiate output K");
    command->add_option("--cotangent", options->cotangent, "differentiate <g, outputs> for this .npy file g");
    add_loss_options(*command, options->loss);
    command
        ->add_option("--scalar", options->scalar,
                     "rational (exact), interval64 (enclosures; with --eps over a box), float64 or float32")
        ->check(CLI::IsMember(context_names))
        ->capture_default_str();
    command->add_option(
        "-o,--out", options->out,
        "write .npz (nearest doubles; NAME.lower and NAME.upper for intervals) or .json (exact fractions)");
    add_comparison_options(*command, options->compare);
    add_digit_options(*command, options->digits);
    command->add_flag("--json", options->json, "print JSON: a summary of the gradients, and the comparison");
    command->callback(
        [options, &exit] { with_context(options->scalar, [&]<class C>() { grad_in<C>(*options, exit); }); });
}

}  // namespace tercet::cli
