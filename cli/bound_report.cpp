#include "bound_report.hpp"

#include "values.hpp"

#include <tercet/io/text/answer_text.hpp>
#include <tercet/io/text/excerpt.hpp>

#include <algorithm>
#include <array>

namespace tercet::cli {

namespace {

constexpr std::size_t most_sentences = 100;

void write_interval(JsonWriter& json, const Interval& x) {
    json.key("lower").lower(x.lower()).key("upper").upper(x.upper());
    json.key("lower_hex").string(hex_float(x.lower())).key("upper_hex").string(hex_float(x.upper()));
}

void write_bounds(JsonWriter& json, const AnyTensor<Interval64>& bounds) {
    json.key("bounds").begin_array();
    for (std::size_t i = 0; i < bounds.data.size(); ++i) {
        json.begin_object().key("index").number(static_cast<long long>(i));
        write_interval(json, bounds.data[i]);
        json.end_object();
    }
    json.end_array();
}

void write_rows(JsonWriter& json, const std::vector<verify::RowBounds<>>& rows) {
    json.key("rows").begin_array();
    for (const auto& r : rows) {
        json.begin_object().key("row").string(row_text(*r.constraint));
        write_interval(json, r.row);
        json.end_object();
    }
    json.end_array();
}

void write_answer(JsonWriter& json, const verify::Query& query, const verify::Answer<>& answer) {
    json.key("verdict").string(to_string(answer.verdict)).key("goals").begin_array();
    const auto said = sentences(query, answer);
    for (std::size_t g = 0; g < answer.goals.size(); ++g) {
        json.begin_object();
        if (query.about == verify::About::classes)
            json.key("image")
                .number(static_cast<long long>(query.goals[g].image))
                .key("class")
                .number(static_cast<long long>(query.goals[g].label));
        json.key("verdict").string(to_string(answer.goals[g].verdict)).key("sentence").string(said[g]);
        if (const auto& w = answer.goals[g].witness) {
            json.key("witness").begin_object().key("region").number(static_cast<long long>(w->region));
            json.key("everywhere").token(w->everywhere ? "true" : "false").key("input").begin_array();
            for (const RationalNumber& x : w->x) json.string(fraction(x));
            json.end_array().end_object();
        }
        json.end_object();
    }
    json.end_array();
}

}  // namespace

void BoundReport::add(verify::RegionBounds<>&& region) {
    if (undefined < 0) undefined = region.undefined;
    if (hull_.data.empty()) hull_ = region.outputs;
    for (std::size_t i = 0; i < hull_.data.size(); ++i) hull_.data[i] = hull(hull_.data[i], region.outputs.data[i]);
    numbers_ += region.outputs.data.size() + region.rows.size();
    if (listed()) kept_.push_back(std::move(region));
    else kept_.clear();
}

void BoundReport::print_text(std::ostream& out) const {
    out << "certified bounds of " << printable(model) << " over the real numbers (interval64, ibp)\n";
    const auto print = [&](const AnyTensor<Interval64>& outputs, const std::vector<verify::RowBounds<>>& rows) {
        for (std::size_t i = 0; i < outputs.data.size(); ++i)
            out << "  Y_" << i << " in " << interval_text(outputs.data[i]) << '\n';
        for (const auto& r : rows) out << "  " << row_text(*r.constraint) << " in " << interval_text(r.row) << '\n';
    };
    if (listed()) {
        for (const auto& r : kept_) {
            if (regions > 1) {
                out << "region " << r.region << " of " << regions;
                if (answer) out << ": " << to_string(r.verdict);
                out << '\n';
            }
            print(r.outputs, r.rows);
        }
    } else {
        out << "over all " << regions << " regions (--regions lists them)\n";
        print(hull_, {});
    }
    if (!answer) return;
    if (regions > 1)
        out << "regions: " << answer->proved << " proved, " << answer->violated << " violated, " << answer->open
            << " open\n";
    if (const auto& c = answer->closest; c && regions > 1 && answer->verdict == verify::Verdict::open)
        out << "farthest from a proof: region " << c->first << ", " << row_text(*c->second.constraint) << " in "
            << interval_text(c->second.row) << '\n';
    const auto said = sentences(*query, *answer);
    for (std::size_t g = 0; g < std::min(said.size(), most_sentences); ++g) out << said[g] << '\n';
    if (said.size() > most_sentences) out << "and " << said.size() - most_sentences << " images more; --json has all\n";
    if (said.size() > 1) {
        std::array<std::size_t, 3> count{};
        for (const auto& g : answer->goals) ++count[static_cast<std::size_t>(g.verdict)];
        out << "images: " << count[0] << " proved, " << count[1] << " violated, " << count[2] << " open\n";
    }
}

void BoundReport::print_json(std::ostream& out, const Phases& phases) const {
    JsonWriter json(out);
    json.begin_object().key("schema").number(1LL).key("model").string(model);
    json.key("context")
        .string("interval64")
        .key("method")
        .string("ibp")
        .key("semantics")
        .string(to_string(Interval64::semantics));
    if (answer) write_answer(json, *query, *answer);
    write_bounds(json, hull_);
    if (answer && regions == 1) write_rows(json, kept_.at(0).rows);
    json.key("defined_everywhere").token(undefined < 0 ? "true" : "false");
    json.key("region_count").number(static_cast<long long>(regions));
    if (answer) {
        json.key("region_verdicts").begin_object().key("proved").number(static_cast<long long>(answer->proved));
        json.key("violated")
            .number(static_cast<long long>(answer->violated))
            .key("open")
            .number(static_cast<long long>(answer->open))
            .end_object();
        if (const auto& c = answer->closest) {
            json.key("closest").begin_object().key("region").number(static_cast<long long>(c->first));
            json.key("row").string(row_text(*c->second.constraint));
            write_interval(json, c->second.row);
            json.end_object();
        }
    }
    if (regions > 1 && listed()) {
        json.key("regions").begin_array();
        for (const auto& r : kept_) {
            json.begin_object().key("region").number(static_cast<long long>(r.region));
            if (answer) json.key("verdict").string(to_string(r.verdict));
            write_bounds(json, r.outputs);
            if (answer) write_rows(json, r.rows);
            json.end_object();
        }
        json.end_array();
    }
    phases.write(json);
    json.end_object();
    out << '\n';
}

}  // namespace tercet::cli
