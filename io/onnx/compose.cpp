#include <tercet/io/onnx/compose.hpp>
#include <tercet/layers/functions/floor.hpp>
#include <tercet/layers/functions/integer_power.hpp>
#include <tercet/layers/functions/negate.hpp>
#include <tercet/layers/functions/relu.hpp>
#include <tercet/models/operators/compare.hpp>
#include <tercet/models/operators/elementwise.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/reduce.hpp>
#include <tercet/models/operators/row_maximum.hpp>

#include <algorithm>
#include <numeric>

namespace tercet::onnx_io {

void expect_alike(const Term& a, const Term& b) {
    if (a->type != b->type && !(is_real(a->type) && is_real(b->type)))
        throw FormatError(std::string("operands are of types ") + to_string(a->type) + " and " + to_string(b->type));
}

std::vector<int> all_axes(std::size_t n) {
    std::vector<int> all(n);
    std::iota(all.begin(), all.end(), 0);
    return all;
}

Dims reduced(const Dims& shape, const std::vector<int>& axes, bool keep) {
    Dims y;
    for (int k = 0; k < static_cast<int>(shape.size()); ++k) {
        const bool goes = std::find(axes.begin(), axes.end(), k) != axes.end();
        if (!goes) y.push_back(shape[static_cast<std::size_t>(k)]);
        else if (keep) y.push_back(1);
    }
    return y;
}

Term Compose::binary(Binary op, const Term& a, const Term& b, const std::string& suffix,
                     const std::string& kind) const {
    return call.add(op::Elementwise{op}, {a, b}, {}, suffix, kind);
}
Term Compose::negative(const Term& a, const std::string& suffix) const {
    return call.add(op::Negate{}, {a}, {}, suffix, "Neg");
}
Term Compose::square(const Term& a, const std::string& suffix) const {
    return call.add(op::IntegerPower{2}, {a}, {}, suffix, "Mul");
}

Term Compose::number(double value, const Term& like, const std::string& suffix) const {
    if (is_real(like->type)) return call.typed(like->type, call.scalar(value, suffix));
    return call.integer(static_cast<std::int64_t>(value), like->type);
}

Term Compose::transposed(const Term& a, const std::vector<int>& order, const std::string& suffix) const {
    if (std::is_sorted(order.begin(), order.end())) return a;
    return call.moved(onnx_io::transposed(call.tables(a->dims), order), a, {}, suffix, "Transpose");
}

Term Compose::to_end(const Term& a, const std::vector<int>& axes, const std::string& suffix) const {
    std::vector<int> order;
    for (const int k : all_axes(a->dims.size()))
        if (std::find(axes.begin(), axes.end(), k) == axes.end()) order.push_back(k);
    order.insert(order.end(), axes.begin(), axes.end());
    return transposed(a, order, suffix);
}

Term Compose::from_end(const Term& a, int axis, const std::string& suffix) const {
    const int last = static_cast<int>(a->dims.size()) - 1;
    std::vector<int> order;
    for (int k = 0; k <= last; ++k) order.push_back(k < axis ? k : k == axis ? last : k - 1);
    return transposed(a, order, suffix);
}

Term Compose::sum(const Term& a, std::vector<int> axes, bool keep, bool mean, const std::string& suffix,
                  const std::string& kind) const {
    std::sort(axes.begin(), axes.end());
    const Dims shape = reduced(a->dims, axes, keep);
    return call.add(op::Reduce{std::move(axes), mean}, {a}, shape, suffix, kind);
}

Term Compose::largest(const Term& a, const std::vector<int>& axes, bool keep, const std::string& suffix) const {
    const Dims shape = reduced(a->dims, axes, keep);
    const Term rows = to_end(a, axes, suffix + "/rows");
    const Term y = call.add(op::RowMaximum{static_cast<int>(axes.size())}, {rows}, {}, suffix, "ReduceMax");
    return y->dims == shape ? y : call.reshaped(y, shape, suffix + "/kept", "Reshape");
}

Term Compose::product(const Term& a, const std::vector<int>& axes, bool keep, const std::string& suffix) const {
    const Dims shape = reduced(a->dims, axes, keep);
    Term rows = to_end(a, axes, suffix + "/rows");
    const std::int64_t count = element_count(shape);
    if (count == 0) return call.reshaped(rows, shape, suffix);
    std::int64_t n = element_count(a->dims) / count;
    if (n == 0)
        return plus(sum(a, axes, keep, false, suffix + "/none", "ReduceSum"), number(1, a, suffix + ".one"), suffix);
    rows = call.reshaped(rows, {count, n}, suffix + "/matrix", "Reshape");
    for (int step = 0; n > 1; ++step, n = (n + 1) / 2) {
        const std::string at = suffix + "/step" + std::to_string(step);
        const std::int64_t half = n / 2;
        const Term y = times(slice(rows, 1, 0, half, at + "/first"), slice(rows, 1, half, half, at + "/second"), at);
        rows = n % 2 == 0 ? y : concatenated({y, slice(rows, 1, n - 1, 1, at + "/last")}, 1, at + "/joined");
    }
    return call.reshaped(rows, shape, suffix);
}

Term Compose::slice(const Term& a, int axis, std::int64_t start, std::int64_t count, const std::string& suffix) const {
    Tables tables = call.tables(a->dims);
    onnx_io::slice(tables[static_cast<std::size_t>(axis)], start, 1, count);
    return call.moved(tables, a, {}, suffix, "Slice");
}

Term Compose::concatenated(const std::vector<Term>& parts, int axis, const std::string& suffix) const {
    std::vector<Dims> shapes;
    for (const Term& part : parts) {
        shapes.push_back(part->dims);
        call.to.spend(element_count(part->dims));
    }
    return call.moved(concatenate(shapes, axis), parts, {}, suffix, "Concat");
}

Term Compose::cast(const Term& a, Type type, const std::string& suffix) const {
    if (is_real(type)) return call.typed(type, a);
    if (type == Type::boolean) {
        if (a->type == Type::boolean) return a;
        const Term zero = call.add(op::Compare{op::Compare::Relation::equal}, {a, number(0, a, suffix + ".zero")}, {},
                                   suffix + "/zero", "Equal");
        return call.typed(type, minus(number(1, zero, suffix + ".one"), zero, suffix));
    }
    if (!is_real(a->type)) return call.typed(type, a);
    // the fraction is dropped: floor(max(x, 0)) - floor(max(-x, 0))
    const Term up = apply(op::Floor{}, apply(op::Relu{}, a, suffix + "/positive", "Relu"), suffix + "/whole", "Floor");
    const Term low = apply(op::Relu{}, negative(a, suffix + "/minus"), suffix + "/negative", "Relu");
    return call.typed(type, minus(up, apply(op::Floor{}, low, suffix + "/whole_negative", "Floor"), suffix));
}

}  // namespace tercet::onnx_io
