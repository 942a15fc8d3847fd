#include <tercet/core/error.hpp>
#include <tercet/io/file/read_file.hpp>
#include <tercet/io/text/decimal.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/vnnlib/normal_form.hpp>
#include <tercet/io/vnnlib/read.hpp>

#include <algorithm>
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
        source.fail(command.offset,
                    is_function ? "expected (declare-fun NAME () Real)" : "expected (declare-const NAME Real)");
    if (items.back().atom != "Real")
        source.fail(items.back().offset, "sort " + excerpt(items.back().atom) + ": only Real is read");
    if (!declared.insert(parse_vnnlib_variable(source, items[1])))
        source.fail(items[1].offset, "variable " + excerpt(items[1].atom) + " is declared twice");
}

/// The number of variables of one kind, which must be 0 .. n-1 with n >= 1.
int count(const SourceText& source, const VnnlibVariables& declared, bool outputs) {
    int n = 0;
    const std::string letter = outputs ? "Y_" : "X_";
    const auto& known = declared.of(outputs);
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (!known[i]) continue;
        if (i != static_cast<std::size_t>(n))
            throw FormatError(source.name + ": " + letter + std::to_string(i) + " is declared but not " + letter +
                              std::to_string(n));
        ++n;
    }
    if (n == 0) throw FormatError(source.name + ": declares no " + (outputs ? "output Y_0" : "input X_0"));
    return n;
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

/// The tightest bound of an input so far, and the comparison that gave it.
struct Bound {
    std::optional<RationalNumber> value;
    std::size_t offset = 0;
};

/// Why a disjunct holds nowhere.
struct Empty {
    std::size_t offset;
    std::string sentence;
};

/// The part of one disjunct that is known so far; bounds may still be missing.
struct Draft {
    std::vector<Bound> lower, upper;
    std::vector<LinearConstraint> input_constraints, output_constraints;
    std::optional<Empty> empty;

    /// With what the constraint says; the indices of the inputs whose bounds it changes go to `changed`.
    void add(const VnnlibConstraint& item, std::vector<int>* changed = nullptr) {
        const LinearConstraint& c = item.constraint;
        if (!c.output_terms.empty()) return output_constraints.push_back(c);
        if (c.input_terms.empty()) {
            if (!empty)
                empty = {item.offset, "this comparison is false whatever the network does, so the query is empty"};
            return;
        }
        if (c.input_terms.size() == 1) {  // a X_i <= b
            const auto& [index, a] = c.input_terms.front();
            RationalNumber value = a == 1 ? c.bound : a == -1 ? RationalNumber(-c.bound) : RationalNumber(c.bound / a);
            Bound& bound = (a.sign() > 0 ? upper : lower)[static_cast<std::size_t>(index)];
            if (!bound.value || (a.sign() > 0 ? value < *bound.value : value > *bound.value)) {
                bound = {std::move(value), item.offset};
                if (changed) changed->push_back(index);
            }
        }
        if (c.input_terms.size() != 1 || c.strict) input_constraints.push_back(c);
    }

    /// Throws where input i lacks a bound, unless the disjunct holds nowhere.
    void require_bounds(const SourceText& source, std::size_t i) const {
        if (empty || (lower[i].value && upper[i].value)) return;
        throw FormatError("input X_" + std::to_string(i) + " has no " + (upper[i].value ? "lower" : "upper") +
                          " bound in file " + source.name);
    }

    /// Notes where the bounds of input i exclude each other.
    void check(std::size_t i) {
        const auto &l = lower[i], &u = upper[i];
        if (!empty && l.value && u.value && *l.value > *u.value)
            empty = {std::max(l.offset, u.offset), "the box is empty: X_" + std::to_string(i) +
                                                       " >= " + readable(*l.value) + " and X_" + std::to_string(i) +
                                                       " <= " + readable(*u.value)};
    }

    Box box() const {
        Box b;
        b.lower.reserve(lower.size());
        b.upper.reserve(upper.size());
        for (const Bound& bound : lower) b.lower.push_back(*bound.value);
        for (const Bound& bound : upper) b.upper.push_back(*bound.value);
        return b;
    }
};

std::size_t bytes_of(const Box& box) {
    std::size_t n = sizeof box;
    for (const auto* ends : {&box.lower, &box.upper})
        for (const auto& end : *ends) n += bytes_of(end);
    return n;
}
std::size_t bytes_of(const std::vector<LinearConstraint>& constraints) {
    std::size_t n = 0;
    for (const auto& c : constraints) n += bytes_of(c);
    return n;
}

/// Each disjunct is the common draft with the conjunct's own comparisons on top: what they change of the box is undone
/// after it, so that disjuncts that say nothing of the inputs share one box and cost nothing an input.
Property assemble(const SourceText& source, const VnnlibVariables& declared, const VnnlibNormalForm& form) {
    Property property{count(source, declared, false), count(source, declared, true), {}, {}, 0};
    std::size_t total = 0;
    const auto require_memory = [&](std::size_t more) {
        if ((total += more) > most_bytes)
            throw FormatError(source.name + ": its " + std::to_string(form.cases.size()) + " disjuncts of " +
                              std::to_string(property.inputs) + " inputs take more than " + std::to_string(most_bytes) +
                              " bytes");
    };
    const auto inputs = static_cast<std::size_t>(property.inputs);
    Draft draft;
    draft.lower.resize(inputs);
    draft.upper.resize(inputs);
    for (const int i : form.common) draft.add(form.pool[static_cast<std::size_t>(i)]);
    std::vector<std::size_t> unsettled;  // inputs that the common part does not bound on both sides
    for (std::size_t i = 0; i < inputs; ++i)
        if (!draft.lower[i].value || !draft.upper[i].value) unsettled.push_back(i);
        else draft.check(i);
    const auto common_inputs = draft.input_constraints, common_outputs = draft.output_constraints;
    const auto common_empty = draft.empty;

    BoxIndex index(property.boxes);
    int shared = -1;  // the box of the common part alone
    std::optional<Empty> first_empty;
    for (const auto& conjunct : form.cases) {
        draft.input_constraints = common_inputs;
        draft.output_constraints = common_outputs;
        draft.empty = common_empty;
        std::vector<std::pair<bool, std::pair<int, Bound>>> before;  // what to put back: upper?, input, bound
        std::vector<int> changed;
        for (const int i : conjunct) {
            const auto& item = form.pool[static_cast<std::size_t>(i)];
            if (item.constraint.output_terms.empty() && item.constraint.input_terms.size() == 1) {
                const auto& [input, a] = item.constraint.input_terms.front();
                const bool up = a.sign() > 0;
                before.push_back({up, {input, (up ? draft.upper : draft.lower)[static_cast<std::size_t>(input)]}});
            }
            draft.add(item, &changed);
        }
        for (const int i : changed) draft.check(static_cast<std::size_t>(i));
        for (const std::size_t i : unsettled) draft.require_bounds(source, i);
        if (draft.empty) {
            if (!first_empty) first_empty = draft.empty;
            ++property.empty_disjuncts;
        } else {
            const bool own = !changed.empty() || shared < 0;
            int box = shared;
            if (own) {
                Box b = draft.box();
                require_memory(bytes_of(b));  // of one that was there already too: it took the time
                box = index(std::move(b));
            }
            if (changed.empty()) shared = box;
            require_memory(sizeof(Disjunct) + bytes_of(draft.input_constraints) + bytes_of(draft.output_constraints));
            property.disjuncts.push_back({box, draft.input_constraints, draft.output_constraints});
        }
        for (auto b = before.rbegin(); b != before.rend(); ++b)
            (b->first ? draft.upper : draft.lower)[static_cast<std::size_t>(b->second.first)] =
                std::move(b->second.second);
    }
    if (property.disjuncts.empty()) source.fail(first_empty->offset, first_empty->sentence);
    return property;
}

}  // namespace

Property parse_vnnlib(std::string_view text, const std::string& name) {
    const SourceText source{name, text};
    SExpressionReader reader(source);
    VnnlibVariables declared;
    VnnlibNormalForm form;
    while (const auto command = reader.next()) {
        const std::string_view word =
            command->is_list && !command->items.empty() ? command->items[0].atom : std::string_view();
        if (word == "declare-const" || word == "declare-fun") {
            declare(source, declared, *command);
        } else if (word == "assert") {
            if (command->items.size() != 2) source.fail(command->offset, "expected (assert FORMULA)");
            form.conjoin(source, declared, command->items[1]);
        } else if (word.empty()) {
            source.fail(command->offset, "expected a command such as (assert (<= X_0 0.5))");
        } else {
            source.fail(command->offset, "unknown command " + excerpt(word) +
                                             "; tercet reads VNN-LIB 1.0: declare-const, declare-fun and assert");
        }
    }
    return assemble(source, declared, form);
}

Property read_vnnlib(const std::filesystem::path& path) { return parse_vnnlib(read_text(path), path.string()); }

}  // namespace tercet
