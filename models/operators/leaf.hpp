/// The leaves of a graph: its inputs and its parameters. They have a value and compute none.
#pragma once

#include <tercet/models/operators/operator.hpp>

namespace tercet::op {

/// The graph's input number `index`.
struct Input {
    int index;

    Dims shape(const Shapes&, const Dims& stated) const { return stated; }
    bool affine_in(const Varying&) const { return false; }  // a value of its own
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Input with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;
};

/// Parameter number `index`, in the order of Graph::parameters.
struct Parameter {
    int index;

    Dims shape(const Shapes&, const Dims& stated) const { return stated; }
    bool affine_in(const Varying&) const { return true; }
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Parameter with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::never;
};

}  // namespace tercet::op
