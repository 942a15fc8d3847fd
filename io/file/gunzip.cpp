#include <tercet/core/error.hpp>
#include <tercet/io/file/gunzip.hpp>

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace tercet {

bool is_gzip(const std::string& bytes) { return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

std::string gunzip(const std::string& bytes, std::size_t most) {
    z_stream stream{};
    constexpr int gzip_only = 15 + 16;  // the largest window, and gzip's header and checksum
    if (inflateInit2(&stream, gzip_only) != Z_OK) throw FormatError("zlib cannot start");
    const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, &inflateEnd);
    std::string result;
    std::string block(std::size_t{1} << 18, '\0');
    std::size_t taken = 0;
    const auto feed = [&] {
        const std::size_t n = std::min<std::size_t>(bytes.size() - taken, std::numeric_limits<uInt>::max());
        stream.next_in =
            reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + taken));  // zlib does not write there
        stream.avail_in = static_cast<uInt>(n);
        taken += n;
    };
    for (;;) {
        if (stream.avail_in == 0) feed();
        if (stream.avail_in == 0)
            throw FormatError("its gzip data end too early, after " + std::to_string(result.size()) + " bytes");
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        const int state = inflate(&stream, Z_NO_FLUSH);
        const std::size_t got = block.size() - stream.avail_out;
        if (got > most - result.size())
            throw FormatError("its gzip data inflate to more than " + std::to_string(most) + " bytes");
        result.append(block, 0, got);
        if (state == Z_STREAM_END) {
            if (stream.avail_in == 0) feed();
            if (stream.avail_in == 0) return result;
            if (inflateReset(&stream) != Z_OK) throw FormatError("its gzip data are damaged");
        } else if (state != Z_OK && !(state == Z_BUF_ERROR && stream.avail_in == 0)) {
            throw FormatError(std::string("its gzip data are damaged") +
                              (stream.msg ? std::string(": ") + stream.msg : std::string()));
        }
    }
}

}  // namespace tercet
