#include <tercet/core/error.hpp>
#include <tercet/io/vnnlib/s_expression.hpp>

#include <algorithm>

namespace tercet {

void SourceText::fail(std::size_t offset, const std::string& sentence) const {
    const std::string_view before = text.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 = 0 on the first line
    throw FormatError(name + ":" + std::to_string(line) + ":" + std::to_string(1 + offset - line_start) + ": " +
                      sentence);
}

namespace {
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool ends_atom(char c) { return is_blank(c) || c == '(' || c == ')' || c == ';'; }
}  // namespace

void SExpressionReader::skip_blanks() {
    const std::string_view text = source_.text;
    for (;;) {
        while (at_ < text.size() && is_blank(text[at_])) ++at_;
        if (at_ == text.size() || text[at_] != ';') return;
        at_ = std::min(text.find('\n', at_), text.size());
    }
}

std::optional<SExpression> SExpressionReader::next() {
    const std::string_view text = source_.text;
    std::vector<SExpression> open;  // the lists around the current place, outermost first
    for (;;) {
        skip_blanks();
        if (at_ == text.size()) {
            if (open.empty()) return std::nullopt;
            source_.fail(open.back().offset, "this parenthesis is never closed");
        }
        SExpression done;
        done.offset = at_;
        if (text[at_] == '(') {
            if (open.size() == deepest) source_.fail(at_, "parentheses nest deeper than " + std::to_string(deepest));
            done.is_list = true;
            done.items.reserve(4);  // most lists are (op a b): one block, and no moves
            open.push_back(std::move(done));
            ++at_;
            continue;
        }
        if (text[at_] == ')') {
            if (open.empty()) source_.fail(at_, "this parenthesis closes nothing");
            done = std::move(open.back());
            open.pop_back();
            ++at_;
        } else {
            std::size_t end = at_ + 1;
            while (end < text.size() && !ends_atom(text[end])) ++end;
            done.atom = text.substr(at_, end - at_);
            at_ = end;
        }
        if (open.empty()) return done;
        open.back().items.push_back(std::move(done));
    }
}

}  // namespace tercet
