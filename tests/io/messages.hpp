/// The sentence that an expression throws.
#pragma once

#include <tercet/core/error.hpp>

#include <string>

/// "" when nothing was thrown; an exception of another type passes through.
template <class Thrown = tercet::FormatError, class Action>
std::string message(Action action) {
    try {
        action();
    } catch (const Thrown& error) {
        return error.what();
    }
    return "";
}
