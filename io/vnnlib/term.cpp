#include <tercet/core/error.hpp>
#include <tercet/io/text/decimal.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/vnnlib/term.hpp>

#include <algorithm>
#include <span>

namespace tercet {

namespace {

constexpr std::size_t most_bits = std::size_t{1} << 20;

bool looks_like_number(std::string_view atom) { return atom.find_first_of("0123456789+-.") == 0; }

class TermReader {
public:
    TermReader(const SourceText& source, const VnnlibVariables& declared, VnnlibWork& work)
        : source_(source), declared_(declared), work_(work) {}

    /// into += scale * term.
    void add(const SExpression& term, const RationalNumber& scale, LinearForm& into) const {
        if (!term.is_list) return add_atom(term, scale, into);
        if (term.items.empty() || term.items[0].is_list)
            source_.fail(term.offset, "expected a function such as (+ X_0 X_1)");
        const std::string_view function = term.items[0].atom;
        const auto arguments = std::span(term.items).subspan(1);
        if (function != "+" && function != "-" && function != "*" && function != "/")
            source_.fail(term.offset,
                         "unknown function " + excerpt(function) + "; terms are made of + - * / and numbers");
        if (arguments.empty()) source_.fail(term.offset, excerpt(function) + " has no operands");
        if (function == "*" || function == "/") return add_product(term, scale, into);
        const RationalNumber opposite = -scale;
        const bool first_is_subtracted = function == "-" && arguments.size() == 1;
        for (std::size_t i = 0; i < arguments.size(); ++i)
            add(arguments[i], function == "-" && (i > 0 || first_is_subtracted) ? opposite : scale, into);
    }

private:
    void add_atom(const SExpression& atom, const RationalNumber& scale, LinearForm& into) const {
        if (looks_like_number(atom.atom)) {
            return add_to(into.constant, atom, product(atom, scale, number(atom)));
        }
        add_to(into.coefficients[variable(atom)], atom, scale);
    }

    void add_to(RationalNumber& sum, const SExpression& at, const RationalNumber& x) const {
        sum += x;
        count(at, sum);
    }

public:
    VnnlibVariable variable(const SExpression& atom) const {
        const VnnlibVariable variable = parse_vnnlib_variable(source_, atom);
        if (!declared_.contains(variable))
            source_.fail(atom.offset, "variable " + excerpt(atom.atom) + " is not declared");
        return variable;
    }

    RationalNumber number(const SExpression& atom) const {
        try {
            return parse_decimal(atom.atom);
        } catch (const FormatError& error) {
            source_.fail(atom.offset, error.what());
        }
    }

private:
    /// At most one factor of a product names a variable, and no divisor does.
    void add_product(const SExpression& term, const RationalNumber& scale, LinearForm& into) const {
        const bool division = term.items[0].atom == "/";
        if (division && term.items.size() < 3) source_.fail(term.offset, "a division needs two operands");
        RationalNumber factor = scale;
        LinearForm linear;
        bool constant = true;
        for (std::size_t i = 1; i < term.items.size(); ++i) {
            const SExpression& item = term.items[i];
            LinearForm form;
            add(item, 1, form);
            const bool divides = division && i > 1;
            if (form.is_constant()) {
                if (divides && form.constant.is_zero()) source_.fail(item.offset, "division by 0");
                factor = product(item, factor, divides ? RationalNumber(1 / form.constant) : form.constant);
            } else if (divides || !constant) {
                source_.fail(item.offset, divides ? "division by a variable: only linear terms are read"
                                                  : "product of two variables: only linear terms are read");
            } else {
                linear = std::move(form);
                constant = false;
            }
        }
        if (constant) return add_to(into.constant, term, factor);
        for (const auto& [variable, coefficient] : linear.coefficients)
            add_to(into.coefficients[variable], term, product(term, factor, coefficient));
        add_to(into.constant, term, product(term, factor, linear.constant));
    }

    RationalNumber product(const SExpression& at, const RationalNumber& a, const RationalNumber& b) const {
        RationalNumber c = a * b;
        count(at, c);
        return c;
    }

    /// Throws where the number is too long, or where all numbers together are.
    void count(const SExpression& at, const RationalNumber& x) const {
        const auto bits = [](mpz_srcptr n) { return mpz_sizeinbase(n, 2); };
        const std::size_t longest =
            std::max(bits(mpq_numref(x.backend().data())), bits(mpq_denref(x.backend().data())));
        if (longest > most_bits)
            source_.fail(at.offset, "this number needs more than " + std::to_string(most_bits) + " bits");
        work_.bits += longest;
        if (work_.bits > VnnlibWork::most_bits)
            source_.fail(at.offset, "the sums and products of constants up to here take more than " +
                                        std::to_string(VnnlibWork::most_bits) + " bits");
    }

    const SourceText& source_;
    const VnnlibVariables& declared_;
    VnnlibWork& work_;
};

/// sum <= bound from form <= 0 (or < 0).
LinearConstraint constraint(const LinearForm& form, bool negated, bool strict) {
    LinearConstraint c;
    c.strict = strict;
    c.bound = negated ? form.constant : RationalNumber(-form.constant);
    for (const auto& [variable, coefficient] : form.coefficients)
        if (!coefficient.is_zero())
            (variable.is_output ? c.output_terms : c.input_terms)
                .emplace_back(variable.index, negated ? RationalNumber(-coefficient) : coefficient);
    return c;
}

}  // namespace

bool LinearForm::is_constant() const {
    return std::ranges::all_of(coefficients, [](const auto& term) { return term.second.is_zero(); });
}

VnnlibVariable parse_vnnlib_variable(const SourceText& source, const SExpression& name) {
    const std::string_view atom = name.atom;
    const std::string_view digits = atom.substr(std::min<std::size_t>(2, atom.size()));
    const bool known = (atom.starts_with("X_") || atom.starts_with("Y_")) && !digits.empty() &&
                       digits.find_first_not_of("0123456789") == digits.npos && (digits == "0" || digits[0] != '0');
    if (name.is_list || !known)
        source.fail(name.offset, name.is_list ? "expected a variable"
                                              : "unknown variable " + excerpt(atom) +
                                                    "; inputs are X_0, X_1, ... and outputs Y_0, Y_1, ...");
    if (digits.size() > 8) source.fail(name.offset, "variable " + excerpt(atom) + ": the index is too large");
    return {atom[0] == 'Y', std::stoi(std::string(digits))};
}

LinearForm parse_vnnlib_term(const SourceText& source, const VnnlibVariables& declared, VnnlibWork& work,
                             const SExpression& term) {
    LinearForm form;
    TermReader(source, declared, work).add(term, 1, form);
    return form;
}

bool is_vnnlib_comparison(const SExpression& expression) {
    if (!expression.is_list || expression.items.empty()) return false;
    const std::string_view op = expression.items[0].atom;
    return op == "<=" || op == "<" || op == ">=" || op == ">" || op == "=";
}

std::vector<LinearConstraint> parse_vnnlib_comparison(const SourceText& source, const VnnlibVariables& declared,
                                                      VnnlibWork& work, const SExpression& expression) {
    const std::string_view op = expression.items[0].atom;
    if (expression.items.size() != 3)
        source.fail(expression.offset,
                    excerpt(op) + " needs 2 operands, got " + std::to_string(expression.items.size() - 1));
    const TermReader reader(source, declared, work);
    const bool strict = op == "<" || op == ">";
    const SExpression &left = expression.items[1], &right = expression.items[2];
    // v <= number or number <= v with atoms, which is nearly all of every file
    if (!left.is_list && !right.is_list && looks_like_number(left.atom) != looks_like_number(right.atom)) {
        const bool first = !looks_like_number(left.atom);
        const VnnlibVariable v = reader.variable(first ? left : right);
        const RationalNumber bound = reader.number(first ? right : left);
        std::vector<LinearConstraint> all;
        const auto add = [&](bool above) {  // v >= bound, that is -v <= -bound
            LinearConstraint& c = all.emplace_back();
            c.bound = above ? RationalNumber(-bound) : bound;
            c.strict = strict;
            (v.is_output ? c.output_terms : c.input_terms).emplace_back(v.index, above ? -1 : 1);
        };
        if (op == "=" || first == (op[0] == '<')) add(false);
        if (op == "=" || first == (op[0] == '>')) add(true);
        return all;
    }
    LinearForm form;  // left - right
    reader.add(expression.items[1], 1, form);
    reader.add(expression.items[2], -1, form);

    if (form.is_constant()) {
        const int sign = form.constant.sign();
        const bool truth = op == "="    ? sign == 0
                           : op == "<=" ? sign <= 0
                           : op == "<"  ? sign < 0
                           : op == ">=" ? sign >= 0
                                        : sign > 0;
        if (!truth) return {LinearConstraint{{}, {}, -1, false}};
        return {};
    }
    if (op == "=") return {constraint(form, false, false), constraint(form, true, false)};
    return {constraint(form, op[0] == '>', strict)};
}

}  // namespace tercet
