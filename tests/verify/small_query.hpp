/// Random small networks and questions about them, with answers found without the library's verifier.
///
/// x [n, 2] of small halves -> W x + b [n, m], integers, perhaps a Relu: every range is a dyadic number of few bits, so
/// that interval arithmetic rounds nothing and the verdict is determined: over a box, the row of a constraint has the
/// range
///
///   (affine network)  sum_k |c_k| |box_k| wide around its middle, c = W^T b;
///   (after a Relu)  sum_j b_j [relu l_j, relu u_j]
///
/// plus the range of its inputs' part. Beside that, all points of a grid are decided one by one.
#pragma once

#include "../laws/random_data.hpp"

#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/graph/infer.hpp>
#include <tercet/models/operators/gemm.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/verify/decide.hpp>

#include <string>
#include <vector>

namespace tercet::testing {

using Point = std::vector<RationalNumber>;

struct Range {
    RationalNumber low, high;
};

struct SmallConstraint {
    std::vector<int> a, b;  // of X and Y, dense
    RationalNumber bound;
    bool strict;

    bool holds(const Point& x, const Point& y) const {
        RationalNumber sum = -bound;
        for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * x[i];
        for (std::size_t j = 0; j < b.size(); ++j) sum += b[j] * y[j];
        return strict ? sum < 0 : sum <= 0;
    }
    std::string text() const {
        std::string sum = "(+ 0";
        for (std::size_t i = 0; i < a.size(); ++i)
            if (a[i] != 0) sum += " (* " + std::to_string(a[i]) + " X_" + std::to_string(i) + ")";
        for (std::size_t j = 0; j < b.size(); ++j)
            if (b[j] != 0) sum += " (* " + std::to_string(b[j]) + " Y_" + std::to_string(j) + ")";
        return std::string(strict ? "(< " : "(<= ") + sum + ") " + bound.str() + ")";
    }
};

struct SmallDisjunct {
    Point lower, upper;
    std::vector<SmallConstraint> constraints;

    bool empty() const {
        for (std::size_t i = 0; i < lower.size(); ++i)
            if (lower[i] > upper[i]) return true;
        return false;
    }
};

struct SmallNetwork {
    int images, classes;
    bool relu, split;       // split: the output comes as two tensors, the first class and the rest
    std::vector<int> w, b;  // [classes, 2], [classes]
    Network<Float64> network;

    int inputs() const { return 2 * images; }
    int outputs() const { return classes * images; }
    RationalNumber weight(int j, int k) const { return w[static_cast<std::size_t>(2 * j + k)]; }

    /// Output number y of the flattened ones: image and class.
    std::pair<int, int> place(int y) const {
        if (!split) return {y / classes, y % classes};
        if (y < images) return {y, 0};
        return {(y - images) / (classes - 1), 1 + (y - images) % (classes - 1)};
    }
    Point run(const Point& x) const {
        Point all;
        for (int y = 0; y < outputs(); ++y) {
            const auto [i, j] = place(y);
            RationalNumber v = b[static_cast<std::size_t>(j)];
            for (int k = 0; k < 2; ++k) v += weight(j, k) * x[static_cast<std::size_t>(2 * i + k)];
            all.push_back(relu && v < 0 ? RationalNumber(0) : v);
        }
        return all;
    }
    Range range(const SmallConstraint& c, const SmallDisjunct& d) const {
        Range r{-c.bound, -c.bound};
        const auto add = [](Range& to, const RationalNumber& a, const Range& x) {
            to.low += a * (a < 0 ? x.high : x.low);
            to.high += a * (a < 0 ? x.low : x.high);
        };
        const auto input = [&](std::size_t i) { return Range{d.lower[i], d.upper[i]}; };
        for (std::size_t i = 0; i < c.a.size(); ++i) add(r, c.a[i], input(i));
        Point slope(static_cast<std::size_t>(inputs()), RationalNumber(0));
        for (int y = 0; y < outputs(); ++y) {
            const auto [i, j] = place(y);
            const RationalNumber a = c.b[static_cast<std::size_t>(y)];
            Range value{b[static_cast<std::size_t>(j)], b[static_cast<std::size_t>(j)]};
            for (int k = 0; k < 2; ++k) {
                const auto at = static_cast<std::size_t>(2 * i + k);
                add(value, weight(j, k), input(at));
                slope[at] += a * weight(j, k);
            }
            if (relu)
                add(r, a,
                    {value.low < 0 ? RationalNumber(0) : value.low, value.high < 0 ? RationalNumber(0) : value.high});
            else add(r, a, {b[static_cast<std::size_t>(j)], b[static_cast<std::size_t>(j)]});
        }
        if (!relu)
            for (std::size_t i = 0; i < slope.size(); ++i) add(r, slope[i], input(i));
        return r;
    }
};

inline SmallNetwork small_network(Random& random, bool split) {
    SmallNetwork s{static_cast<int>(random.integer(1, 2)),
                   static_cast<int>(random.integer(2, 3)),
                   random.integer(0, 1) == 1,
                   split,
                   {},
                   {},
                   {}};
    for (int i = 0; i < 2 * s.classes; ++i) s.w.push_back(static_cast<int>(random.integer(-2, 2)));
    for (int i = 0; i < s.classes; ++i) s.b.push_back(static_cast<int>(random.integer(-2, 2)));
    Graph& g = s.network.graph;
    const int x = g.add_input("x", {s.images, 2});
    const auto head = [&](const std::string& name, int first, int end) {
        const int w = g.add_parameter(name + ".w", {end - first, 2}), b = g.add_parameter(name + ".b", {end - first});
        s.network.parameters.push_back({{end - first, 2}, {s.w.begin() + 2 * first, s.w.begin() + 2 * end}});
        s.network.parameters.push_back({{end - first}, {s.b.begin() + first, s.b.begin() + end}});
        int y = append(g, name, "Gemm", op::Gemm{.transpose_b = true}, {x, w, b});
        if (s.relu) y = append(g, name + ".relu", "Relu", op::Relu{}, {y});
        g.outputs.push_back(y);
        g.output_names.push_back(name + ".out");
    };
    if (split) {
        head("first", 0, 1);
        head("rest", 1, s.classes);
    } else {
        head("all", 0, s.classes);
    }
    return s;
}

inline SmallDisjunct small_box(Random& random, int inputs, bool may_be_empty) {
    SmallDisjunct d;
    for (int i = 0; i < inputs; ++i) {
        d.lower.push_back(RationalNumber(random.integer(-4, 4), 2));
        d.upper.push_back(d.lower.back() +
                          RationalNumber(random.integer(may_be_empty && random.integer(0, 9) == 0 ? -1 : 0, 3), 2));
    }
    return d;
}

inline SmallConstraint small_constraint(Random& random, const SmallNetwork& s, bool with_inputs) {
    SmallConstraint c{std::vector<int>(static_cast<std::size_t>(s.inputs())),
                      std::vector<int>(static_cast<std::size_t>(s.outputs())), RationalNumber(random.integer(-8, 8), 2),
                      random.integer(0, 1) == 1};
    c.b[static_cast<std::size_t>(random.integer(0, s.outputs() - 1))] = random.integer(0, 1) == 1 ? 1 : -1;
    if (random.integer(0, 1) == 1)
        c.b[static_cast<std::size_t>(random.integer(0, s.outputs() - 1))] = static_cast<int>(random.integer(-2, 2));
    if (std::all_of(c.b.begin(), c.b.end(), [](int v) { return v == 0; })) c.b[0] = 1;
    if (with_inputs && random.integer(0, 3) == 0)
        c.a[static_cast<std::size_t>(random.integer(0, s.inputs() - 1))] = static_cast<int>(random.integer(-1, 1));
    return c;
}

/// What the ranges decide.
inline verify::Verdict expected_verdict(const SmallNetwork& s, const std::vector<SmallDisjunct>& disjuncts) {
    bool open = false;
    for (const auto& d : disjuncts) {
        if (d.empty()) continue;
        bool nowhere = false, everywhere = true;
        for (const auto& c : d.constraints) {
            const Range r = s.range(c, d);
            nowhere = nowhere || (c.strict ? r.low >= 0 : r.low > 0);
            everywhere = everywhere && (c.strict ? r.high < 0 : r.high <= 0);
        }
        if (!nowhere && everywhere) return verify::Verdict::violated;
        open = open || !nowhere;
    }
    return open ? verify::Verdict::open : verify::Verdict::proved;
}

/// Does any point of the grid of halves in some disjunct's box satisfy its constraints?
inline bool some_grid_point_holds(const SmallNetwork& s, const std::vector<SmallDisjunct>& disjuncts) {
    for (const auto& d : disjuncts) {
        if (d.empty()) continue;
        for (Point x = d.lower;;) {
            const Point y = s.run(x);
            if (std::all_of(d.constraints.begin(), d.constraints.end(),
                            [&](const SmallConstraint& c) { return c.holds(x, y); }))
                return true;
            std::size_t i = 0;
            for (; i < x.size(); ++i) {
                x[i] += RationalNumber(1, 2);
                if (x[i] <= d.upper[i]) break;
                x[i] = d.lower[i];
            }
            if (i == x.size()) break;
        }
    }
    return false;
}

/// Is x in the box of some disjunct whose constraints all hold there?
inline bool is_witness(const SmallNetwork& s, const std::vector<SmallDisjunct>& disjuncts, const Point& x) {
    const Point y = s.run(x);
    for (const auto& d : disjuncts) {
        bool inside = true;
        for (std::size_t i = 0; i < x.size(); ++i) inside = inside && d.lower[i] <= x[i] && x[i] <= d.upper[i];
        if (inside && std::all_of(d.constraints.begin(), d.constraints.end(),
                                  [&](const SmallConstraint& c) { return c.holds(x, y); }))
            return true;
    }
    return false;
}

/// The disjuncts that ask whether image i can be of another class than the label somewhere in the box.
inline std::vector<SmallDisjunct> class_disjuncts(const SmallNetwork& s, const SmallDisjunct& box, int image,
                                                  int label) {
    std::vector<SmallDisjunct> all;
    for (int j = 0; j < s.classes; ++j) {
        if (j == label) continue;
        SmallDisjunct d{box.lower,
                        box.upper,
                        {{std::vector<int>(static_cast<std::size_t>(s.inputs())),
                          std::vector<int>(static_cast<std::size_t>(s.outputs())), RationalNumber(0), false}}};
        d.constraints[0].b[static_cast<std::size_t>(image * s.classes + label)] = 1;
        d.constraints[0].b[static_cast<std::size_t>(image * s.classes + j)] = -1;
        all.push_back(std::move(d));
    }
    return all;
}

/// The property as a .vnnlib file.
inline std::string vnnlib_text(const SmallNetwork& s, const std::vector<SmallDisjunct>& disjuncts) {
    std::string text;
    for (int i = 0; i < s.inputs(); ++i) text += "(declare-const X_" + std::to_string(i) + " Real)\n";
    for (int j = 0; j < s.outputs(); ++j) text += "(declare-const Y_" + std::to_string(j) + " Real)\n";
    text += "(assert (or";
    for (const auto& d : disjuncts) {
        text += "\n  (and";
        for (std::size_t i = 0; i < d.lower.size(); ++i)
            text += " (>= X_" + std::to_string(i) + " " + d.lower[i].str() + ") (<= X_" + std::to_string(i) + " " +
                    d.upper[i].str() + ")";
        for (const auto& c : d.constraints) text += " " + c.text();
        text += ")";
    }
    return text + "))\n";
}

}  // namespace tercet::testing
