/// Einsum: products of elements summed over the labels that the result does not name. Operand by operand as matrix
/// products [batch, m, k] x [batch, k, n], where k are the labels that nothing later needs.
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/models/operators/matmul.hpp>

#include <algorithm>
#include <set>

namespace tercet::onnx_io {

namespace {

/// A value whose axes have labels, each once.
struct Labelled {
    Term value;
    std::string labels;

    std::int64_t size(char label) const { return value->dims[labels.find(label)]; }
    bool has(char label) const { return labels.find(label) != std::string::npos; }
};

/// Axes in the order of these labels, all of its own.
Term ordered(const Call& call, const Labelled& x, const std::string& labels, const std::string& suffix) {
    std::vector<int> order;
    for (const char l : labels) order.push_back(static_cast<int>(x.labels.find(l)));
    return Compose{call}.transposed(x.value, order, suffix);
}

/// Labels that are not wanted are summed over.
Labelled summed(const Call& call, const Labelled& x, const std::set<char>& wanted, const std::string& suffix) {
    std::vector<int> axes;
    std::string kept;
    for (std::size_t k = 0; k < x.labels.size(); ++k) {
        if (wanted.count(x.labels[k])) kept += x.labels[k];
        else axes.push_back(static_cast<int>(k));
    }
    return axes.empty() ? x : Labelled{Compose{call}.sum(x.value, axes, false, false, suffix, "ReduceSum"), kept};
}

/// A label that stands several times takes the diagonal.
Labelled diagonal(const Call& call, const Term& x, const std::string& labels, const std::string& suffix) {
    std::string once;
    for (const char l : labels)
        if (once.find(l) == std::string::npos) once += l;
    if (once.size() == labels.size()) return {x, labels};
    Dims shape;
    std::vector<std::int64_t> strides(once.size(), 0);
    for (const char l : once) shape.push_back(x->dims[labels.find(l)]);
    std::int64_t stride = 1;
    for (std::size_t k = labels.size(); k-- > 0; stride *= x->dims[k]) {
        if (x->dims[k] != shape[once.find(labels[k])])
            throw ShapeError(std::string("label ") + labels[k] + " has two sizes");
        strides[once.find(labels[k])] += stride;
    }
    Tables tables;
    for (std::size_t k = 0; k < once.size(); ++k) {
        auto& table = tables.emplace_back();
        for (std::int64_t i = 0; i < shape[k]; ++i) table.push_back(i * strides[k]);
    }
    return {call.moved(tables, x, {}, suffix, "Gather"), once};
}

Labelled product(const Call& call, const Labelled& a, const Labelled& b, const std::set<char>& later,
                 const std::string& suffix) {
    std::string batch, left, right, inner;
    for (const char l : a.labels) (b.has(l) ? (later.count(l) ? batch : inner) : left) += l;
    for (const char l : b.labels)
        if (!a.has(l)) right += l;
    const auto count = [](const Labelled& x, const std::string& labels) {
        std::int64_t n = 1;
        for (const char l : labels) n *= x.size(l);
        return n;
    };
    for (const char l : batch + inner)
        if (a.size(l) != b.size(l))
            throw ShapeError(std::string("label ") + l + " has sizes " + std::to_string(a.size(l)) + " and " +
                             std::to_string(b.size(l)));
    const Term x = call.reshaped(ordered(call, a, batch + left + inner, suffix + "/left"),
                                 {count(a, batch), count(a, left), count(a, inner)}, suffix + "/a", "Reshape");
    const Term y = call.reshaped(ordered(call, b, batch + inner + right, suffix + "/right"),
                                 {count(b, batch), count(b, inner), count(b, right)}, suffix + "/b", "Reshape");
    Dims shape;
    for (const char l : batch + left) shape.push_back(a.size(l));
    for (const char l : right) shape.push_back(b.size(l));
    const Term z = call.add(op::MatMul{}, {x, y}, {}, suffix + "/product", "MatMul");
    return {call.reshaped(z, shape, suffix, "Reshape"), batch + left + right};
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == ',') parts.emplace_back();
        else parts.back() += c;
    }
    return parts;
}

/// "..." as labels of their own, aligned at the last of them.
std::string without_dots(const std::string& labels, std::size_t dots) {
    const auto at = labels.find("...");
    std::string fill;
    for (std::size_t k = 0; k < dots; ++k) fill += static_cast<char>('0' + k);
    return at == std::string::npos ? labels : labels.substr(0, at) + fill + labels.substr(at + 3);
}

void einsum(const Call& call) {
    std::string equation;
    for (const char c : call.node.get<std::string>("equation", ""))
        if (c != ' ') equation += c;
    const auto arrow = equation.find("->");
    auto terms = split(equation.substr(0, arrow));
    if (terms.size() != call.node.inputs.size())
        throw FormatError("equation '" + equation + "' has " + std::to_string(terms.size()) + " terms for " +
                          std::to_string(call.node.inputs.size()) + " inputs");
    std::size_t dots = 0;
    for (std::size_t i = 0; i < terms.size(); ++i)
        if (terms[i].find("...") != std::string::npos) {
            const std::size_t rank = call.dims(i).size(), named = terms[i].size() - 3;
            if (named > rank) throw ShapeError("term '" + terms[i] + "' for " + to_string_dims(call.dims(i)));
            if (dots != 0 && rank - named != dots) throw UnsupportedOp("'...' of several ranks");
            dots = rank - named;
        }
    if (dots > 9) throw UnsupportedOp("'...' of more than 9 axes");
    std::string out;
    std::vector<Labelled> operands;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const std::string labels = without_dots(terms[i], dots);
        if (labels.size() != call.dims(i).size() || !std::all_of(labels.begin(), labels.end(), [](char c) {
                return std::isalnum(static_cast<unsigned char>(c));
            }))
            throw ShapeError("term '" + terms[i] + "' for " + to_string_dims(call.dims(i)));
        operands.push_back(diagonal(call, call.real(i), labels, "/diagonal" + std::to_string(i)));
    }
    if (arrow != std::string::npos) {
        out = without_dots(equation.substr(arrow + 2), dots);
    } else {  // the labels that stand once, in order, after those of "..."
        std::string all;
        for (const auto& t : terms) all += without_dots(t, dots);
        std::set<char> once;
        for (const char l : all)
            if (std::count(all.begin(), all.end(), l) == 1 || std::isdigit(static_cast<unsigned char>(l)))
                once.insert(l);
        out.assign(once.begin(), once.end());
    }
    const auto needed = [&](std::size_t from) {
        std::set<char> labels(out.begin(), out.end());
        for (std::size_t i = from; i < operands.size(); ++i)
            labels.insert(operands[i].labels.begin(), operands[i].labels.end());
        return labels;
    };
    Labelled y = operands[0];
    for (std::size_t i = 1; i < operands.size(); ++i) {
        const std::string suffix = "/product" + std::to_string(i);
        y = summed(call, y, needed(i), suffix + "/sum");
        std::set<char> of_b = needed(i + 1);
        of_b.insert(y.labels.begin(), y.labels.end());
        y = product(call, y, summed(call, operands[i], of_b, suffix + "/sum_right"), needed(i + 1), suffix);
    }
    y = summed(call, y, std::set<char>(out.begin(), out.end()), "/sum");
    for (const char l : out)
        if (!y.has(l) || std::count(out.begin(), out.end(), l) != 1)
            throw FormatError("equation '" + equation + "': the result's label " + l);
    call.result(ordered(call, y, out, ""));
}

}  // namespace

std::vector<Rule> einsum_rules() { return {{"Einsum", 1, static_cast<std::size_t>(-1), {"equation"}, einsum}}; }

}  // namespace tercet::onnx_io
