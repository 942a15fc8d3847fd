/// JSON written as it goes: results can be larger than memory should hold twice, and bounds need their own decimals.
///
/// A general JSON library would read "0.1000000000000001" as a double and print the shortest decimal of it, which may
/// lie inside the bound. Numbers are therefore texts here; strings are escaped by nlohmann-json.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace tercet {

class JsonWriter {
public:
    explicit JsonWriter(std::ostream& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view text);
    /// A number, true, false or null, as it is to stand there.
    JsonWriter& token(std::string_view text) {
        separate();
        out_ << text;
        first_ = false;
        return *this;
    }
    JsonWriter& number(long long n) { return token(std::to_string(n)); }
    /// Shortest decimal that reads back as x; infinities and NaN, which JSON lacks, as strings.
    JsonWriter& number(double x);
    /// Decimal below (above) x, as a bound needs.
    JsonWriter& lower(double x);
    JsonWriter& upper(double x);

private:
    void separate() {
        if (!first_ && !after_key_) out_ << ", ";
        after_key_ = false;
    }
    JsonWriter& open(char c) {
        separate();
        out_ << c;
        first_ = true;
        return *this;
    }
    JsonWriter& close(char c) {
        out_ << c;
        first_ = false;
        return *this;
    }

    std::ostream& out_;
    bool first_ = true, after_key_ = false;
};

}  // namespace tercet
