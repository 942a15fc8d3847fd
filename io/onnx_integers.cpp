#include <tercet/io/onnx_integers.hpp>
#include <tercet/io/onnx_translation.hpp>
#include <tercet/models/broadcast.hpp>

namespace tercet::onnx_io {

namespace {

/// In a type of at most 64 bits; what leaves the type is refused, where others wrap or do anything.
std::int64_t apply_integer(Binary binary, Type type, std::int64_t a, std::int64_t b) {
    if (type == Type::boolean) throw FormatError(std::string(to_string(binary)) + " of bool");
    std::int64_t y = 0;
    bool overflow = false;
    switch (binary) {
        case Binary::add: overflow = __builtin_add_overflow(a, b, &y); break;
        case Binary::subtract: overflow = __builtin_sub_overflow(a, b, &y); break;
        case Binary::multiply: overflow = __builtin_mul_overflow(a, b, &y); break;
        case Binary::divide:
            if (b == 0) throw FormatError("divides the integer " + std::to_string(a) + " by 0");
            overflow = b == -1 && __builtin_sub_overflow(std::int64_t{0}, a, &y);
            if (b != -1) y = a / b;
            break;
        case Binary::max: y = std::max(a, b); break;
    }
    if (overflow || (type == Type::int32 && y != static_cast<std::int32_t>(y)))
        throw FormatError(std::string("the integers ") + std::to_string(a) + " and " + std::to_string(b) + ": " + to_string(binary) +
                          " overflows " + to_string(type));
    return y;
}

}  // namespace

Constant fold_integers(Binary binary, const Call& call) {
    const Constant &a = call.integers(0), &b = call.integers(1);
    if (a.type != b.type) throw FormatError(std::string("operands are of types ") + to_string(a.type) + " and " + to_string(b.type));
    Constant y{"", a.type, broadcast_shape(a.dims, b.dims), {}, {}};
    const std::int64_t count = checked_count(y.dims);
    call.to.spend(count);
    y.integers.resize(static_cast<std::size_t>(count));
    for_each_broadcast_run(a.dims, b.dims, y.dims,
                           [&](std::int64_t out, std::int64_t i, std::int64_t j, std::int64_t n, std::int64_t step_i, std::int64_t step_j) {
                               for (std::int64_t k = 0; k < n; ++k)
                                   y.integers[static_cast<std::size_t>(out + k)] =
                                       apply_integer(binary, a.type, a.integers[static_cast<std::size_t>(i + k * step_i)],
                                                     b.integers[static_cast<std::size_t>(j + k * step_j)]);
                           });
    return y;
}

Constant fold_negation(const Call& call) {
    Constant y = call.integers(0);
    for (auto& x : y.integers) x = apply_integer(Binary::subtract, y.type, 0, x);
    return y;
}

}  // namespace tercet::onnx_io
