/// What every fuzzer does with its bytes: the reader reads them, or refuses them with an error of tercet's. Anything
/// else that is thrown ends the program, as a crash, a hang or a finding of AddressSanitizer does; so does an error
/// that says nothing, or more than one line.
#pragma once

#include <tercet/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fuzz {

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

template <class Read>
int reads_or_refuses(const Read& read) {
    try {
        read();
    } catch (const tercet::Error& e) {
        const std::string_view why = e.what();
        if (why.empty() || why.find('\n') != std::string_view::npos) std::abort();
    }
    return 0;
}

}  // namespace fuzz
