/// The memory budget of the tool: --memory, TERCET_MEMORY and `ulimit -v`; what exceeds it is one sentence and exit
/// code 1.
#include <tercet/models/operators/elementwise.hpp>
#include "../catch.hpp"
#include "tool.hpp"

namespace {

using namespace tercet;

/// x [n, 1] op w [1, n]: n^2 numbers from 4 n bytes of file.
std::string write_outer(const TemporaryFolder& s, const std::string& name, std::int64_t n, Binary op) {
    Network<Float64> net;
    Graph& g = net.graph;
    const int x = g.add_input("x", {n, 1}), w = g.add_parameter("w", {1, n});
    g.outputs = {append(g, "outer", op == Binary::add ? "Add" : "Div", op::Elementwise{op}, {x, w})};
    g.output_names = {"y"};
    net.parameters = {{{1, n}, std::vector<double>(static_cast<std::size_t>(n), 0.75)}};
    write_onnx(g, net.parameters, s / name);
    return s / name;
}

/// c = 1.5 squared `times` times, of which x + c or x^(2^times) / c is the output.
std::string write_squares(const TemporaryFolder& s, const std::string& name, int times, bool divides) {
    Network<Float64> net;
    Graph& g = net.graph;
    const int x = g.add_input("x", {1, 4}), w = g.add_parameter("w", {1, 4});
    int y = divides ? x : w;
    for (int i = 0; i < times; ++i)
        y = append(g, "square_" + std::to_string(i), "Mul", op::Elementwise{Binary::multiply}, {y, y});
    g.outputs = {append(g, "last", divides ? "Div" : "Add", op::Elementwise{divides ? Binary::divide : Binary::add},
                        divides ? std::vector{y, w} : std::vector{x, y})};
    g.output_names = {"y"};
    net.parameters = {{{1, 4}, {1.5, 1.25, 0.75, 1.5}}};
    write_onnx(g, net.parameters, s / name);
    return s / name;
}

void refuses(const tool::Result& r, const std::string& fragment) {
    CAPTURE(r.out, r.err);
    CHECK(r.exit == 1);
    CHECK(r.out.empty());
    CHECK(r.err.starts_with("tercet: "));
    CHECK(std::count(r.err.begin(), r.err.end(), '\n') == 1);
    CHECK(r.err.find(fragment) != std::string::npos);
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool address_space_is_free = false;  // AddressSanitizer's shadow needs terabytes of it
#else
constexpr bool address_space_is_free = true;
#endif

}  // namespace

TEST_CASE("The budget is half of what the process may use, or what --memory or TERCET_MEMORY says") {
    const TemporaryFolder s;
    CHECK(tool::run(s, "--memory 3G doctor").out.find("memory: at most 3.0 GiB") != std::string::npos);
    CHECK(tool::run(s, "doctor", "TERCET_MEMORY=700M ").out.find("memory: at most 700 MiB") != std::string::npos);
    CHECK(tool::run(s, "--memory 3G doctor", "TERCET_MEMORY=700M ").out.find("memory: at most 3.0 GiB") !=
          std::string::npos);
    if (address_space_is_free)
        CHECK(tool::run(s, "doctor", "ulimit -v 1000000; ").out.find("memory: at most 488 MiB") != std::string::npos);
    for (const char* wrong : {"0", "3x", "-1", "1.5G"})
        CHECK(tool::run(s, "--memory " + std::string(wrong) + " doctor").exit == 2);
    refuses(tool::run(s, "doctor", "TERCET_MEMORY=much "), "TERCET_MEMORY: 'much' is no number of bytes");
}

TEST_CASE(
    "Fractions and dyadic numbers that double their length stop with the node's name, alone, fused in --spec and in "
    "gradients") {
    const TemporaryFolder s;
    const std::string x = " --input " + tool::write_input(s, "x.npy", {1, 4}, {1.5, 3, 0.1, 7});
    const std::string divides = write_squares(s, "divides.onnx", 30, true),
                      constant = write_squares(s, "constant.onnx", 40, false);
    for (const std::string& before : {std::string("ulimit -v 1000000; "), std::string()}) {
        if (!before.empty() && !address_space_is_free) continue;
        refuses(tool::run(s, "run " + divides + x + " --scalar rational", before), "node 'square_1");
        refuses(tool::run(s, "grad " + divides + x + " --output 0", before), "node 'square_1");
        refuses(tool::run(s, "run " + constant + x + " --scalar rational", before), "node 'square_2");
        CHECK(tool::run(s, "bound " + constant + x + " --eps 0.1 --spec class:0", before).exit == 3);
    }
    refuses(tool::run(s, "run " + divides + x + " --scalar rational --max-digits 1000"), "the limit is 3322 bits");
}

TEST_CASE("Tensors beyond the budget are refused in every arithmetic, exact ones with their conversion") {
    const TemporaryFolder s;
    std::vector<double> ones(8192, 0.3);
    const std::string x = " --input " + tool::write_input(s, "x.npy", {8192, 1}, ones);
    const std::string sum = write_outer(s, "sum.onnx", 8192, Binary::add),
                      quotient = write_outer(s, "quotient.onnx", 8192, Binary::divide);
    for (const std::string scalar : {"float32", "float64", "interval64", "rational"}) {
        refuses(tool::run(s, "--memory 200M run " + sum + x + " --scalar " + scalar), "node 'outer' (Add): ");
        refuses(tool::run(s, "--memory 200M run " + quotient + x + " --scalar " + scalar),
                "node 'outer' (Div): its value [8192, 8192]");
        refuses(tool::run(s, "--memory 200M grad " + sum + x + " --output 0 --scalar " + scalar), "node 'outer' (Add)");
        if (address_space_is_free)
            refuses(tool::run(s, "run " + quotient + x + " --scalar " + scalar, "ulimit -v 500000; "),
                    "node 'outer' (Div): its value");
    }
    refuses(tool::run(s, "--memory 1500M grad " + sum + x + " --output 0 --scalar rational"), "node 'outer' (Add)");
}
