#include <tercet/io/npy/npy_header.hpp>
#include <tercet/io/text/excerpt.hpp>

#include <algorithm>

namespace tercet {

namespace {

class HeaderReader {
public:
    explicit HeaderReader(std::string_view text) : rest_(text) {}

    NpyHeader read() {
        NpyHeader header;
        bool descr = false, order = false, shape = false;
        expect('{');
        while (!take('}')) {
            const std::string key = string();
            expect(':');
            if (key == "descr" && !descr) descr = true, header.descr = dtype();
            else if (key == "fortran_order" && !order) order = true, header.fortran_order = boolean();
            else if (key == "shape" && !shape) shape = true, header.shape = dimensions();
            else throw FormatError("header: unexpected or repeated key " + excerpt(key));
            if (!take(',')) {
                expect('}');
                break;
            }
        }
        skip_blanks();
        if (!rest_.empty()) throw FormatError("header: unexpected " + excerpt(rest_) + " after the dictionary");
        if (!descr || !order || !shape)
            throw FormatError(std::string("header: the key '") +
                              (!descr   ? "descr"
                               : !order ? "fortran_order"
                                        : "shape") +
                              "' is missing");
        return header;
    }

private:
    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
    bool take(char c) {
        skip_blanks();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool take_word(std::string_view word) {
        skip_blanks();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    void expect(char c) {
        if (!take(c)) throw FormatError(std::string("header: expected '") + c + "' at " + excerpt(rest_));
    }
    std::string string() {
        const char quote = take('\'') ? '\'' : '"';
        if (quote == '"') expect('"');
        const std::size_t end = rest_.find(quote);
        if (end == rest_.npos) throw FormatError("header: a string that starts at " + excerpt(rest_) + " does not end");
        const std::string s(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return s;
    }
    std::string dtype() {
        skip_blanks();
        if (rest_.starts_with('['))
            throw FormatError("dtype " + excerpt(rest_) + " is a record; tercet reads arrays of numbers");
        return string();
    }
    bool boolean() {
        if (take_word("True")) return true;
        if (take_word("False")) return false;
        throw FormatError("header: expected True or False at " + excerpt(rest_));
    }
    Dims dimensions() {
        Dims dims;
        expect('(');
        while (!take(')')) {
            dims.push_back(dimension());
            if (!take(',')) {
                expect(')');
                break;
            }
        }
        return dims;
    }
    std::int64_t dimension() {
        skip_blanks();
        if (rest_.starts_with('-')) throw FormatError("header: a dimension is negative at " + excerpt(rest_));
        const std::size_t n = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        if (n == 0) throw FormatError("header: expected a dimension at " + excerpt(rest_));
        if (n > 18) throw FormatError("header: the dimension " + excerpt(rest_.substr(0, n)) + " is too large");
        const std::int64_t value = std::stoll(std::string(rest_.substr(0, n)));
        rest_.remove_prefix(n);
        take_word("L");  // Python 2 wrote (2L, 3L)
        return value;
    }

    std::string_view rest_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text) { return HeaderReader(text).read(); }

}  // namespace tercet
