/// The terms and comparisons of VNN-LIB as linear forms with exact coefficients.
///
///   term  ::=  number | X_i | Y_j | (+ term ...) | (- term) | (- term term ...) | (* term ...) | (/ term number ...)
///   comparison  ::=  (op term term), op one of <= < >= > =
#pragma once

#include <tercet/io/vnnlib/s_expression.hpp>
#include <tercet/verify/property.hpp>

#include <algorithm>
#include <map>

namespace tercet {

/// X_i or Y_j.
struct VnnlibVariable {
    bool is_output;
    int index;

    auto operator<=>(const VnnlibVariable&) const = default;
};

/// What the file has declared so far.
class VnnlibVariables {
public:
    bool contains(const VnnlibVariable& v) const {
        const auto& known = of(v.is_output);
        const auto i = static_cast<std::size_t>(v.index);
        return i < known.size() && known[i];
    }
    /// False where it was declared before.
    bool insert(const VnnlibVariable& v) {
        if (contains(v)) return false;
        auto& known = v.is_output ? outputs_ : inputs_;
        const auto i = static_cast<std::size_t>(v.index);
        if (i >= known.size()) known.resize(std::max(i + 1, std::min(2 * known.size(), i + (std::size_t{1} << 20))));
        return known[i] = true;
    }
    const std::vector<bool>& of(bool outputs) const { return outputs ? outputs_ : inputs_; }

private:
    std::vector<bool> inputs_, outputs_;  // by index
};

/// "X_3" or "Y_0", index at most 99999999. Throws FormatError with the place on any other name.
VnnlibVariable parse_vnnlib_variable(const SourceText& source, const SExpression& name);

/// sum_v coefficient_v v + constant.
struct LinearForm {
    std::map<VnnlibVariable, RationalNumber> coefficients;
    RationalNumber constant;

    bool is_constant() const;
};

/// The bits that the constants of a file may take, added up over all sums and products: what keeps the time of reading
/// in proportion.
struct VnnlibWork {
    static constexpr std::uint64_t most_bits = std::uint64_t{1} << 31;
    std::uint64_t bits = 0;
};

/// The term as a linear form. Throws FormatError with the place on an undeclared variable, a product of two variables,
/// a division by a variable or by 0, an unknown function, a number that is none or that needs more than 2^20 bits, and
/// constants that take more than VnnlibWork allows.
LinearForm parse_vnnlib_term(const SourceText& source, const VnnlibVariables& declared, VnnlibWork& work,
                             const SExpression& term);

/// Is the expression (op a b) with a comparison operator?
bool is_vnnlib_comparison(const SExpression& expression);

/// The comparison as constraints in normal form: one, or two for =. A comparison without variables gives none where it
/// is true, and one without terms, 0 <= -1, where it is false.
std::vector<LinearConstraint> parse_vnnlib_comparison(const SourceText& source, const VnnlibVariables& declared,
                                                      VnnlibWork& work, const SExpression& expression);

}  // namespace tercet
