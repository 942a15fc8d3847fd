/// ONNX's own test cases, those in ONNX_NODE_TESTS_DIR (default ../shared/onnx-node-tests): each loads and computes the
/// stored outputs.
///
/// The stored outputs are float32 results of NumPy, off by some ulp (README.md there). Float64 must agree to |delta| <=
/// 1e-5 |y| + 1e-7 (1e-4 for LayerNormalization), integers and booleans exactly; the interval at the point must meet
/// that band and be narrower than 1e-9 |y| + 1e-12; exact fractions, where the operators allow them, must lie in the
/// interval.
/// Integer and boolean inputs become initializers (tercet asks for constant shapes, axes and indices); where a case is
/// refused so, its float inputs but the first do too.
#include <tercet/models/exact.hpp>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <sstream>

#include "../catch.hpp"
#include "../io/onnx_models.hpp"

using namespace tercet;
namespace fs = std::filesystem;

namespace {

fs::path root() {
    if (const char* given = std::getenv("ONNX_NODE_TESTS_DIR")) return given;
    return fs::path(TERCET_SHARED_DIR) / "onnx-node-tests";
}

template <class Message>
Message parse(const fs::path& path) {
    Message m;
    if (!m.ParseFromString(contents(path))) throw std::runtime_error("cannot parse " + path.string());
    return m;
}

/// The numbers of a tensor, whatever its type.
std::vector<double> numbers(const onnx::TensorProto& t) {
    using P = onnx::TensorProto;
    std::vector<double> v;
    const std::string& raw = t.raw_data();
    const auto take = [&]<class T>(T, const auto& field) {
        if (!t.has_raw_data()) v.assign(field.begin(), field.end());
        for (std::size_t i = 0; t.has_raw_data() && i < raw.size() / sizeof(T); ++i) {
            T x;
            std::memcpy(&x, raw.data() + i * sizeof(T), sizeof(T));
            v.push_back(static_cast<double>(x));
        }
    };
    switch (t.data_type()) {
        case P::FLOAT: take(float{}, t.float_data()); break;
        case P::DOUBLE: take(double{}, t.double_data()); break;
        case P::INT64: take(std::int64_t{}, t.int64_data()); break;
        case P::INT32: take(std::int32_t{}, t.int32_data()); break;
        case P::BOOL: take(static_cast<unsigned char>(0), t.int32_data()); break;
        default: throw std::runtime_error("type " + std::to_string(t.data_type()));
    }
    return v;
}

const char* type_name(int type) {
    using P = onnx::TensorProto;
    return type == P::FLOAT    ? "float32"
           : type == P::DOUBLE ? "float64"
           : type == P::INT64  ? "int64"
           : type == P::INT32  ? "int32"
                               : "bool";
}
bool is_float(int type) { return type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::DOUBLE; }

/// The case as tercet can take it, and the tensors that remain inputs.
struct Case {
    onnx::ModelProto model;
    std::vector<onnx::TensorProto> inputs, outputs;
};

Case load_case(const fs::path& folder, bool store_floats) {
    Case c{parse<onnx::ModelProto>(folder / "model.onnx"), {}, {}};
    auto& graph = *c.model.mutable_graph();
    std::map<std::string, bool> given;
    for (const auto& t : graph.initializer()) given[t.name()] = true;
    const auto listed = graph.input();
    graph.clear_input();
    int number = 0;
    for (const auto& info : listed) {
        if (given[info.name()]) {
            *graph.add_input() = info;
            continue;
        }
        auto t = parse<onnx::TensorProto>(folder / "test_data_set_0" / ("input_" + std::to_string(number) + ".pb"));
        if (is_float(t.data_type()) && !(store_floats && number > 0)) {
            *graph.add_input() = info;
            t.set_name(info.name());
            c.inputs.push_back(std::move(t));
        } else {
            t.set_name(info.name());
            *graph.add_initializer() = std::move(t);
        }
        ++number;
    }
    for (int i = 0; i < graph.output_size(); ++i)
        c.outputs.push_back(
            parse<onnx::TensorProto>(folder / "test_data_set_0" / ("output_" + std::to_string(i) + ".pb")));
    return c;
}

/// averagepool_2d_ceil_last_window_starts_on_pad stores what was typed with four digits.
double relative_tolerance(const std::string& name) {
    if (name.find("layer_normalization") != std::string::npos) return 1e-4;
    return name.find("last_window_starts_on_pad") != std::string::npos ? 1e-3 : 1e-5;
}

/// Empty where every output agrees with the stored one.
std::string difference(const OnnxModel& m, const Case& c, double relative) {
    const Graph& graph = m.network.graph;
    std::vector<AnyTensor<Float64>> inputs;
    for (const auto& t : c.inputs)
        inputs.push_back(onnx_models::tensor(Dims(t.dims().begin(), t.dims().end()), numbers(t)));
    std::vector<AnyTensor<Interval64>> points;
    bool real = true;  // are all inputs and outputs real numbers?
    for (const auto* tensors : {&c.inputs, &c.outputs})
        for (const auto& t : *tensors)
            for (const double v : numbers(t)) real = real && std::isfinite(v);
    const auto outputs = interpret<Float64>(graph, m.network.parameters, inputs);
    std::vector<AnyTensor<Interval64>> enclosures;
    std::vector<AnyTensor<Rational>> exact;
    if (real) {
        for (const auto& x : inputs) points.push_back(lift<Interval64>(x));
        enclosures = interpret<Interval64>(graph, m.network.parameters, points);
        if (refusals<Rational>(graph).empty()) exact = exact_outputs(m.network, inputs);
    }
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        const std::string place = "output " + std::to_string(k) + ": ";
        const auto stored = numbers(c.outputs[k]);
        const Dims shape(c.outputs[k].dims().begin(), c.outputs[k].dims().end());
        if (outputs[k].dims != shape)
            return place + "shape " + to_string_dims(outputs[k].dims) + ", stored " + to_string_dims(shape);
        if (m.output_types[k] != type_name(c.outputs[k].data_type()))
            return place + "type " + m.output_types[k] + ", stored " + type_name(c.outputs[k].data_type());
        const bool discrete = !is_float(c.outputs[k].data_type());
        for (std::size_t i = 0; i < stored.size(); ++i) {
            const std::string at = place + "element " + std::to_string(i) + " is ";
            const double y = outputs[k].data[i], s = stored[i],
                         tolerance = discrete ? 0 : relative * std::abs(s) + 1e-7;
            if (y != s && !(std::isnan(y) && std::isnan(s)) && !(std::abs(y - s) <= tolerance))
                return at + std::to_string(y) + ", stored " + std::to_string(s);
            if (!real) continue;
            const Interval e = enclosures[k].data[i];
            const std::string text = "[" + std::to_string(e.lower()) + ", " + std::to_string(e.upper()) + "]";
            if (!(e.lower() <= s + tolerance && e.upper() >= s - tolerance))
                return at + "enclosed by " + text + ", stored " + std::to_string(s);
            if (!(e.upper() - e.lower() <= 1e-9 * std::abs(s) + 1e-12))
                return at + "enclosed by " + text + ": too wide";
            if (exact.empty()) continue;
            const RationalNumber& q = exact[k].data[i];
            if (q < Rational::exact(e.lower()) || q > Rational::exact(e.upper()))
                return at + "exactly " + q.str() + ", not in " + text;
        }
    }
    return "";
}

/// Empty where the case passes.
std::string run_case(const fs::path& folder, double relative) {
    std::string first;
    for (const bool store_floats : {false, true}) {
        const Case c = load_case(folder, store_floats);
        OnnxReadOptions options;
        for (const auto& t : c.inputs) options.shapes[t.name()] = Dims(t.dims().begin(), t.dims().end());
        try {
            return difference(onnx_models::read(c.model, options), c, relative);
        } catch (const Error& e) {
            if (store_floats) return "refused: " + (first.empty() ? e.what() : first);
            first = e.what();
        }
    }
    return "";
}

}  // namespace

TEST_CASE("ONNX's test cases") {
    std::ifstream index(root() / "index.tsv");
    if (!index) {
        WARN("skipped: " << root().string() << " is not here");
        return;
    }
    int attempted = 0, passed = 0;
    std::string line;
    std::getline(index, line);
    while (std::getline(index, line)) {
        std::istringstream fields(line);
        std::string name, ops;
        std::getline(fields, name, '\t');
        std::getline(fields, ops, '\t');
        ++attempted;
        std::string wrong;
        try {
            wrong = run_case(root() / name, relative_tolerance(name));
        } catch (const std::exception& e) {
            wrong = std::string("ends with: ") + e.what();
        }
        if (wrong.empty()) ++passed;
        CAPTURE(name, ops);
        CHECK(wrong == "");
        if (!wrong.empty() && std::getenv("TERCET_PRINT_CASES"))
            std::cout << name << " (" << ops << "): " << wrong << '\n';
    }
    if (std::getenv("TERCET_PRINT_CASES")) std::cout << passed << " of " << attempted << " cases pass\n";
}
