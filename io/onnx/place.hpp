/// What a translation throws, with the place it came from in front.
#pragma once

#include <tercet/core/error.hpp>

#include <string>

namespace tercet::onnx_io {

/// f(), with the place in front of what it throws.
template <class F>
auto at(const std::string& place, F f) {
    try {
        return f();
    } catch (const ShapeError& e) {
        throw ShapeError(place + e.what());
    } catch (const UnsupportedOp& e) {
        throw UnsupportedOp(place + e.what());
    } catch (const FormatError& e) {
        throw FormatError(place + e.what());
    } catch (const LimitError& e) {
        throw LimitError(place + e.what());
    } catch (const DomainError& e) {
        throw DomainError(place + e.what());
    }
}

}  // namespace tercet::onnx_io
