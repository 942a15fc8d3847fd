/// Einsum: products of elements summed over the labels that the result does not name. Operand by operand as matrix
/// products [batch, m, k] x [batch, k, n], where k are the labels that nothing later needs.
///
/// An axis of 1 whose label is longer elsewhere broadcasts: its operand is the same along the label, and so loses it.
/// The axes of "..." are labels too, aligned at the last one.
#include <tercet/io/onnx/compose.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/models/operators/matmul.hpp>

#include <algorithm>
#include <map>
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
            throw ShapeError(std::string("label ") + labels[k] + " has sizes " +
                             std::to_string(shape[once.find(labels[k])]) + " and " + std::to_string(x->dims[k]) +
                             " in one operand");
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

/// The label of axis k, counted from the last, of those that "..." stands for: no letter, and before all of them.
char dot(std::size_t k) { return static_cast<char>(1 + most_axes - 1 - k); }
static_assert(1 + most_axes < 'A' + 1);

/// How many axes "..." stands for, where a term with it is that of a tensor of this rank.
std::size_t dots_of(const std::string& term, std::size_t rank, const Dims& shape) {
    const std::size_t named = term.size() - 3;
    if (named > rank) throw ShapeError("term '" + term + "' for " + to_string_dims(shape));
    return rank - named;
}

/// "..." as labels of its own, the last `count` of them.
std::string without_dots(const std::string& labels, std::size_t count) {
    const auto at = labels.find("...");
    if (at == std::string::npos) return labels;
    std::string fill;
    for (std::size_t k = count; k-- > 0;) fill += dot(k);
    return labels.substr(0, at) + fill + labels.substr(at + 3);
}

bool all_letters(const std::string& labels) {
    return std::ranges::all_of(labels, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

/// How a label is called in a sentence.
std::string said(char label) { return label < 'A' ? "of '...'" : std::string(1, label); }

/// Each operand without the axes of 1 that broadcast.
void broadcast(const Call& call, std::vector<Labelled>& operands) {
    std::map<char, std::int64_t> sizes;
    for (const Labelled& x : operands)
        for (const char l : x.labels) {
            std::int64_t& n = sizes.try_emplace(l, 1).first->second;
            if (n != 1 && x.size(l) != 1 && n != x.size(l))
                throw ShapeError("label " + said(l) + " has sizes " + std::to_string(n) + " and " +
                                 std::to_string(x.size(l)));
            if (n == 1) n = x.size(l);
        }
    for (std::size_t i = 0; i < operands.size(); ++i) {
        Labelled& x = operands[i];
        std::string kept;
        Dims shape;
        for (const char l : x.labels)
            if (x.size(l) == sizes.at(l)) {
                kept += l;
                shape.push_back(x.size(l));
            }
        if (kept.size() == x.labels.size()) continue;
        x = {call.reshaped(x.value, shape, "/broadcast" + std::to_string(i), "Reshape"), kept};
    }
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
    std::size_t dots = 0, fewest = most_axes;  // of "..."
    for (std::size_t i = 0; i < terms.size(); ++i)
        if (terms[i].find("...") != std::string::npos) {
            const std::size_t count = dots_of(terms[i], call.dims(i).size(), call.dims(i));
            dots = std::max(dots, count);
            fewest = std::min(fewest, count);
        }
    if (fewest < dots)
        call.to.model.notes.push_back("node '" + call.node.name + "' (Einsum): '...' stands for " +
                                      std::to_string(fewest) + " to " + std::to_string(dots) +
                                      " axes, which are aligned at the last one, as in NumPy; the standard wants as "
                                      "many everywhere");
    std::string out;
    std::vector<Labelled> operands;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const Dims& shape = call.dims(i);
        const bool dotted = terms[i].find("...") != std::string::npos;
        const std::string labels = dotted ? without_dots(terms[i], dots_of(terms[i], shape.size(), shape)) : terms[i];
        if (labels.size() != shape.size() || !all_letters(dotted ? without_dots(terms[i], 0) : terms[i]))
            throw ShapeError("term '" + terms[i] + "' for " + to_string_dims(shape));
        operands.push_back(diagonal(call, call.real(i), labels, "/diagonal" + std::to_string(i)));
    }
    broadcast(call, operands);
    if (arrow != std::string::npos) {
        const std::string stated = equation.substr(arrow + 2);
        if (!all_letters(without_dots(stated, 0)))
            throw FormatError("equation '" + equation + "': the result '" + stated + "' is not made of letters");
        out = without_dots(stated, dots);
    } else {  // the labels that stand once, in order, after those of "..."
        std::string all;
        for (const auto& t : terms) all += without_dots(t, dots);
        std::set<char> once;
        for (const char l : all)
            if (std::ranges::count(all, l) == 1 || l < 'A') once.insert(l);
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
            throw FormatError("equation '" + equation + "': the result's label " + said(l) +
                              (y.has(l) ? " stands twice" : " stands in no term"));
    call.result(ordered(call, y, out, ""));
}

}  // namespace

std::vector<Rule> einsum_rules() { return {{"Einsum", 1, static_cast<std::size_t>(-1), {"equation"}, einsum}}; }

}  // namespace tercet::onnx_io
