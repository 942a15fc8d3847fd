#include <tercet/io/file/read_file.hpp>
#include <tercet/io/file/write_file.hpp>
#include <tercet/io/npy/npz.hpp>
#include <tercet/io/text/excerpt.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <zip.h>

#include <algorithm>
#include <memory>
#include <ostream>

namespace tercet {

namespace {

constexpr std::string_view suffix = ".npy";

/// A libzip error that frees itself; says "Not a zip archive".
struct ZipError {
    zip_error_t error;
    ZipError() { zip_error_init(&error); }
    ZipError(const ZipError&) = delete;
    ZipError& operator=(const ZipError&) = delete;
    ~ZipError() { zip_error_fini(&error); }
    std::string text() { return zip_error_strerror(&error); }
};

using Archive = std::unique_ptr<zip_t, void (*)(zip_t*)>;  // closed without writing
using Entry = std::unique_ptr<zip_file_t, int (*)(zip_file_t*)>;
using Source = std::unique_ptr<zip_source_t, void (*)(zip_source_t*)>;

Archive open(zip_source_t* source, int flags, ZipError& error) {
    return Archive(zip_open_from_source(source, flags, &error.error), &zip_discard);
}

/// Does an npy file begin so, with all of its header?
bool header_is_there(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    if (bytes.size() < 12) return false;
    const std::size_t length = byte(8) | byte(9) << 8 | (bytes[6] == 1 ? 0 : byte(10) << 16 | byte(11) << 24);
    return bytes.size() >= 12 + length;
}

/// The bytes of one entry, by blocks: the size that the archive claims is not believed before it is there, and what the
/// npy header states bounds what is inflated: at most a block more, for which parse_npy then refuses it.
std::string entry_bytes(zip_t* archive, std::uint64_t index, const std::string& place, V2 v2) {
    const Entry entry(zip_fopen_index(archive, index, 0), &zip_fclose);
    if (!entry) throw FormatError(place + ": " + zip_strerror(archive));
    std::string bytes;
    std::uint64_t stated = 0;  // 0: the header has not come yet
    for (;;) {
        constexpr std::size_t block = 1 << 16, header = (1 << 20) + 12;
        const std::size_t before = bytes.size();
        bytes.resize(before + block);
        const auto got = zip_fread(entry.get(), bytes.data() + before, block);
        if (got < 0) throw FormatError(place + ": " + zip_file_strerror(entry.get()));
        bytes.resize(before + static_cast<std::size_t>(got));
        if (got == 0 || (stated != 0 && bytes.size() > stated)) return bytes;
        if (stated == 0 && header_is_there(bytes)) {
            stated = npy_file_size(bytes, place, v2);
            require_memory(1, stated, (place + ": its numbers").c_str());
        }
        if (stated == 0 && bytes.size() > header) return bytes;  // no npy file
    }
}

}  // namespace

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& path, const std::set<std::string>* wanted,
                                         V2 v2) {
    return parse_npz(read_file(path), path.string(), wanted, v2);
}

std::map<std::string, NpyArray> parse_npz(std::string_view bytes, const std::string& name,
                                          const std::set<std::string>* wanted, V2 v2) {
    if (bytes.empty())
        throw FormatError(name + ": not an npz file: it is empty");  // to libzip, an archive without entries
    ZipError error;
    Source source(zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error.error), &zip_source_free);
    const Archive archive =
        source ? open(source.get(), ZIP_RDONLY | ZIP_CHECKCONS, error) : Archive(nullptr, &zip_discard);
    if (!archive) throw FormatError(name + ": not an npz file: " + error.text());
    source.release();  // the archive owns it now

    std::map<std::string, NpyArray> arrays;
    const auto entries = zip_get_num_entries(archive.get(), 0);
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(entries); ++i) {
        const char* raw = zip_get_name(archive.get(), i, ZIP_FL_ENC_GUESS);
        if (!raw) throw FormatError(name + ": entry " + std::to_string(i) + ": " + zip_strerror(archive.get()));
        std::string key = raw;
        const std::string place = name + ": entry " + excerpt(key);
        if (!key.ends_with(suffix)) throw FormatError(place + " is not an npy file");
        key.resize(key.size() - suffix.size());
        NpyArray array{{}, {}, ""};
        if (!wanted || wanted->contains(key)) array = parse_npy(entry_bytes(archive.get(), i, place, v2), place, v2);
        if (!arrays.emplace(key, std::move(array)).second) throw FormatError(place + " comes twice");
    }
    return arrays;
}

void write_npz(const std::filesystem::path& path, const std::vector<std::pair<std::string, NpyArray>>& arrays) {
    const auto require = [&](bool fine, const std::string& what) {
        if (!fine) throw DomainError("cannot write '" + path.string() + "': " + what);
    };
    require(!arrays.empty(), "an npz file needs at least one array");
    std::set<std::string> names;
    for (const auto& [name, array] : arrays) {
        require(!name.empty() && name.find('\0') == name.npos, "an array's name is empty or contains a NUL");
        require(names.insert(name).second, "two arrays are named " + excerpt(name));
        const auto is_control = [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        };  // newer libzip takes them
        require(std::ranges::none_of(name, is_control),
                "array " + excerpt(name) + ": zip archives take names of UTF-8 without control characters");
        require(name.size() + suffix.size() <= 0xffff,
                "array " + excerpt(name) + ": zip archives take names of at most 65535 bytes");
    }

    ZipError error;
    std::vector<std::string> contents;  // libzip reads them when the archive is closed
    contents.reserve(arrays.size());
    Source source(zip_source_buffer_create(nullptr, 0, 0, &error.error), &zip_source_free);
    Archive archive = source ? open(source.get(), ZIP_CREATE | ZIP_TRUNCATE, error) : Archive(nullptr, &zip_discard);
    if (!archive) throw Error("cannot write '" + path.string() + "': " + error.text());
    zip_source_keep(source.get());  // once for the archive, once for reading the result below
    for (const auto& [name, array] : arrays) {
        const std::string& bytes = contents.emplace_back(npy_bytes(array));
        zip_source_t* entry = zip_source_buffer(archive.get(), bytes.data(), bytes.size(), 0);
        const auto index =
            entry ? zip_file_add(archive.get(), (name + std::string(suffix)).c_str(), entry, ZIP_FL_ENC_UTF_8) : -1;
        if (index < 0 && entry) zip_source_free(entry);
        const auto at = static_cast<std::uint64_t>(index);
        // 1 January 1980, the zero of zip's calendar.
        if (index < 0 || zip_set_file_compression(archive.get(), at, ZIP_CM_STORE, 0) != 0 ||
            zip_file_set_dostime(archive.get(), at, 0, 1 << 5 | 1, 0) != 0)
            throw Error("cannot write '" + path.string() + "': array " + excerpt(name) + ": " +
                        (zip_error_code_zip(zip_get_error(archive.get())) == ZIP_ER_INVAL
                             ? "zip archives take names of UTF-8 without control characters"
                             : zip_strerror(archive.get())));
    }
    if (zip_close(archive.get()) != 0)
        throw Error("cannot write '" + path.string() + "': " + zip_strerror(archive.get()));
    archive.release();

    if (zip_source_open(source.get()) != 0)
        throw Error("cannot write '" + path.string() + "': " + zip_error_strerror(zip_source_error(source.get())));
    write_file(path, [&](std::ostream& out) {
        std::vector<char> block(1 << 16);
        zip_int64_t got = 0;
        while ((got = zip_source_read(source.get(), block.data(), block.size())) > 0) out.write(block.data(), got);
        if (got < 0)
            throw Error("cannot write '" + path.string() + "': " + zip_error_strerror(zip_source_error(source.get())));
    });
    zip_source_close(source.get());
}

}  // namespace tercet
