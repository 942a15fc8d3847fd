#include <onnx/onnx_pb.h>
#include <tercet/core/error.hpp>
#include <tercet/io/file/read_file.hpp>
#include <tercet/io/onnx/external.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tercet::onnx_io {

namespace {

std::optional<std::string> entry(const onnx::TensorProto& tensor, const char* key) {
    for (const auto& e : tensor.external_data())
        if (e.key() == key) return e.value();
    return std::nullopt;
}

bool lies_below(const std::filesystem::path& file, const std::filesystem::path& folder) {
    return !folder.empty() &&
           std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first == folder.end();
}

std::uint64_t number(const std::string& text, const char* key) {
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end != text.data() + text.size())
        throw FormatError("its external data have " + std::string(key) + " '" + text +
                          "', which is no number of bytes");
    return n;
}

}  // namespace

bool is_external(const onnx::TensorProto& tensor) {
    return tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0;
}

ModelFolder::ModelFolder(const std::filesystem::path& model) {
    std::error_code none;
    path = model.has_parent_path() ? model.parent_path() : ".";
    target = std::filesystem::canonical(model, none).parent_path();
}

std::string ModelFolder::external_bytes(const onnx::TensorProto& tensor) const {
    const auto location = entry(tensor, "location");
    if (!location || location->empty())
        throw FormatError("its numbers lie in another file (external data), which it does not name");
    const std::filesystem::path relative(*location);
    bool leaves =
        relative.is_absolute() || location->find('\\') != location->npos || location->find('\0') != location->npos;
    for (const auto& part : relative) leaves = leaves || part == "..";
    if (leaves)
        throw UnsupportedOp("its numbers lie in '" + *location +
                            "', which is no file below the model's folder; only those are read");
    std::error_code none;
    auto file = path / relative;
    if (!std::filesystem::exists(file, none)) file = target / relative;
    const auto status = std::filesystem::status(file, none);
    if (status.type() == std::filesystem::file_type::not_found)
        throw FormatError("its numbers lie in '" + *location +
                          "' (external data), and there is no such file beside the model");
    const auto real = std::filesystem::canonical(file, none);
    if (none) throw FormatError("cannot read '" + file.string() + "': " + none.message());
    if (!lies_below(real, std::filesystem::canonical(path, none)) && !lies_below(real, target))
        throw UnsupportedOp("its numbers lie in '" + *location +
                            "', a link that leads out of the model's folder; only files below it are read");
    if (!std::filesystem::is_regular_file(status))
        throw FormatError("its numbers lie in '" + *location + "', which is no regular file");
    const std::uint64_t size = std::filesystem::file_size(real, none);
    if (none) throw FormatError("cannot read '" + file.string() + "': " + none.message());
    const std::uint64_t offset = number(entry(tensor, "offset").value_or("0"), "offset");
    const auto length = entry(tensor, "length");
    return read_part(real, offset, length ? number(*length, "length") : size - std::min(offset, size));
}

}  // namespace tercet::onnx_io
