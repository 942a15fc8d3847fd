/// Masks: values that are -inf where a condition chose so, as attention has them before its softmax.
///
/// -inf is no number. Such a value is kept as the numbers beneath and a boolean that says where they count; sums pass
/// the boolean on, and softmax, for which exp(-inf) = 0, takes them: y_i = s_i e_i / sum_j s_j e_j, e = exp(x - m), s
/// the boolean, m the largest of all x, since the quotient is the same for every m.
#pragma once

#include <tercet/io/onnx/compose.hpp>

namespace tercet::onnx_io {

/// Where the condition holds a, elsewhere b, of which one is the stored number -inf; nothing where none is.
Term masked_choice(const Call& call, const Term& condition, const Term& a, const Term& b);

/// a + b where one of them is masked, or is stored with -inf in it; nothing where none is.
Term masked_sum(const Call& call, const Term& a, const Term& b);

/// The softmax over these axes of a masked value.
Term masked_softmax(const Call& call, const Term& x, const std::vector<int>& axes);

/// The largest number over these axes of a masked value, which stay as 1 if asked. Throws UnsupportedOp where the mask
/// is computed, or leaves nothing of a row.
Term masked_largest(const Call& call, const Term& x, const std::vector<int>& axes, bool keep);

/// max(a, b), or min, where one of them is a stored tensor with -inf (or inf) in it: the other one there; nothing where
/// none is.
Term neutral_choice(const Call& call, const Term& a, const Term& b, bool maximum, const std::string& suffix);

/// Is it a stored tensor with this infinity in it?
bool stores(const Term& x, double infinity);

}  // namespace tercet::onnx_io
