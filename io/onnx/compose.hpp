/// What translations of several operators are composed of: terms made of terms. A suffix tells the nodes made so from
/// the main one.
#pragma once

#include <tercet/io/onnx/translation.hpp>

namespace tercet::onnx_io {

/// Where the parts of a composition are added.
struct Compose {
    const Call& call;

    Term binary(Binary op, const Term& a, const Term& b, const std::string& suffix = "",
                const std::string& kind = "") const;
    Term plus(const Term& a, const Term& b, const std::string& suffix = "") const {
        return binary(Binary::add, a, b, suffix, "Add");
    }
    Term minus(const Term& a, const Term& b, const std::string& suffix = "") const {
        return binary(Binary::subtract, a, b, suffix, "Sub");
    }
    Term times(const Term& a, const Term& b, const std::string& suffix = "") const {
        return binary(Binary::multiply, a, b, suffix, "Mul");
    }
    Term over(const Term& a, const Term& b, const std::string& suffix = "") const {
        return binary(Binary::divide, a, b, suffix, "Div");
    }
    Term negative(const Term& a, const std::string& suffix) const;
    Term maximum(const Term& a, const Term& b, const std::string& suffix = "") const {
        return binary(Binary::max, a, b, suffix, "Max");
    }
    /// -max(-a, -b)
    Term minimum(const Term& a, const Term& b, const std::string& suffix = "") const {
        const Term most =
            maximum(negative(a, suffix + "/negative0"), negative(b, suffix + "/negative1"), suffix + "/maximum");
        return negative(most, suffix);
    }
    Term square(const Term& a, const std::string& suffix) const;
    template <class F>
    Term apply(F f, const Term& a, const std::string& suffix, const char* kind) const {
        return call.add(std::move(f), {a}, {}, suffix, kind);
    }
    /// A number of the type of `like`.
    Term number(double value, const Term& like, const std::string& suffix) const;

    /// Axis k of the result is axis order[k] of the value.
    Term transposed(const Term& a, const std::vector<int>& order, const std::string& suffix = "") const;
    /// The axes moved to the end, the others in order before them.
    Term to_end(const Term& a, const std::vector<int>& axes, const std::string& suffix) const;
    /// One axis at the end moved to its place.
    Term from_end(const Term& a, int axis, const std::string& suffix = "") const;

    /// Sum, mean or maximum over axes, which stay as 1 if asked.
    Term sum(const Term& a, std::vector<int> axes, bool keep, bool mean = false, const std::string& suffix = "",
             const std::string& kind = "") const;
    Term largest(const Term& a, const std::vector<int>& axes, bool keep, const std::string& suffix = "") const;

    /// The product over axes, by halves.
    Term product(const Term& a, const std::vector<int>& axes, bool keep, const std::string& suffix = "") const;

    /// Elements start to start + count - 1 along an axis.
    Term slice(const Term& a, int axis, std::int64_t start, std::int64_t count, const std::string& suffix) const;
    Term concatenated(const std::vector<Term>& parts, int axis, const std::string& suffix = "") const;

    /// The value in the type, its fraction dropped where that is an integer type.
    Term cast(const Term& a, Type type, const std::string& suffix = "") const;
};

/// Throws FormatError where two operands are of different types; float types may meet.
void expect_alike(const Term& a, const Term& b);

/// A shape with these axes as 1, or without them.
Dims reduced(const Dims& shape, const std::vector<int>& axes, bool keep);

/// 0 to n - 1
std::vector<int> all_axes(std::size_t n);

}  // namespace tercet::onnx_io
