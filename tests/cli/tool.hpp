/// Runs the tool as a script would: exit code, standard output, standard error.
#pragma once

#include <tercet/io/npy.hpp>
#include <tercet/io/onnx_write.hpp>
#include <tercet/models/infer.hpp>

#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace tool {

struct Result {
    int exit;
    std::string out, err;
};

/// A folder that is removed at the end.
struct Scratch {
    std::filesystem::path path;
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "tercet-cli-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("no scratch folder");
        path = name;
    }
    ~Scratch() { std::filesystem::remove_all(path); }
    std::string operator/(const std::string& name) const { return (path / name).string(); }
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return *this / name;
    }
};

inline std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline Result run(const Scratch& scratch, const std::string& arguments) {
    const std::string command = std::string("'") + TERCET_CLI + "' " + arguments + " >'" + scratch / "out" + "' 2>'" + scratch / "err" + "' </dev/null";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read(scratch / "out"), read(scratch / "err")};
}

/// The golden MLP with its weights as the nearest doubles: x [1, 2] -> [1, 1]; with `sigmoid`, one at the end.
inline std::string write_model(const Scratch& scratch, const std::string& name, bool sigmoid = false) {
    using namespace tercet;
    Network<Float64> n;
    Graph& g = n.graph;
    const int x = g.add_input("x", {1, 2}), w1 = g.add_parameter("fc1.weight", {3, 2}), b1 = g.add_parameter("fc1.bias", {3}), w2 = g.add_parameter("fc2.weight", {2, 3}),
              b2 = g.add_parameter("fc2.bias", {2});
    const int z = append(g, "fc1", "Gemm", op::Gemm{.transpose_b = true}, {x, w1, b1});
    const int a = append(g, "relu", "Relu", op::Relu{}, {z});
    int y = append(g, "fc2", "Gemm", op::Gemm{.transpose_b = true}, {a, w2, b2});
    if (sigmoid) y = append(g, "sig", "Sigmoid", op::Sigmoid{}, {y});
    g.outputs = {y};
    g.output_names = {"y"};
    n.parameters = {{{3, 2}, {.1, .2, .3, .4, .5, .6}}, {{3}, {.1, .2, .3}}, {{2, 3}, {.7, .8, .9, -.5, .25, 1}}, {{2}, {.4, .1}}};
    write_onnx(g, n.parameters, scratch / name);
    return scratch / name;
}

inline std::string write_input(const Scratch& scratch, const std::string& name, tercet::Dims dims, std::vector<double> values) {
    tercet::write_npy(scratch / name, {std::move(dims), std::move(values), "<f8"});
    return scratch / name;
}

}  // namespace tool
