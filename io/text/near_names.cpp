#include <tercet/io/text/near_names.hpp>

#include <algorithm>
#include <limits>
#include <numeric>

namespace tercet {

namespace {

/// Levenshtein's distance, by rows.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string near_names(const std::string& name, const std::vector<std::string_view>& all) {
    constexpr std::size_t most = 5, longest = 200, far = std::numeric_limits<std::size_t>::max();
    if (name.empty() || name.size() > longest) return "";
    const std::size_t reach = std::max<std::size_t>(name.size() / 3, 1);
    const auto measure = [&](std::string_view other) {
        const std::size_t lengths =
            other.size() > name.size() ? other.size() - name.size() : name.size() - other.size();
        if (other.empty() || other.size() > longest) return far;
        if (lengths <= reach)
            if (const std::size_t d = distance(name, other); d <= reach) return d;
        const bool holds = other.find(name) != other.npos || (other.size() > 2 && name.find(other) != name.npos);
        return holds ? reach + lengths : far;
    };
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const auto& other : all)
        if (const std::size_t d = measure(other); d != far) near.emplace_back(d, other);
    std::sort(near.begin(), near.end());
    std::string list;
    for (std::size_t k = 0; k < near.size() && k < most; ++k)
        list += (k ? ", '" : "'") + std::string(near[k].second) + "'";
    return list.empty() ? "" : "; near it: " + list;
}

}  // namespace tercet
