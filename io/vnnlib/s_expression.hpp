/// S-expressions with their place in the file: atom | ( expression* ), comments from ; to the end of the line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tercet {

/// Named text in which errors have a place.
struct SourceText {
    std::string name;
    std::string_view text;

    /// Throws FormatError "name:line:column: sentence", both counted from 1, columns in bytes.
    [[noreturn]] void fail(std::size_t offset, const std::string& sentence) const;
};

/// An atom, or a list when `is_list`. offset: where it starts in the text, to which `atom` points too.
struct SExpression {
    std::size_t offset = 0;
    bool is_list = false;
    std::string_view atom;
    std::vector<SExpression> items;
};

/// Reads one expression after the other; nothing recurses, and lists nest at most `deepest` deep, so that those who
/// walk them may recurse.
class SExpressionReader {
public:
    static constexpr std::size_t deepest = 1000;

    explicit SExpressionReader(const SourceText& source) : source_(source) {}

    /// The next expression, or nothing at the end. Throws FormatError on parentheses that do not match and on lists
    /// that nest too deep.
    std::optional<SExpression> next();

private:
    void skip_blanks();

    const SourceText& source_;
    std::size_t at_ = 0;
};

}  // namespace tercet
