/// Runs the tool as a script would: exit code, standard output, standard error.
#pragma once

#include <tercet/io/npy/npy.hpp>
#include <tercet/io/onnx/write.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/layers/functions/sigmoid.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/pointwise.hpp>

#include <sys/wait.h>

#include <cstdlib>
#include <string>

#include "../temporary_folder.hpp"

namespace tool {

struct Result {
    int exit;
    std::string out, err;
};

/// A shell command; what it redirects itself does not come back in `out` and `err`.
inline Result shell(const TemporaryFolder& folder, const std::string& command) {
    std::string line("{ ");
    line.append(command)
        .append("\n} >'")
        .append(folder / "out")
        .append("' 2>'")
        .append(folder / "err")
        .append("' </dev/null");
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(folder / "out"),
            contents(folder / "err")};
}

inline std::string call(const std::string& arguments) {
    std::string command("'");
    return command.append(TERCET_CLI).append("' ").append(arguments);
}

/// `before` stands before the call in the shell: "ulimit -v 1000000; " or "NAME=value ".
inline Result run(const TemporaryFolder& folder, const std::string& arguments, const std::string& before = "") {
    return shell(folder, before + call(arguments));
}

/// The golden MLP with its weights as the nearest doubles: x [1, 2] -> [1, 1]; with `sigmoid`, one at the end.
inline std::string write_model(const TemporaryFolder& folder, const std::string& name, bool sigmoid = false) {
    using namespace tercet;
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {1, 2}), w1 = g.add_parameter("fc1.weight", {3, 2}),
              b1 = g.add_parameter("fc1.bias", {3}), w2 = g.add_parameter("fc2.weight", {2, 3}),
              b2 = g.add_parameter("fc2.bias", {2});
    const int z = append(g, "fc1", "Gemm", op::Gemm{.transpose_b = true}, {x, w1, b1});
    const int a = append(g, "relu", "Relu", op::Relu{}, {z});
    int y = append(g, "fc2", "Gemm", op::Gemm{.transpose_b = true}, {a, w2, b2});
    if (sigmoid) y = append(g, "sig", "Sigmoid", op::Sigmoid{}, {y});
    g.outputs = {y};
    g.output_names = {"y"};
    n.parameters = {
        {{3, 2}, {.1, .2, .3, .4, .5, .6}}, {{3}, {.1, .2, .3}}, {{2, 3}, {.7, .8, .9, -.5, .25, 1}}, {{2}, {.4, .1}}};
    write_onnx(g, n.parameters, folder / name);
    return folder / name;
}

/// x [1, n] -> Relu -> y [1, n]: as much output as is wanted.
inline std::string write_relu(const TemporaryFolder& folder, const std::string& name, std::int64_t n) {
    using namespace tercet;
    Graph g;
    g.outputs = {append(g, "relu", "Relu", op::Relu{}, {g.add_input("x", {1, n})})};
    g.output_names = {"y"};
    write_onnx(g, {}, folder / name);
    return folder / name;
}

inline std::string write_input(const TemporaryFolder& folder, const std::string& name, tercet::Dims dims,
                               std::vector<double> values) {
    tercet::write_npy(folder / name, {std::move(dims), std::move(values), "<f8"});
    return folder / name;
}

}  // namespace tool
