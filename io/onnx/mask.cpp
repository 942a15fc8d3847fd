#include <tercet/io/onnx/mask.hpp>
#include <tercet/io/onnx/ragged.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/models/operators/pointwise.hpp>
#include <tercet/models/operators/select.hpp>

#include <algorithm>
#include <cmath>

namespace tercet::onnx_io {

namespace {

bool is_below_all(const Term& x) {
    return x->constant && x->node < 0 && x->constant->reals.size() == 1 && x->constant->reals[0] == -HUGE_VAL;
}

/// The numbers beneath, and where they count.
Term with_mask(const Term& numbers, const Dims& dims, Term shown) {
    Value v = *numbers;
    v.dims = dims;
    v.shown = std::move(shown);
    return std::make_shared<Value>(std::move(v));
}
Term beneath(const Term& x) {
    Value v = *x;
    v.shown = nullptr;
    return std::make_shared<Value>(std::move(v));
}

/// A stored tensor's finite numbers, 0 for the others, and where they are.
std::pair<Term, Term> finite_part(const Call& call, const Term& x, const std::string& suffix) {
    std::vector<double> numbers;
    std::vector<std::int64_t> shown;
    for (const double v : x->constant->reals) {
        numbers.push_back(std::isinf(v) ? 0 : v);
        shown.push_back(!std::isinf(v));
    }
    const Term mask = call.integer(1, Type::boolean);
    *mask->constant = Constant{call.node.name + suffix + ".mask", Type::boolean, x->dims, {}, std::move(shown)};
    mask->dims = x->dims;
    return {call.typed(x->type, call.stored(suffix, x->dims, std::move(numbers))), mask};
}

/// A stored tensor with -inf in it as a masked one.
Term of_stored(const Call& call, const Term& x, const std::string& suffix) {
    if (!stores(x, -HUGE_VAL) || stores(x, HUGE_VAL)) return x;
    const auto [numbers, shown] = finite_part(call, x, suffix);
    return with_mask(numbers, x->dims, shown);
}

}  // namespace

bool stores(const Term& x, double infinity) {
    return x->constant && x->node < 0 && is_real(x->type) &&
           std::ranges::any_of(x->constant->reals, [&](double v) { return v == infinity; });
}

Term masked_choice(const Call& call, const Term& condition, const Term& a, const Term& b) {
    const bool first = is_below_all(a);
    if (first == is_below_all(b)) return {};
    const Compose c{call};
    const Term& numbers = first ? b : a;
    const Dims dims = broadcast_shape(condition->dims, broadcast_shape(a->dims, b->dims));
    Term wide = numbers;
    if (numbers->dims != dims)
        wide = c.plus(numbers,
                      call.typed(numbers->type,
                                 call.stored(".zeros", dims,
                                             std::vector<double>(static_cast<std::size_t>(checked_count(dims)), 0))),
                      "/wide");
    else if (wide->node < 0) call.to.node_of(*wide);
    return with_mask(wide, dims, first ? c.minus(call.integer(1, Type::boolean), condition, "/shown") : condition);
}

Term masked_sum(const Call& call, const Term& left, const Term& right) {
    const Term a = of_stored(call, left, ".left"), b = of_stored(call, right, ".right");
    if (!a->shown && !b->shown) return {};
    const Compose c{call};
    const Term sum = c.plus(beneath(a), beneath(b));
    const Term shown = a->shown && b->shown ? c.times(a->shown, b->shown, "/shown")
                       : a->shown           ? Term(a->shown)
                                            : Term(b->shown);
    return with_mask(sum, sum->dims, shown);
}

Term masked_softmax(const Call& call, const Term& x, const std::vector<int>& axes) {
    const Compose c{call};
    const Term numbers = beneath(x);
    Term stored = call.typed(x->type, x->shown);
    if (x->shown->folds()) {
        std::vector<double> ones(x->shown->constant->integers.begin(), x->shown->constant->integers.end());
        stored = call.typed(x->type, call.stored(".mask", x->shown->dims, std::move(ones)));
    }
    const Term e =
        c.apply(op::Exp{}, c.minus(numbers, c.largest(numbers, axes, true, "/largest"), "/below"), "/exp", "Exp");
    const Term counted = c.times(e, stored, "/counted");
    call.to.model.notes.push_back("node '" + call.node.name + "' (" + call.node.kind +
                                  "): elements that a mask makes -inf count as exp(-inf) = 0");
    return c.over(counted, c.sum(counted, axes, true, false, "/sum", "ReduceSum"));
}

Term masked_largest(const Call& call, const Term& x, const std::vector<int>& axes, bool keep) {
    if (!x->shown->folds()) throw UnsupportedOp("the largest of what a computed mask shows, which may be nothing");
    const Compose c{call};
    const Dims shape = reduced(x->dims, axes, true), mask = broadcast_shape(x->dims, x->shown->dims);
    if (mask != x->dims)
        throw ShapeError("a mask " + to_string_dims(x->shown->dims) + " of " + to_string_dims(x->dims));
    call.to.spend(element_count(x->dims));
    std::vector<RaggedRow> rows(static_cast<std::size_t>(element_count(shape)));
    std::vector<std::int64_t> at(x->dims.size(), 0);
    const std::size_t rank = at.size(), first = rank - x->shown->dims.size();
    for (std::int64_t i = 0; i < element_count(x->dims); ++i) {
        std::int64_t row = 0, of_mask = 0;
        for (std::size_t k = 0; k < rank; ++k) {
            row = row * shape[k] + (shape[k] == 1 ? 0 : at[k]);
            if (k >= first)
                of_mask = of_mask * x->shown->dims[k - first] + (x->shown->dims[k - first] == 1 ? 0 : at[k]);
        }
        if (x->shown->constant->integers[static_cast<std::size_t>(of_mask)] != 0)
            rows[static_cast<std::size_t>(row)].push_back({0, i, 0, 1});
        for (std::size_t k = rank; k-- > 0 && ++at[k] == x->dims[k];) at[k] = 0;
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].empty())
            throw UnsupportedOp("its mask shows nothing of row " + std::to_string(i) + ", whose maximum is -inf");
    return reduced_rows(call, {beneath(x)}, rows, reduced(x->dims, axes, keep),
                        [&](const Term& matrix, const auto&, const std::string& suffix) {
                            return c.largest(matrix, {1}, false, suffix);
                        });
}

Term neutral_choice(const Call& call, const Term& a, const Term& b, bool maximum, const std::string& suffix) {
    const double infinity = maximum ? -HUGE_VAL : HUGE_VAL;
    const bool first = stores(a, infinity), second = stores(b, infinity);
    if (first == second || stores(first ? a : b, -infinity)) return {};
    const Compose c{call};
    const auto [numbers, taken] = finite_part(call, first ? a : b, suffix + ".finite");
    const Term& other = first ? b : a;
    const Term y =
        maximum ? c.maximum(other, numbers, suffix + "/finite") : c.minimum(other, numbers, suffix + "/finite");
    return call.add(a->type, op::Select{}, {taken, y, other}, {}, suffix, "Where");
}

}  // namespace tercet::onnx_io
