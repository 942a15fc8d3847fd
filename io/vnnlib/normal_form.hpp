/// Disjunctive form of the assertions of a VNN-LIB file.
///
///   comparison -> { {c} },   or -> union,   and -> { a ++ b : a in A, b in B }
///
/// A conjunct is a list of indices into one pool of constraints. Conjunctions of single conjuncts, which is nearly all
/// of every file, are appended and never copied; only a product of two proper disjunctions multiplies.
#pragma once

#include <tercet/io/vnnlib/term.hpp>

namespace tercet {

using VnnlibConjunct = std::vector<int>;

/// A constraint and where it stands in the file.
struct VnnlibConstraint {
    LinearConstraint constraint;
    std::size_t offset;
};

/// common: constraints that hold in all disjuncts. cases: a disjunction of conjuncts beside them.
struct VnnlibNormalForm {
    static constexpr std::size_t most_cases = 1'000'000, most_entries = 50'000'000;

    std::vector<VnnlibConstraint> pool;
    VnnlibConjunct common;
    std::vector<VnnlibConjunct> cases{{}};
    VnnlibWork work;

    /// And one more asserted formula. Throws FormatError with the place, also where there are more cases or entries in
    /// them than allowed.
    void conjoin(const SourceText& source, const VnnlibVariables& declared, const SExpression& formula);
};

}  // namespace tercet
