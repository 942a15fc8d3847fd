#include <onnx/onnx_pb.h>
#include <tercet/io/onnx/node.hpp>
#include <tercet/io/onnx/normal_form.hpp>
#include <tercet/io/text/near_names.hpp>

#include <string_view>
#include <unordered_map>

namespace tercet::onnx_io {

namespace {

std::string described(const onnx::GraphProto& graph, int i) {
    return "'" + node_name(graph.node(i), i) + "' (" + graph.node(i).op_type() + ")";
}

/// The first of them by name and operator, the others counted.
std::string listed(const onnx::GraphProto& graph, const std::vector<int>& nodes) {
    constexpr std::size_t most = 5;
    std::string list;
    for (std::size_t k = 0; k < nodes.size() && k < most; ++k) list += (k ? ", " : "") + described(graph, nodes[k]);
    return nodes.size() > most ? list + " and " + std::to_string(nodes.size() - most) + " more" : list;
}

class Sorter {
public:
    Sorter(const onnx::GraphProto& graph, const std::function<bool(const std::string&)>& outside)
        : graph_(graph), outside_(outside), state_(static_cast<std::size_t>(graph.node_size()), State::unneeded) {
        for (const auto& input : graph.input()) leaves_.insert(input.name());
        for (const auto& tensor : graph.initializer()) leaves_.insert(tensor.name());
        for (const auto& tensor : graph.sparse_initializer()) leaves_.insert(tensor.values().name());
        for (int i = 0; i < graph.node_size(); ++i)
            for (const auto& output : graph.node(i).output())
                if (!output.empty() && !producers_.emplace(output, i).second)
                    throw FormatError("node " + described(graph, i) + ": value '" + output + "' is defined twice");
    }

    bool defines(const std::string& value) const {
        return leaves_.count(value) || producers_.count(value) || (outside_ && outside_(value));
    }

    std::string near(const std::string& value) const {
        std::vector<std::string_view> all(leaves_.begin(), leaves_.end());
        for (const auto& [name, node] : producers_) all.push_back(name);
        return near_names(value, all);
    }

    /// Marks the nodes that the value needs, and the values that they read.
    void need(const std::string& value, std::unordered_set<std::string>& values) {
        std::vector<int> open;
        const auto mark = [&](const std::string& name) {
            values.insert(name);
            const auto producer = producers_.find(name);
            if (producer == producers_.end() || state(producer->second) != State::unneeded) return;
            state(producer->second) = State::unsorted;
            open.push_back(producer->second);
        };
        mark(value);
        while (!open.empty()) {
            const int i = open.back();
            open.pop_back();
            for (const auto& name : reads(i)) {
                if (!defines(name))
                    throw FormatError("node " + described(graph_, i) + ": reads '" + name +
                                      "', which no input, initializer or node defines");
                mark(name);
            }
        }
    }

    /// The needed nodes, each after what it reads.
    std::vector<int> sorted() {
        struct Place {
            int node, input;  // the input to look at next
        };
        std::vector<int> order;
        std::vector<Place> path;
        for (int first = 0; first < graph_.node_size(); ++first) {
            if (state(first) != State::unsorted) continue;
            state(first) = State::on_path;
            path.push_back({first, 0});
            while (!path.empty()) {
                const int i = path.back().node;
                if (path.back().input == static_cast<int>(reads(i).size())) {
                    state(i) = State::sorted;
                    order.push_back(i);
                    path.pop_back();
                    continue;
                }
                const auto producer = producers_.find(reads(i)[static_cast<std::size_t>(path.back().input++)]);
                if (producer == producers_.end() || state(producer->second) == State::sorted) continue;
                if (state(producer->second) == State::on_path) {
                    std::vector<int> cycle;
                    for (std::size_t k = path.size(); k-- > 0;) {
                        cycle.push_back(path[k].node);
                        if (path[k].node == producer->second) break;
                    }
                    throw FormatError(cycle.size() == 1 ? "node " + described(graph_, i) + " reads its own result"
                                                        : "the nodes form a cycle: " + listed(graph_, cycle) +
                                                              ", each reads a result of the next one, "
                                                              "and the last of the first");
                }
                state(producer->second) = State::on_path;
                path.push_back({producer->second, 0});
            }
        }
        return order;
    }

    std::vector<int> left_out() const {
        std::vector<int> nodes;
        for (int i = 0; i < graph_.node_size(); ++i)
            if (state_[static_cast<std::size_t>(i)] == State::unneeded) nodes.push_back(i);
        return nodes;
    }

private:
    enum class State : char { unneeded, unsorted, on_path, sorted };

    State& state(int node) { return state_[static_cast<std::size_t>(node)]; }
    const std::vector<std::string>& reads(int node) {
        const auto [found, fresh] = reads_.try_emplace(node);
        if (fresh) found->second = reads_of(graph_.node(node));
        return found->second;
    }

    const onnx::GraphProto& graph_;
    const std::function<bool(const std::string&)>& outside_;
    std::unordered_map<int, std::vector<std::string>> reads_;
    std::vector<State> state_;
    std::unordered_set<std::string_view> leaves_;
    std::unordered_map<std::string_view, int> producers_;
};

}  // namespace

std::vector<std::string> reads_of(const onnx::NodeProto& node) {
    std::vector<std::string> all;
    for (const auto& name : node.input())
        if (!name.empty()) all.push_back(name);
    for (const auto& a : node.attribute()) {
        if (!a.has_g()) continue;
        std::unordered_set<std::string> own;
        for (const auto& tensor : a.g().initializer()) own.insert(tensor.name());
        for (const auto& input : a.g().input()) own.insert(input.name());
        for (const auto& inner : a.g().node()) own.insert(inner.output().begin(), inner.output().end());
        const auto read = [&](const std::string& name) {
            if (!own.count(name)) all.push_back(name);
        };
        for (const auto& inner : a.g().node())
            for (const auto& name : reads_of(inner)) read(name);
        for (const auto& output : a.g().output()) read(output.name());
    }
    return all;
}

NormalForm normal_form(const onnx::GraphProto& graph, const std::vector<std::string>& wanted,
                       const std::function<bool(const std::string&)>& outside) {
    Sorter sorter(graph, outside);
    NormalForm form;
    std::unordered_set<std::string_view> seen;
    const auto want = [&](const std::string& name, const std::string& why) {
        if (!seen.insert(name).second) throw FormatError("output '" + name + "': it is listed twice");
        if (!sorter.defines(name)) throw FormatError("output '" + name + "': " + why);
        form.outputs.push_back(name);
        sorter.need(name, form.values);
    };
    for (const auto& name : wanted)
        if (!seen.count(name)) want(name, "no value of the graph has this name" + sorter.near(name));
    if (wanted.empty())
        for (const auto& output : graph.output()) want(output.name(), "no node computes it");
    form.nodes = sorter.sorted();
    if (const auto dead = sorter.left_out(); !dead.empty())
        form.notes.push_back(std::to_string(dead.size()) + (dead.size() == 1 ? " node that no " : " nodes that no ") +
                             (wanted.empty() ? "output" : "wanted output") +
                             (dead.size() == 1 ? " needs is" : " needs are") + " left out: " + listed(graph, dead));
    return form;
}

}  // namespace tercet::onnx_io
