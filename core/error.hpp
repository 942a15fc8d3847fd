/// The errors that tercet throws. Every message is one sentence with the place and the numbers.
#pragma once

#include <stdexcept>
#include <string>

namespace tercet {

/// What every tercet error is; the tool prints `what()` and exits with a non-zero code.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
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

/// A result that has a value, which a limit of digits or of memory does not let through: the message says what was needed and what the
/// limit is.
struct LimitError : DomainError {
    using DomainError::DomainError;
};

}  // namespace tercet
