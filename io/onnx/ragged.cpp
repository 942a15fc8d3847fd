#include <tercet/io/onnx/ragged.hpp>

namespace tercet::onnx_io {

Term reduced_rows(const Call& call, const std::vector<Term>& from, const std::vector<RaggedRow>& rows, const Dims& dims,
                  const std::function<Term(const Term& matrix, const std::vector<std::size_t>& which,
                                           const std::string& suffix)>& reduce,
                  const std::string& suffix) {
    if (rows.empty()) return call.typed(from.at(0)->type, call.stored(suffix + ".none", dims, {}));
    std::map<std::size_t, std::vector<std::size_t>> by_length;
    for (std::size_t i = 0; i < rows.size(); ++i) by_length[rows[i].size()].push_back(i);
    std::vector<Term> parts;
    std::vector<op::Rearrange::Stretch> at(rows.size());  // where the number of each row is
    for (const auto& [length, which] : by_length) {
        const std::string name = suffix + "/of" + std::to_string(length);
        Moved matrix{{static_cast<std::int64_t>(which.size()), static_cast<std::int64_t>(length)}, {}};
        call.to.spend(checked_count(matrix.dims));
        std::int64_t number = 0;
        for (const std::size_t i : which) {
            for (const auto& element : rows[i]) matrix.elements.append(element);
            at[i] = {static_cast<std::int32_t>(parts.size()), number++, 0, 1};
        }
        const Term elements = call.moved(std::move(matrix), from, {}, name + "/rows", "Gather");
        parts.push_back(reduce(elements, which, name));
    }
    if (parts.size() == 1) return call.reshaped(parts[0], dims, suffix);
    Moved all{dims, {}};
    call.to.spend(checked_count(dims));
    for (const auto& element : at) all.elements.append(element);
    return call.moved(std::move(all), std::move(parts), {}, suffix, "Concat");
}

}  // namespace tercet::onnx_io
