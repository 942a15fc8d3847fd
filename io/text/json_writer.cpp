#include <tercet/io/text/json_writer.hpp>

#include <tercet/io/text/decimal.hpp>

#include <nlohmann/json.hpp>

#include <cmath>

namespace tercet {

namespace {
constexpr int digits = 17;  // tells all doubles apart
}

JsonWriter& JsonWriter::key(std::string_view name) {
    string(name);
    out_ << ": ";
    after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
    // Bytes that are not UTF-8 (a strange file name) become U+FFFD: the output stays valid JSON.
    return token(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

JsonWriter& JsonWriter::number(double x) {
    return std::isfinite(x) ? token(decimal_nearest_shortest(x)) : string(decimal_nearest_shortest(x));
}
JsonWriter& JsonWriter::lower(double x) {
    return std::isfinite(x) ? token(decimal_down(x, digits)) : string(decimal_down(x, digits));
}
JsonWriter& JsonWriter::upper(double x) {
    return std::isfinite(x) ? token(decimal_up(x, digits)) : string(decimal_up(x, digits));
}

}  // namespace tercet
