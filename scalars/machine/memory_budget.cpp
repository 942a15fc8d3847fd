#include <tercet/core/error.hpp>
#include <tercet/scalars/machine/counted_memory.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>
#include <tercet/scalars/machine/usable_memory.hpp>

#include <array>
#include <atomic>
#include <cstdlib>
#include <limits>

namespace tercet {

namespace {

constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
std::atomic<std::size_t> said{0};  // 0: nobody has said anything

std::size_t start() {
    if (const char* text = std::getenv("TERCET_MEMORY"); text && *text) try {
            return parse_bytes(text);
        } catch (const FormatError& e) {
            throw FormatError(std::string("TERCET_MEMORY: ") + e.what());
        }
    return usable_memory() / 2;
}

void require(std::size_t count, std::size_t each, const auto& what) {
    std::size_t bytes = 0;
    const bool overflow = __builtin_mul_overflow(count, each, &bytes);
    const std::size_t budget = memory_budget(), used = memory_in_use();
    if (!overflow && bytes <= budget && used <= budget - bytes) return;
    throw LimitError(what() + " would take " + (overflow ? "more than 2^64 bytes" : said_bytes(bytes)) +
                     (used > 0 ? " beside " + said_bytes(used) + " in use" : "") + said_budget());
}

}  // namespace

std::size_t memory_budget() {
    if (const std::size_t bytes = said.load(std::memory_order_relaxed)) return bytes;
    static std::atomic<std::size_t> learnt{
        0};  // no guarded static: to learn it takes memory, whose count may ask for it
    static thread_local bool learning = false;
    if (const std::size_t bytes = learnt.load(std::memory_order_relaxed)) return bytes;
    if (learning) return most;
    struct Mark {
        bool& on;
        explicit Mark(bool& m) : on(m) { on = true; }
        ~Mark() { on = false; }
    } const mark(learning);
    return learnt = start();
}
void set_memory_budget(std::size_t bytes) { said = bytes; }

std::size_t parse_bytes(std::string_view text) {
    const auto refuse = [&] {
        return FormatError("'" + std::string(text.substr(0, 40)) + "' is no number of bytes such as 2G or 500M");
    };
    std::size_t n = 0, digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
        if (__builtin_mul_overflow(n, std::size_t{10}, &n) ||
            __builtin_add_overflow(n, static_cast<std::size_t>(text[digits] - '0'), &n))
            throw refuse();
    std::string_view unit = text.substr(digits);
    if (digits == 0 || n == 0) throw refuse();
    int shift = 0;
    if (!unit.empty() && unit != "B") {
        const auto at = std::string_view("KMGTkmgt").find(unit[0]);
        if (at == std::string_view::npos) throw refuse();
        unit.remove_prefix(1);
        if (unit != "" && unit != "B" && unit != "iB") throw refuse();
        shift = 10 * (static_cast<int>(at % 4) + 1);
    }
    if (n > most >> shift) throw refuse();
    return n << shift;
}

std::string said_bytes(std::size_t bytes) {
    if (bytes < 1024) return std::to_string(bytes) + " bytes";
    constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0, tenths = bytes / 1024 * 10 + bytes % 1024 * 10 / 1024;
    for (; tenths >= 10240; tenths /= 1024) ++unit;
    return std::to_string(tenths / 10) + (tenths < 1000 ? "." + std::to_string(tenths % 10) : "") + " " + units[unit];
}

void require_memory(std::size_t count, std::size_t each, const char* what) {
    require(count, each, [&] { return std::string(what); });
}
void require_memory(std::size_t count, std::size_t each, const Dims& shape) {
    require(count, each, [&] { return "its value " + to_string_dims(shape); });
}

std::string out_of_memory(const std::bad_alloc& e) {
    const auto* counted = dynamic_cast<const OutOfMemory*>(&e);
    return counted ? counted->what() : "out of memory" + said_budget();
}

}  // namespace tercet
