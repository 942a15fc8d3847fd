/// tercet bound: certified bounds of every output, and of linear rows of outputs, over boxes of inputs.
#include "commands.hpp"
#include "region.hpp"
#include "values.hpp"

#include <tercet/io/vnnlib.hpp>
#include <tercet/verify/bound_boxes.hpp>

#include <iostream>

namespace tercet::cli {

namespace {

struct BoundOptions {
    ModelOptions model;
    std::string spec;
    RegionOptions region;
    bool json = false;
};

using verify::BoxBounds;

/// "class:3" or "vnnlib" (the --box file) or the name of a .vnnlib file.
std::vector<verify::Row> spec_rows(const std::string& spec, const std::optional<Property>& property, std::int64_t outputs) {
    if (spec.empty()) return {};
    if (spec.starts_with("class:")) {
        const RationalNumber label = parse_decimal(spec.substr(6));
        if (denominator(label) != 1 || label < 0 || label >= outputs)
            throw DomainError("--spec " + spec + ": the class is not one of the outputs 0 to " + std::to_string(outputs - 1));
        return verify::class_rows(numerator(label).convert_to<int>(), outputs);
    }
    if (spec == "vnnlib" && !property) throw FormatError("--spec vnnlib takes its constraints from --box, which is not given");
    const auto rows = verify::constraint_rows(spec == "vnnlib" ? *property : read_vnnlib(spec));
    if (rows.empty()) throw FormatError("--spec " + spec + ": the property has no constraint on outputs alone");
    return rows;
}

std::int64_t output_count(const Graph& graph) {
    std::int64_t n = 0;
    for (const int id : graph.outputs) n += element_count(graph.nodes[static_cast<std::size_t>(id)].shape);
    return n;
}

void write_bounds(JsonWriter& json, const std::vector<Interval>& bounds) {
    json.begin_array();
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        json.begin_object().key("index").number(static_cast<long long>(i));
        json.key("lower").lower(bounds[i].lower()).key("upper").upper(bounds[i].upper());
        json.key("lower_hex").string(hex_float(bounds[i].lower())).key("upper_hex").string(hex_float(bounds[i].upper())).end_object();
    }
    json.end_array();
}

void write_rows(JsonWriter& json, const std::vector<verify::Row>& rows, const std::vector<Interval>& bounds) {
    json.begin_array();
    for (std::size_t r = 0; r < rows.size(); ++r) {
        json.begin_object().key("row").string(rows[r].name).key("lower").lower(bounds[r].lower()).key("upper").upper(bounds[r].upper());
        json.key("lower_hex").string(hex_float(bounds[r].lower())).key("upper_hex").string(hex_float(bounds[r].upper())).end_object();
    }
    json.end_array();
}

/// The bounds that hold over all boxes together.
BoxBounds hull_of(const std::vector<BoxBounds>& all) {
    BoxBounds h = all.front();
    for (const BoxBounds& b : all) {
        for (std::size_t i = 0; i < h.outputs.data.size(); ++i) h.outputs.data[i] = hull(h.outputs.data[i], b.outputs.data[i]);
        for (std::size_t i = 0; i < h.rows.size(); ++i) h.rows[i] = hull(h.rows[i], b.rows[i]);
    }
    return h;
}

void print_json(const BoundOptions& options, const std::vector<verify::Row>& rows, const std::vector<BoxBounds>& all, double seconds) {
    const BoxBounds h = hull_of(all);
    JsonWriter json(std::cout);
    json.begin_object().key("schema").number(1LL).key("model").string(options.model.path);
    json.key("context").string("interval64").key("method").string("ibp");
    json.key("semantics").string("real").key("bounds");
    write_bounds(json, h.outputs.data);
    if (!rows.empty()) {
        json.key("rows");
        write_rows(json, rows, h.rows);
    }
    if (all.size() > 1) {
        json.key("regions").begin_array();
        for (std::size_t k = 0; k < all.size(); ++k) {
            json.begin_object().key("region").number(static_cast<long long>(k)).key("bounds");
            write_bounds(json, all[k].outputs.data);
            if (!rows.empty()) {
                json.key("rows");
                write_rows(json, rows, all[k].rows);
            }
            json.end_object();
        }
        json.end_array();
    }
    json.key("seconds").number(seconds).end_object();
    std::cout << '\n';
}

void print_text(const BoundOptions& options, const std::vector<verify::Row>& rows, const std::vector<BoxBounds>& all, bool is_class,
                bool proved) {
    std::cout << "certified bounds of " << options.model.path << " over the real numbers (interval64, ibp)\n";
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (all.size() > 1) std::cout << "region " << k << " of " << all.size() << '\n';
        for (std::size_t i = 0; i < all[k].outputs.data.size(); ++i)
            std::cout << "  Y_" << i << " in " << interval_text(all[k].outputs.data[i]) << '\n';
        for (std::size_t r = 0; r < rows.size(); ++r) std::cout << "  " << rows[r].name << " in " << interval_text(all[k].rows[r]) << '\n';
    }
    if (is_class)
        std::cout << (proved ? "proved: every difference is above 0, so the class is the same in the whole box\n"
                             : "not proved: some difference may be 0 or less\n");
    else if (!rows.empty())
        std::cout << (proved ? "proved: no output in these bounds satisfies the property's constraints (unsat)\n"
                             : "not proved: these bounds leave it open\n");
}

/// Is each disjunct of the query refuted, by a constraint whose row is certainly above 0 over the disjunct's box? (A strict one: not
/// below.)
bool refuted(const Property& property, const std::vector<verify::Row>& rows, const std::vector<BoxBounds>& all) {
    const auto by_box = disjuncts_by_box(property);
    for (std::size_t k = 0; k < by_box.size(); ++k)
        for (const int d : by_box[k]) {
            bool some = false;
            for (const LinearConstraint& c : property.disjuncts[static_cast<std::size_t>(d)].output_constraints)
                for (std::size_t r = 0; r < rows.size(); ++r)
                    if (c.input_terms.empty() && rows[r].terms == c.output_terms && rows[r].offset == c.bound)
                        some = some || (c.strict ? order(all[k].rows[r].lower()) >= 0 : order(all[k].rows[r].lower()) > 0);
            if (!some) return false;
        }
    return true;
}

void bound(const BoundOptions& options, int& exit) {
    const Stopwatch watch;
    Progress progress;
    std::optional<Property> property;
    std::vector<Box> boxes;
    OnnxModel model;
    if (!options.region.box.empty()) {
        property = read_vnnlib(options.region.box);
        model = load_model(options.model);
        boxes = distinct_boxes(*property);
        std::size_t unused = 0;
        for (const auto& d : property->disjuncts) unused += d.input_constraints.size();
        if (unused > 0)
            std::cerr << "tercet: note: " << unused
                      << " linear constraints between inputs are not used; the bounds hold for the whole boxes\n";
    } else if (!options.region.inputs.empty()) {
        auto loaded = load_with_inputs(options.model, options.region.inputs);
        model = std::move(loaded.model);
        boxes = {box_around(loaded.inputs, options.region)};
    } else {
        throw FormatError("bound needs a region: --input x.npy --eps E, or --box property.vnnlib");
    }
    const Graph& graph = model.network.graph;
    if (property && property->outputs > output_count(graph))
        throw ShapeError(options.region.box + ": declares " + std::to_string(property->outputs) + " outputs, the network has " +
                         std::to_string(output_count(graph)));
    const auto rows = spec_rows(options.spec, property, output_count(graph));
    const auto fused = verify::fuse(model.network, rows);
    const auto all = verify::bound_boxes(model.network, boxes, fused, [&](std::size_t k) {
        progress.show("bounding region " + std::to_string(k + 1) + " of " + std::to_string(boxes.size()));
    });
    progress.show("");
    const bool is_class = options.spec.starts_with("class:");
    bool proved = true;
    if (is_class) {
        for (const BoxBounds& b : all)
            for (const Interval& r : b.rows) proved = proved && order(r.lower()) > 0;
    } else if (!rows.empty()) {
        proved = property && options.spec == "vnnlib" && refuted(*property, rows, all);
    }
    if (options.json) print_json(options, rows, all, watch.seconds());
    else print_text(options, rows, all, is_class, proved);
    exit = proved ? done : not_proved;
}

}  // namespace

void add_bound(CLI::App& app, int& exit) {
    auto* command = app.add_subcommand("bound", "Certified bounds of every output over a box of inputs");
    auto options = std::make_shared<BoundOptions>();
    add_model_options(*command, options->model);
    add_region_options(*command, options->region, true);
    command->add_option(
        "--spec", options->spec,
        "also bound linear rows of the outputs, fused with the last affine layers: class:K (Y_K - Y_j for all j), vnnlib (the output "
        "constraints of --box), or a .vnnlib file");
    command->add_flag("--json", options->json, "print JSON (docs/json.md)");
    command->callback([options, &exit] { bound(*options, exit); });
}

}  // namespace tercet::cli
