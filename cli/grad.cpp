/// tercet grad: gradients with respect to the input and every parameter, exact, enclosed or in floats; and the comparison with another's.
#include "commands.hpp"
#include "exact.hpp"
#include "gradient_file.hpp"
#include "region.hpp"

#include <tercet/layers/loss.hpp>
#include <tercet/models/shipped_contexts.hpp>
#include <tercet/verify/ibp.hpp>

#include <iostream>

namespace tercet::cli {

namespace {

struct GradOptions {
    std::string model, cotangent, loss, scalar = "rational", out, compare;
    RegionOptions region;
    DigitOptions digits;
    int output = -1, label = -1;
};

/// dL/dy of the flattened outputs.
template <Context C>
std::vector<AnyTensor<C>> cotangents(const GradOptions& options, const Graph& graph, const Trace<C>& trace) {
    if (graph.outputs.size() != 1)
        throw UnsupportedOp(options.model + ": the network has " + std::to_string(graph.outputs.size()) + " outputs; grad takes one");
    const auto out = static_cast<std::size_t>(graph.outputs[0]);
    const Dims& shape = graph.nodes[out].shape;
    AnyTensor<C> g(shape);
    const int choices = (options.output >= 0) + !options.cotangent.empty() + !options.loss.empty();
    if (choices != 1) throw FormatError("grad needs one of --output K, --cotangent g.npy, --loss cross_entropy --label K");
    if (options.output >= 0) {
        if (options.output >= g.size())
            throw DomainError("--output " + std::to_string(options.output) + ": the network has outputs 0 to " +
                              std::to_string(g.size() - 1));
        g.data[static_cast<std::size_t>(options.output)] = one<C>();
    } else if (!options.cotangent.empty()) {
        const NpyArray array = read_npy(options.cotangent);
        require_finite(array, options.cotangent);
        if (static_cast<std::int64_t>(array.values.size()) != g.size())
            throw ShapeError(options.cotangent + ": the output has shape " + to_string_dims(shape) + ", the file holds " +
                             to_string_dims(array.dims));
        for (std::size_t i = 0; i < g.data.size(); ++i) g.data[i] = C::exact(array.values[i]);
    } else if constexpr (ElementaryContext<C>) {
        if (options.label < 0) throw FormatError("--loss cross_entropy needs --label K");
        const AnyTensor<C>& y = trace.values[out];
        auto d = cross_entropy_gradient<C>(y.template view_as<1>({y.size()}), options.label);
        g.data = std::move(d.storage());
    } else {
        throw UnsupportedOp(
            "cross entropy needs exp and log, which exact rationals do not have; try --scalar interval64, or --cotangent with a gradient "
            "of your own");
    }
    return {std::move(g)};
}

template <Context C>
AnyTensor<C> input_tensor(const AnyTensor<Float64>& x, const GradOptions& options) {
    if constexpr (EnclosingContext<C>) return verify::enclose(boxes_around(x, options.region)[0], x.dims);
    if (options.region.eps != "0" || !options.region.clip.empty())
        throw FormatError("--eps and --clip ask for gradients over a box: use --scalar interval64");
    return convert<C>(x);
}

template <Context C>
void print_convention(const Kinks& kinks) {
    std::cout << "  convention: relu'(0) = 0, the first maximum of a pooling window wins";
    if constexpr (EnclosingContext<C>) std::cout << "; intervals contain it at every point";
    std::cout << "\n  kinks hit: " << kinks.relu << " relu inputs " << (EnclosingContext<C> ? "that may be 0, " : "at 0, ")
              << kinks.max_pool << " pooling windows " << (EnclosingContext<C> ? "without a certain winner\n" : "with a tie\n");
}

/// Everything that one forward and one backward run give.
template <Context C>
struct Gradients {
    GraphGradient<C> d;
    Kinks kinks;
    std::vector<DigitRow> rows;  // over exact contexts, where they are wanted
};

template <Context C>
Gradients<C> gradients_in(const GradOptions& options, const OnnxModel& model, const AnyTensor<Float64>& x, Progress& progress) {
    const Graph& graph = model.network.graph;
    const auto input = input_tensor<C>(x, options);
    const auto parameters = convert_parameters<C>(model.network.parameters);
    progress.show("forward in " + options.scalar);
    const auto trace = run<C>(graph, parameters, {input});
    progress.show("backward in " + options.scalar);
    Gradients<C> g{pullback<C>(graph, parameters, trace, cotangents<C>(options, graph, trace)), count_kinks<C>(graph, trace), {}};
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
Gradients<Rational> exact_gradients(const GradOptions& options, const OnnxModel& model, const AnyTensor<Float64>& x, Progress& progress) {
    const BitLimit limit(options.digits.bits());
    const auto sized = [&](auto g) {
        if (options.digits.report)
            for (const auto& [name, tensor] : named(model, g.d)) g.rows.push_back({"d/d " + name, tensor->dims, size_of(tensor->data)});
        return g;
    };
    if (!runs_in_dyadic(model.network.graph)) return sized(gradients_in<Rational>(options, model, x, progress));
    const Gradients<Dyadic> g = sized(gradients_in<Dyadic>(options, model, x, progress));
    return {{in_rationals(g.d.inputs), in_rationals(g.d.parameters)}, g.kinks, g.rows};
}

template <Context C>
void grad_in(const GradOptions& options) {
    const Stopwatch watch;
    Progress progress;
    if (!options.out.empty()) check_gradient_path(options.out);
    if (!options.compare.empty() && !ExactContext<C>)
        throw FormatError("--compare measures against exact gradients: use --scalar rational");
    check_digits<C>(options.digits);
    const NpyArray array = read_npy(options.region.input);
    const OnnxModel model = load_model(options.model, &array);
    const Graph& graph = model.network.graph;
    if (const auto why = refusals<C>(graph); !why.empty()) throw UnsupportedOp(why.front());
    const auto x = fit_input(graph, array, options.region.input);
    std::map<std::string, NpyArray> other;
    if (!options.compare.empty()) {
        std::set<std::string> names;
        for (const int id : graph.inputs) names.insert(graph.nodes[static_cast<std::size_t>(id)].name);
        for (const auto& p : model.parameters) names.insert(p.name);
        other = read_npz(options.compare, &names);
    }
    Gradients<C> g;
    if constexpr (std::same_as<C, Rational>) g = exact_gradients(options, model, x, progress);
    else g = gradients_in<C>(options, model, x, progress);
    const auto all = named(model, g.d);
    const double seconds = watch.seconds();
    if (!options.out.empty()) {
        progress.show("writing " + options.out);
        write_gradients<C>(all, options.out);
    }
    progress.show("");
    std::int64_t numbers = 0;
    for (const auto& [name, tensor] : all) numbers += tensor->size();
    std::cout << "gradients of " << options.model << " in " << options.scalar << ": " << numbers << " numbers in " << all.size()
              << " tensors, " << seconds << " s\n";
    print_convention<C>(g.kinks);
    if (!options.out.empty()) std::cout << "  written to " << options.out << '\n';
    if (options.digits.report) print_digits(std::cout, g.rows);
    if constexpr (ExactContext<C>)
        if (!options.compare.empty()) compare_gradients(all, other, options.compare);
}

}  // namespace

void add_grad(CLI::App& app, int&) {
    auto* command = app.add_subcommand("grad", "Gradients with respect to the input and every parameter: exact, enclosed, or in floats");
    auto options = std::make_shared<GradOptions>();
    command->add_option("model", options->model, "the ONNX file")->required();
    add_region_options(*command, options->region, false);
    command->add_option("--output", options->output, "differentiate output K")->check(CLI::NonNegativeNumber);
    command->add_option("--cotangent", options->cotangent, "differentiate <g, outputs> for this .npy file g");
    command->add_option("--loss", options->loss, "differentiate this loss of the outputs, with --label")
        ->check(CLI::IsMember({"cross_entropy"}));
    command->add_option("--label", options->label, "the class of --loss cross_entropy")->check(CLI::NonNegativeNumber);
    command->add_option("--scalar", options->scalar, "rational (exact), interval64 (enclosures; with --eps over a box), float64 or float32")
        ->check(CLI::IsMember(context_names))
        ->capture_default_str();
    command->add_option("-o,--out", options->out,
                        "write .npz (nearest doubles; NAME.lower and NAME.upper for intervals) or .json (exact fractions)");
    command->add_option("--compare", options->compare,
                        "a .npz of gradients from elsewhere: print its errors in ulp against these exact ones");
    add_digit_options(*command, options->digits);
    command->callback([options] { with_context(options->scalar, [&]<class C>() { grad_in<C>(*options); }); });
}

}  // namespace tercet::cli
