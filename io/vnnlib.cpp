#include <tercet/core/error.hpp>
#include <tercet/io/decimal.hpp>
#include <tercet/io/excerpt.hpp>
#include <tercet/io/read_file.hpp>
#include <tercet/io/vnnlib.hpp>
#include <tercet/io/vnnlib_normal_form.hpp>
#include <tercet/scalars/round_rational.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

namespace tercet {

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30;

/// (declare-const NAME Real) or (declare-fun NAME () Real).
void declare(const SourceText& source, VnnlibVariables& declared, const SExpression& command) {
    const auto& items = command.items;
    const bool is_function = items[0].atom == "declare-fun";
    const std::size_t expected = is_function ? 4 : 3;
    if (items.size() != expected || (is_function && !(items[2].is_list && items[2].items.empty())))
        source.fail(command.offset, is_function ? "expected (declare-fun NAME () Real)" : "expected (declare-const NAME Real)");
    if (items.back().atom != "Real") source.fail(items.back().offset, "sort " + excerpt(items.back().atom) + ": only Real is read");
    if (!declared.insert(parse_vnnlib_variable(source, items[1])).second)
        source.fail(items[1].offset, "variable " + excerpt(items[1].atom) + " is declared twice");
}

/// The number of variables of one kind, which must be 0 .. n-1 with n >= 1.
int count(const SourceText& source, const VnnlibVariables& declared, bool outputs) {
    int n = 0;
    const std::string letter = outputs ? "Y_" : "X_";
    for (const auto& variable : declared) {
        if (variable.is_output != outputs) continue;
        if (variable.index != n)
            throw FormatError(source.name + ": " + letter + std::to_string(variable.index) + " is declared but not " + letter +
                              std::to_string(n));
        ++n;
    }
    if (n == 0) throw FormatError(source.name + ": declares no " + (outputs ? "output Y_0" : "input X_0"));
    return n;
}

/// The number exactly: its short decimal where that is all of it, else the fraction.
std::string readable(const RationalNumber& q) {
    const double near = round_nearest(q);
    if (std::isfinite(near))
        if (const std::string decimal = decimal_nearest_shortest(near); parse_decimal(decimal) == q) return decimal;
    const std::string exact = fraction(q);
    return exact.size() <= 60 ? exact : "a number of " + std::to_string(exact.size()) + " characters";
}

/// The bytes of an exact number: its two GMP headers, two heap blocks, and its bits.
std::size_t bytes_of(const RationalNumber& q) {
    return 96 + 8 * (mpz_size(mpq_numref(q.backend().data())) + mpz_size(mpq_denref(q.backend().data())));
}
std::size_t bytes_of(const LinearConstraint& c) {
    std::size_t n = sizeof c + bytes_of(c.bound);
    for (const auto* terms : {&c.input_terms, &c.output_terms})
        for (const auto& [index, coefficient] : *terms) n += 8 + bytes_of(coefficient);
    return n;
}

/// The part of one disjunct that is known so far; bounds may still be missing.
struct Draft {
    struct Bound {
        std::optional<RationalNumber> value;
        std::size_t offset = 0;  // of the comparison
    };
    std::vector<Bound> lower, upper;
    std::vector<LinearConstraint> input_constraints, output_constraints;

    void add(const VnnlibConstraint& item) {
        const LinearConstraint& c = item.constraint;
        if (!c.output_terms.empty()) {
            output_constraints.push_back(c);
            return;
        }
        if (c.input_terms.size() == 1) {  // a X_i <= b
            const auto& [index, a] = c.input_terms.front();
            const RationalNumber value = c.bound / a;
            Bound& bound = (a.sign() > 0 ? upper : lower)[static_cast<std::size_t>(index)];
            if (!bound.value || (a.sign() > 0 ? value < *bound.value : value > *bound.value)) bound = {value, item.offset};
        }
        if (c.input_terms.size() != 1 || c.strict) input_constraints.push_back(c);
    }

    std::size_t bytes() const {
        std::size_t n = sizeof(Disjunct);
        for (const auto* bounds : {&lower, &upper})
            for (const auto& bound : *bounds)
                if (bound.value) n += bytes_of(*bound.value);
        for (const auto* constraints : {&input_constraints, &output_constraints})
            for (const auto& c : *constraints) n += bytes_of(c);
        return n;
    }

    Disjunct finish(const SourceText& source) const {
        Disjunct disjunct;
        disjunct.input_constraints = input_constraints;
        disjunct.output_constraints = output_constraints;
        for (std::size_t i = 0; i < lower.size(); ++i) {
            const auto &l = lower[i], &u = upper[i];
            if (!l.value || !u.value)
                throw FormatError("input X_" + std::to_string(i) + " has no " + (u.value ? "lower" : "upper") + " bound in file " +
                                  source.name);
            if (*l.value > *u.value)
                source.fail(std::max(l.offset, u.offset), "the box is empty: X_" + std::to_string(i) + " >= " + readable(*l.value) +
                                                              " and X_" + std::to_string(i) + " <= " + readable(*u.value));
            disjunct.box.lower.push_back(*l.value);
            disjunct.box.upper.push_back(*u.value);
        }
        return disjunct;
    }
};

Property assemble(const SourceText& source, const VnnlibVariables& declared, const VnnlibNormalForm& form) {
    Property property{count(source, declared, false), count(source, declared, true), {}};
    const auto require_memory = [&](std::size_t total) {
        if (total > most_bytes)
            throw FormatError(source.name + ": its " + std::to_string(form.cases.size()) + " disjuncts of " +
                              std::to_string(property.inputs) + " inputs take more than " + std::to_string(most_bytes) + " bytes");
    };
    Draft common;
    common.lower.resize(static_cast<std::size_t>(property.inputs));
    common.upper.resize(static_cast<std::size_t>(property.inputs));
    for (const int i : form.common) common.add(form.pool[static_cast<std::size_t>(i)]);
    require_memory(form.cases.size() * common.bytes());  // < 2^20 * 2^40: no overflow
    std::size_t total = 0;
    for (const auto& conjunct : form.cases) {
        Draft draft = common;
        for (const int i : conjunct) draft.add(form.pool[static_cast<std::size_t>(i)]);
        require_memory(total += draft.bytes());
        property.disjuncts.push_back(draft.finish(source));
    }
    return property;
}

}  // namespace

Property parse_vnnlib(std::string_view text, const std::string& name) {
    const SourceText source{name, text};
    SExpressionReader reader(source);
    VnnlibVariables declared;
    VnnlibNormalForm form;
    while (const auto command = reader.next()) {
        const std::string_view word = command->is_list && !command->items.empty() ? command->items[0].atom : std::string_view();
        if (word == "declare-const" || word == "declare-fun") {
            declare(source, declared, *command);
        } else if (word == "assert") {
            if (command->items.size() != 2) source.fail(command->offset, "expected (assert FORMULA)");
            form.conjoin(source, declared, command->items[1]);
        } else if (word.empty()) {
            source.fail(command->offset, "expected a command such as (assert (<= X_0 0.5))");
        } else {
            source.fail(command->offset,
                        "unknown command " + excerpt(word) + "; tercet reads VNN-LIB 1.0: declare-const, declare-fun and assert");
        }
    }
    return assemble(source, declared, form);
}

Property read_vnnlib(const std::filesystem::path& path) { return parse_vnnlib(read_file(path), path.string()); }

}  // namespace tercet
