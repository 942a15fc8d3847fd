#include <tercet/io/text/excerpt.hpp>
#include <tercet/io/vnnlib/normal_form.hpp>

#include <iterator>

namespace tercet {

namespace {

using Cases = std::vector<VnnlibConjunct>;

std::size_t entries(const Cases& cases) {
    std::size_t n = 0;
    for (const auto& conjunct : cases) n += conjunct.size();
    return n;
}

void require_few(const SourceText& source, std::size_t offset, std::size_t cases, std::size_t entry_count) {
    if (cases > VnnlibNormalForm::most_cases)
        source.fail(offset, "the formula has " + std::to_string(cases) + " disjuncts up to here, more than " +
                                std::to_string(VnnlibNormalForm::most_cases));
    if (entry_count > VnnlibNormalForm::most_entries)
        source.fail(offset, "the disjuncts hold " + std::to_string(entry_count) +
                                " constraints up to here, more than " + std::to_string(VnnlibNormalForm::most_entries));
}

/// a := a and b, a varying slowest.
void multiply(Cases& a, Cases b, const SourceText& source, std::size_t offset) {
    if (b.size() == 1 || a.size() == 1) {
        if (a.size() > 1 || b.size() > 1)
            require_few(source, offset, a.size() * b.size(), b.size() * entries(a) + a.size() * entries(b));
        if (b.size() == 1) {
            for (auto& conjunct : a) conjunct.insert(conjunct.end(), b[0].begin(), b[0].end());
        } else {
            for (auto& conjunct : b) conjunct.insert(conjunct.begin(), a[0].begin(), a[0].end());
            a = std::move(b);
        }
        return;
    }
    require_few(source, offset, a.size() * b.size(), b.size() * entries(a) + a.size() * entries(b));
    Cases product;
    product.reserve(a.size() * b.size());
    for (const auto& left : a)
        for (const auto& right : b) {
            VnnlibConjunct& both = product.emplace_back(left);
            both.insert(both.end(), right.begin(), right.end());
        }
    a = std::move(product);
}

class FormulaReader {
public:
    FormulaReader(const SourceText& source, const VnnlibVariables& declared, std::vector<VnnlibConstraint>& pool,
                  VnnlibWork& work)
        : source_(source), declared_(declared), pool_(pool), work_(work) {}

    Cases read(const SExpression& formula) {
        if (is_vnnlib_comparison(formula)) return comparison(formula);
        const bool named = formula.is_list && !formula.items.empty() && !formula.items[0].is_list;
        const std::string_view connective = named ? formula.items[0].atom : std::string_view();
        if (connective != "and" && connective != "or")
            source_.fail(formula.offset, (named ? "unknown connective " + excerpt(connective) + "; " : std::string()) +
                                             "expected and, or, or a comparison such as (<= X_0 0.5)");
        if (formula.items.size() < 2) source_.fail(formula.offset, excerpt(connective) + " has no operands");
        Cases cases = read(formula.items[1]);
        std::size_t entry_count = entries(cases);
        for (std::size_t i = 2; i < formula.items.size(); ++i) {
            const SExpression& item = formula.items[i];
            Cases next = read(item);
            if (connective == "and") {
                multiply(cases, std::move(next), source_, item.offset);
                continue;
            }
            entry_count += entries(next);
            require_few(source_, item.offset, cases.size() + next.size(), entry_count);
            std::move(next.begin(), next.end(), std::back_inserter(cases));
        }
        return cases;
    }

private:
    Cases comparison(const SExpression& formula) {
        Cases cases{{}};
        for (auto& constraint : parse_vnnlib_comparison(source_, declared_, work_, formula)) {
            cases[0].push_back(static_cast<int>(pool_.size()));
            pool_.push_back({std::move(constraint), formula.offset});
        }
        return cases;
    }

    const SourceText& source_;
    const VnnlibVariables& declared_;
    std::vector<VnnlibConstraint>& pool_;
    VnnlibWork& work_;
};

}  // namespace

void VnnlibNormalForm::conjoin(const SourceText& source, const VnnlibVariables& declared, const SExpression& formula) {
    Cases next = FormulaReader(source, declared, pool, work).read(formula);
    if (next.size() == 1) common.insert(common.end(), next[0].begin(), next[0].end());
    else multiply(cases, std::move(next), source, formula.offset);
}

}  // namespace tercet
