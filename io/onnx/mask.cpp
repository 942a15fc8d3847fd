#include <tercet/io/onnx/mask.hpp>
#include <tercet/layers/functions/exp.hpp>
#include <tercet/models/operators/pointwise.hpp>

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

/// A stored tensor with -inf in it as a masked one.
Term of_stored(const Call& call, const Term& x, const std::string& suffix) {
    if (!x->constant || x->node >= 0 || !is_real(x->type)) return x;
    const auto& reals = x->constant->reals;
    if (std::ranges::none_of(reals, [](double v) { return v == -HUGE_VAL; })) return x;
    std::vector<double> numbers;
    std::vector<std::int64_t> shown;
    for (const double v : reals) {
        numbers.push_back(v == -HUGE_VAL ? 0 : v);
        shown.push_back(v != -HUGE_VAL);
    }
    const Term mask = call.integer(1, Type::boolean);
    *mask->constant = Constant{call.node.name + suffix + ".mask", Type::boolean, x->dims, {}, std::move(shown)};
    mask->dims = x->dims;
    return with_mask(call.typed(x->type, call.stored(suffix, x->dims, std::move(numbers))), x->dims, mask);
}

}  // namespace

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

}  // namespace tercet::onnx_io
