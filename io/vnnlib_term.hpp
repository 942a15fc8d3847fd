/// The terms and comparisons of VNN-LIB as linear forms with exact coefficients.
///
///   term  ::=  number | X_i | Y_j | (+ term ...) | (- term) | (- term term ...) | (* term ...) | (/ term number ...)
///   comparison  ::=  (op term term), op one of <= < >= > =
#pragma once

#include <tercet/io/s_expression.hpp>
#include <tercet/verify/property.hpp>

#include <map>
#include <set>

namespace tercet {

/// X_i or Y_j.
struct VnnlibVariable {
    bool is_output;
    int index;

    auto operator<=>(const VnnlibVariable&) const = default;
};

/// What the file has declared so far.
using VnnlibVariables = std::set<VnnlibVariable>;

/// "X_3" or "Y_0", index at most 99999999. Throws FormatError with the place on any other name.
VnnlibVariable parse_vnnlib_variable(const SourceText& source, const SExpression& name);

/// sum_v coefficient_v v + constant.
struct LinearForm {
    std::map<VnnlibVariable, RationalNumber> coefficients;
    RationalNumber constant;

    bool is_constant() const;
};

/// The term as a linear form. Throws FormatError with the place on an undeclared variable, a product of two variables, a division by a
/// variable or by 0, an unknown function, a number that is none or that needs more than 2^20 bits.
LinearForm parse_vnnlib_term(const SourceText& source, const VnnlibVariables& declared, const SExpression& term);

/// Is the expression (op a b) with a comparison operator?
bool is_vnnlib_comparison(const SExpression& expression);

/// The comparison as constraints in normal form: one, or two for =. A comparison without variables that is true gives none; one that is
/// false throws FormatError, since it makes the query empty for every network.
std::vector<LinearConstraint> parse_vnnlib_comparison(const SourceText& source, const VnnlibVariables& declared,
                                                      const SExpression& expression);

}  // namespace tercet
