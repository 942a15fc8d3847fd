/// The errors that tercet throws. Every message is one sentence with the place and the numbers.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace tercet {

/// What every tercet error is; the tool prints `what()` and exits with a non-zero code.
struct Error : std::runtime_error {
    /// NUL characters, at which what() would end, are spelled out.
    explicit Error(const std::string& sentence) : std::runtime_error(without_nul(sentence)) {}

private:
    static std::string without_nul(std::string text) {
        for (std::size_t at = 0; (at = text.find('\0', at)) != std::string::npos;) text.replace(at, 1, "\\x00");
        return text;
    }
};

/// Shapes that do not fit: "axis 0: expected 3, got 2".
struct ShapeError : Error {
    using Error::Error;
};

/// An operation that a context, or tercet as a whole, cannot carry out with its promise kept.
struct UnsupportedOp : Error {
    using Error::Error;
};

/// A file that is not what it should be: the message names the file, the place and what was found.
struct FormatError : Error {
    using Error::Error;
};

/// An argument outside the domain of an operation: a division by zero, a NaN bound, an empty box.
struct DomainError : Error {
    using Error::Error;
};

/// A result that has a value, which a limit of digits or of memory does not let through: the message says what was
/// needed and what the limit is.
struct LimitError : DomainError {
    using DomainError::DomainError;
};

}  // namespace tercet
