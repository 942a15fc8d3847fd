/// tercet bound: certified bounds of every output over boxes of inputs, and the answer to --spec.
#include "bound_report.hpp"
#include "commands.hpp"
#include "elementwise_box.hpp"
#include "labels.hpp"
#include "region.hpp"

#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/vnnlib/read.hpp>
#include <tercet/scalars/machine/bit_limit.hpp>

#include <iostream>

namespace tercet::cli {

namespace {

struct BoundOptions {
    ModelOptions model;
    std::string spec;
    RegionOptions region;
    ElementwiseOptions ends;
    bool json = false, regions = false;
};

std::int64_t count_numbers(const Graph& graph, const std::vector<int>& ids) {
    std::int64_t n = 0;
    for (const int id : ids) n += element_count(graph.nodes[static_cast<std::size_t>(id)].shape);
    return n;
}

/// A property is about one network: the numbers of inputs and outputs that it declares are the network's.
void require_counts(const Property& property, const Graph& graph, const std::string& path) {
    const auto inputs = count_numbers(graph, graph.inputs), outputs = count_numbers(graph, graph.outputs);
    if (property.inputs != inputs || property.outputs != outputs)
        throw ShapeError(path + ": declares " + std::to_string(property.inputs) + " inputs and " +
                         std::to_string(property.outputs) + " outputs, the network has " + std::to_string(inputs) +
                         " and " + std::to_string(outputs));
}

/// Notes what the property says that bounds over its boxes do not use.
void note_unused(const Property& property) {
    std::size_t strict = 0, between = 0;
    for (const auto& d : property.disjuncts)
        for (const auto& c : d.input_constraints) ++(c.input_terms.size() == 1 ? strict : between);
    const auto note = [](std::size_t n, const std::string& one, const std::string& many) {
        if (n > 0) std::cerr << "tercet: note: " << n << (n == 1 ? one : many) << '\n';
    };
    note(strict, " strict bound of an input is taken as closed in the bounds",
         " strict bounds of inputs are taken as closed in the bounds");
    note(between, " linear constraint between inputs does not narrow the bounds, which hold for the whole box",
         " linear constraints between inputs do not narrow the bounds, which hold for the whole boxes");
    note(static_cast<std::size_t>(property.empty_disjuncts), " disjunct holds nowhere and is left out",
         " disjuncts hold nowhere and are left out");
}

/// class:K[,K..], vnnlib (the --box file), or the name of a .vnnlib file, which may be the --box file's.
verify::Query query_of(const BoundOptions& options, std::optional<Property>& property, std::vector<Box>& boxes,
                       const Graph& graph) {
    const auto regions = [&] { return property ? verify::Regions(*property) : verify::Regions(std::move(boxes)); };
    if (options.spec.starts_with("class:")) {
        const auto axis = verify::class_axis(graph);
        return verify::class_query(axis, parse_labels("--spec class:", options.spec.substr(6), axis), regions());
    }
    if (options.spec == "vnnlib") {
        if (!property) throw FormatError("--spec vnnlib takes its constraints from --box, which is not given");
        return verify::query_of(std::move(*property));
    }
    if (std::error_code none; !std::filesystem::exists(options.spec, none))
        throw FormatError("--spec '" + options.spec + "' is neither class:K nor vnnlib, nor is there such a file");
    Property other = read_vnnlib(options.spec);
    require_counts(other, graph, options.spec);
    if (property && other == *property) return verify::query_of(std::move(other));
    std::cerr << "tercet: note: the output constraints of " << printable(options.spec)
              << " are asked over the region given; its own boxes are not used\n";
    return verify::query_over(other, regions());
}

void bound(const BoundOptions& options, int& exit) {
    const BitLimit limit(BitLimit::start);  // what is exact in bounds (fused rows, witnesses) ends too
    Phases phases;
    Progress progress;
    std::optional<Property> property;
    std::vector<Box> boxes;
    OnnxModel model;
    if (!options.region.box.empty()) {
        property = read_vnnlib(options.region.box);
        model = load_model(options.model);
        require_counts(*property, model.network.graph, options.region.box);
        note_unused(*property);
        boxes = property->boxes;
    } else if (!options.region.inputs.empty()) {
        auto loaded = load_with_inputs(options.model, options.region.inputs);
        model = std::move(loaded.model);
        boxes = {box_around(loaded.inputs, options.region)};
    } else if (options.ends.given()) {
        auto loaded = load_with_inputs(options.model, options.ends.lower);
        model = std::move(loaded.model);
        boxes = {box_between(loaded.inputs, read_inputs(model, options.ends.upper))};
    } else {
        throw FormatError(
            "bound needs a region: --input x.npy --eps E, --lower l.npy --upper u.npy, or --box property.vnnlib");
    }
    phases.end("load");
    const auto before = [&, count = boxes.size()](std::size_t k) {
        progress.show("bounding region " + std::to_string(k + 1) + " of " + std::to_string(count));
    };
    BoundReport report;
    report.model = options.model.path;
    report.list_all = options.regions;
    if (options.spec.empty()) {
        report.regions = boxes.size();
        verify::bound_boxes<Interval64>(
            model.network, boxes, {}, {},
            [&](std::size_t k, verify::BoxBounds<>&& b) {
                report.add({k, std::move(b.outputs), {}, verify::Verdict::open, b.undefined});
            },
            before);
    } else {
        report.query = query_of(options, property, boxes, model.network.graph);
        report.regions = report.query->boxes.size();
        report.answer = verify::decide(
            model.network, *report.query, [&](verify::RegionBounds<>&& r) { report.add(std::move(r)); }, before);
    }
    progress.show("");
    if (!options.region.inputs.empty()) note_missing_eps(options.region);
    if (report.undefined >= 0) {
        const Node& node = model.network.graph.nodes[static_cast<std::size_t>(report.undefined)];
        std::cerr << "tercet: note: node '" << printable(node.name, longest_name) << "' ("
                  << printable(node.kind, longest_name)
                  << ") may have no value at some points of the box; the bounds hold at the others\n";
    }
    phases.end("compute");
    if (options.json) report.print_json(std::cout, phases);
    else report.print_text(std::cout);
    exit = report.answer && report.answer->verdict != verify::Verdict::proved ? not_proved : done;
}

}  // namespace

void add_bound(CLI::App& app, int& exit) {
    auto* command = app.add_subcommand("bound", "Certified bounds of every output over a box of inputs");
    auto options = std::make_shared<BoundOptions>();
    add_model_options(*command, options->model);
    add_region_options(*command, options->region, true);
    add_elementwise_options(*command, options->ends, {"--input", "--eps", "--clip", "--box"});
    command->add_option(
        "--spec", options->spec,
        "what is to be proved, by linear rows of the outputs fused with the last affine layers: class:K (is it class "
        "K, in "
        "every image; class:K0,K1,.. one an image), vnnlib (the constraints of --box hold nowhere), or a .vnnlib file");
    command->add_flag("--regions", options->regions, "list every region, however many there are");
    command->add_flag("--json", options->json, "print JSON (docs/json.md)");
    command->callback([options, &exit] { bound(*options, exit); });
}

}  // namespace tercet::cli
