/// Resize and Upsample, axis by axis: y_i = sum over taps k of w_ik x_(i0 + k), where place i of the output lies at a
/// coordinate of the input between i0 and i0 + 1, and t in (0, 1] is how far it is beyond i0. Coordinates and weights
/// are exact fractions.
///
///   nearest  one tap                         linear  1 - t, t
///   cubic    at distance s: (a+2) s^3 - (a+3) s^2 + 1 for s <= 1, a s^3 - 5a s^2 + 8a s - 4a for s < 2
/// With antialias, for scales below 1, the distances are scaled and the weights divided by their sum. Taps beyond an
/// edge read the edge. Source: the operator's definition and onnx/reference/ops/op_resize.py.
#include <tercet/io/onnx/rational.hpp>
#include <tercet/io/onnx/rules.hpp>
#include <tercet/scalars/rational.hpp>

#include <algorithm>

namespace tercet::onnx_io {

namespace {

using Q = RationalNumber;

Integer floor_of(const Q& q) {
    const Integer p = numerator(q), d = denominator(q);
    return p.sign() >= 0 ? Integer(p / d) : Integer(-((-p + d - 1) / d));
}
std::int64_t whole(const Integer& x) {
    if (abs(x) > Integer(std::int64_t{1} << 40)) throw ShapeError("a resized axis reads element " + x.str());
    return static_cast<std::int64_t>(x);
}

struct Mode {
    std::string how, coordinates, nearest;
    Q cubic;
    bool exclude_outside = false, antialias = false;
    double extrapolation = 0;
    bool opset_10 = false;  // whose runtimes round down where the scale is above 1, and up or down where it is below
};

/// One axis: sizes, the scale, and the region of interest for tf_crop_and_resize.
struct Axis {
    std::int64_t in, out;
    Q scale, start = 0, end = 1;
};

/// One output element: weights of input elements from `first` on, or the extrapolation value.
struct Taps {
    std::int64_t first;
    std::vector<Q> weights;
    bool outside = false;
};

Q coordinate(const Mode& mode, const Axis& a, std::int64_t i) {
    const Q x(i), half(1, 2), width = a.scale * a.in;
    const std::string& c = mode.coordinates;
    if (c == "asymmetric") return x / a.scale;
    if (c == "align_corners") return width == 1 ? Q(0) : Q(x * (a.in - 1) / (width - 1));
    if (c == "tf_half_pixel_for_nn") return (x + half) / a.scale;
    if (c == "pytorch_half_pixel" && a.out == 1) return 0;
    if (c == "half_pixel" || c == "pytorch_half_pixel") return (x + half) / a.scale - half;
    if (c == "half_pixel_symmetric") return Q(a.in) / 2 * (1 - Q(a.out) / width) + (x + half) / a.scale - half;
    if (c == "tf_crop_and_resize") {
        const Q span = (a.end - a.start) * (a.in - 1);
        return a.start * (a.in - 1) + (width == 1 ? Q(span / 2) : Q(x * span / (width - 1)));
    }
    throw UnsupportedOp("coordinate_transformation_mode '" + c + "' is not supported");
}

Q cubic_weight(const Q& distance, const Q& a) {
    const Q s = abs(distance), s2 = s * s, s3 = s2 * s;
    if (s <= 1) return (a + 2) * s3 - (a + 3) * s2 + 1;
    if (s < 2) return a * s3 - 5 * a * s2 + 8 * a * s - 4 * a;
    return 0;
}

bool takes_first(const std::string& nearest, const Q& t) {
    if (nearest == "round_prefer_floor") return t <= Q(1, 2);
    if (nearest == "round_prefer_ceil") return t < Q(1, 2);
    if (nearest == "floor") return t != 1;
    if (nearest == "ceil") return false;
    throw UnsupportedOp("nearest_mode '" + nearest + "' is not supported");
}

Taps taps_of(const Mode& mode, const Axis& a, std::int64_t i) {
    const Q x = coordinate(mode, a, i);
    if (mode.coordinates == "tf_crop_and_resize" && (x < 0 || x > a.in - 1)) return {0, {}, true};
    const Integer before = floor_of(x) == x ? Integer(floor_of(x) - 1) : floor_of(x);
    const Q t = x - before;
    const std::int64_t base = whole(before);
    if (mode.opset_10 && a.scale < 1 && t != 1)
        throw UnsupportedOp("operator set 10 does not say which element is the nearest to " + x.str() +
                            " where the scale is below 1");
    if (mode.how == "nearest") return {takes_first(mode.nearest, t) ? base : base + 1, {1}};
    const Q scale = mode.antialias && a.scale < 1 ? a.scale : Q(1);
    const bool linear = mode.how == "linear";
    const std::int64_t start = whole(floor_of(Q(linear ? -1 : -2) / scale)) + 1;
    Taps taps{base + start, {}};
    if (1 - 2 * start > 4096)
        throw ShapeError("a resized axis reads " + std::to_string(2 - 2 * start) + " elements for each of its own");
    for (std::int64_t k = start; k <= 1 - start; ++k) {
        const Q distance = (k - t) * scale;
        taps.weights.push_back(linear ? std::max(Q(1 - abs(distance)), Q(0)) : cubic_weight(distance, mode.cubic));
    }
    Q sum = 0;
    for (std::size_t k = 0; k < taps.weights.size(); ++k) {
        const std::int64_t at = taps.first + static_cast<std::int64_t>(k);
        if (mode.exclude_outside && (at < 0 || at >= a.in)) taps.weights[k] = 0;
        sum += taps.weights[k];
    }
    if (sum != 0 && sum != 1)
        for (Q& w : taps.weights) w /= sum;
    return taps;
}

Term resized_axis(const Call& call, const Term& x, std::size_t axis, const Axis& a, const Mode& mode,
                  const std::string& suffix) {
    const Compose c{call};
    std::vector<Taps> taps;
    std::size_t most = 1;
    bool any_outside = false;
    call.to.spend(a.out);
    for (std::int64_t i = 0; i < a.out; ++i) {
        taps.push_back(taps_of(mode, a, i));
        most = std::max(most, taps.back().weights.size());
        any_outside = any_outside || taps.back().outside;
    }
    Dims along(x->dims.size() - axis, 1);
    along[0] = a.out;
    Term y;
    for (std::size_t k = 0; k < most; ++k) {
        Tables tables = call.tables(x->dims);
        const auto from = tables[axis];
        tables[axis].clear();
        std::vector<Q> weights;
        bool plain = true;
        for (const Taps& t : taps) {
            const std::int64_t at = std::clamp<std::int64_t>(t.first + static_cast<std::int64_t>(k), 0, a.in - 1);
            tables[axis].push_back(from[static_cast<std::size_t>(at)]);
            weights.push_back(k < t.weights.size() ? t.weights[k] : Q(0));
            plain = plain && weights.back() == 1;
        }
        const std::string name = suffix + (most == 1 ? "" : "_" + std::to_string(k));
        Term part = call.moved(tables, x, {}, plain && most == 1 ? suffix : name + "/tap", "Gather");
        if (!plain)
            part = c.times(part, call.typed(x->type, exact_numbers(call, name.substr(1) + "_weights", along, weights)),
                           name);
        y = y ? c.plus(y, part, suffix + "/sum" + std::to_string(k)) : part;
    }
    if (!any_outside || mode.extrapolation == 0) return y;
    std::vector<double> beyond;
    for (const Taps& t : taps) beyond.push_back(t.outside ? mode.extrapolation : 0);
    return c.plus(y, call.stored(suffix + ".beyond", along, std::move(beyond)), suffix + "/beyond");
}

/// The definition divides by the resized length less 1, ONNX's reference evaluator and test cases by scale times length
/// less 1.
void note_two_readings(const Call& call, const std::vector<Axis>& axes, const Mode& mode) {
    if (mode.coordinates != "align_corners" && mode.coordinates != "tf_crop_and_resize") return;
    for (const Axis& a : axes)
        if (a.scale * a.in != a.out)
            return call.to.model.notes.push_back(
                "node '" + call.node.name + "' (" + call.node.kind + "): " + mode.coordinates +
                " with a scale that gives no whole length has two readings; that of ONNX's test cases is taken, "
                "ONNX Runtime's differs");
}

Term resized(const Call& call, Term x, const std::vector<Axis>& axes, const Mode& mode) {
    note_two_readings(call, axes, mode);
    for (std::size_t k = 0; k < axes.size(); ++k) {
        const Axis& a = axes[k];
        if (a.in == a.out && a.scale == 1 && mode.coordinates != "tf_crop_and_resize" &&
            mode.coordinates != "tf_half_pixel_for_nn")
            continue;
        checked_count([&] {
            Dims d = x->dims;
            d[k] = a.out;
            return d;
        }());
        x = resized_axis(call, x, k, a, mode, "/axis" + std::to_string(k));
    }
    return x;
}

std::vector<double> reals(const Call& call, std::size_t i) {
    const auto numbers = call.to.numbers_of(*call.input(i));
    if (!numbers || !is_real(numbers->type))
        throw UnsupportedOp("input '" + call.node.inputs[i] + "' is no stored list of numbers");
    return numbers->reals;
}

Axis scaled(std::int64_t n, double scale) {
    if (!(scale > 0) || scale > 0x1p28) throw ShapeError("a scale is " + std::to_string(scale));
    const Q s = Rational::exact(scale);
    return {n, whole(floor_of(s * n)), s};
}

/// Sizes, or scales; each for all axes or for those that `axes` names.
std::vector<Axis> resize_axes(const Call& call, std::size_t scales_at, std::size_t sizes_at) {
    const Dims& d = call.dims(0);
    std::vector<Axis> all;
    for (const auto n : d) all.push_back({n, n, 1});
    std::vector<int> named = all_axes(d.size());
    if (call.node.has("axes")) named = Call::axes(call.node.get<std::vector<std::int64_t>>("axes", {}), d.size());
    const auto expect = [&](std::size_t n, const char* what) {
        if (n != named.size())
            throw ShapeError("has " + std::to_string(n) + " " + what + " for " + std::to_string(named.size()) +
                             " axes");
    };
    const auto at = [&](std::size_t k) -> Axis& { return all[static_cast<std::size_t>(named[k])]; };
    if (call.has_input(sizes_at)) {
        const auto sizes = call.integers(sizes_at).integers;
        expect(sizes.size(), "sizes");
        const auto policy = call.node.get<std::string>("keep_aspect_ratio_policy", "stretch");
        std::optional<Q> common;
        for (std::size_t k = 0; k < sizes.size(); ++k) {
            if (sizes[k] < 1 || sizes[k] > largest_tensor || at(k).in < 1)
                throw ShapeError("a size is " + std::to_string(sizes[k]));
            const Q ratio = Q(sizes[k]) / at(k).in;
            if (!common || (policy == "not_larger" ? ratio < *common : ratio > *common)) common = ratio;
        }
        for (std::size_t k = 0; k < sizes.size(); ++k) {
            Axis& a = at(k);
            if (policy == "stretch") {
                a.out = sizes[k];
                a.scale = Q(a.out) / a.in;
            } else if (policy == "not_larger" || policy == "not_smaller") {
                a.out = whole(floor_of(*common * a.in + Q(1, 2)));
                a.scale = *common;
            } else {
                throw FormatError("keep_aspect_ratio_policy is '" + policy + "'");
            }
        }
        return all;
    }
    const auto scales = reals(call, scales_at);
    expect(scales.size(), "scales");
    for (std::size_t k = 0; k < scales.size(); ++k) at(k) = scaled(at(k).in, scales[k]);
    return all;
}

void resize(const Call& call) {
    const Term x = call.real(0);
    const OnnxNode& n = call.node;
    if (call.opset() < 11) {
        Mode mode{n.get<std::string>("mode", "nearest"), "asymmetric", "floor", 0};
        mode.opset_10 = mode.how == "nearest";
        if (mode.how != "nearest" && mode.how != "linear")
            throw UnsupportedOp("mode '" + mode.how + "' is not supported");
        return call.result(resized(call, x, resize_axes(call, 1, 99), mode));
    }
    Mode mode{n.get<std::string>("mode", "nearest"),
              n.get<std::string>("coordinate_transformation_mode", "half_pixel"),
              n.get<std::string>("nearest_mode", "round_prefer_floor"),
              Rational::exact(n.real("cubic_coeff_a", -0.75f)),
              n.integer("exclude_outside", 0) != 0,
              n.integer("antialias", 0) != 0,
              n.real("extrapolation_value", 0)};
    if (mode.how != "nearest" && mode.how != "linear" && mode.how != "cubic")
        throw UnsupportedOp("mode '" + mode.how + "' is not supported");
    auto axes = resize_axes(call, 2, 3);
    if (mode.coordinates == "tf_crop_and_resize") {
        const auto roi = reals(call, 1);
        std::vector<int> named = all_axes(axes.size());
        if (n.has("axes")) named = Call::axes(n.get<std::vector<std::int64_t>>("axes", {}), axes.size());
        if (roi.size() != 2 * named.size()) throw ShapeError("roi has " + std::to_string(roi.size()) + " numbers");
        for (std::size_t k = 0; k < named.size(); ++k) {
            Axis& a = axes[static_cast<std::size_t>(named[k])];
            a.start = Rational::exact(roi[k]);
            a.end = Rational::exact(roi[k + named.size()]);
        }
    }
    call.result(resized(call, x, axes, mode));
}

/// Opset 7 has the scales in an attribute, opset 9 in an input.
void upsample(const Call& call) {
    const Term x = call.real(0);
    const Mode mode{call.node.get<std::string>("mode", "nearest"), "asymmetric", "floor", 0};
    if (mode.how != "nearest" && mode.how != "linear" && mode.how != "bilinear")
        throw UnsupportedOp("mode '" + mode.how + "' is not supported");
    if (call.has_input(1)) return call.result(resized(call, x, resize_axes(call, 1, 99), mode));
    const auto scales = call.node.get<std::vector<double>>("scales", {});
    if (scales.size() != x->dims.size())
        throw ShapeError("has " + std::to_string(scales.size()) + " scales for " + to_string_dims(x->dims));
    std::vector<Axis> axes;
    for (std::size_t k = 0; k < scales.size(); ++k) axes.push_back(scaled(x->dims[k], scales[k]));
    call.result(resized(call, x, axes, mode));
}

}  // namespace

std::vector<Rule> resize_rules() {
    return {
        {"Resize",
         1,
         4,
         {"antialias", "axes", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside",
          "extrapolation_value", "keep_aspect_ratio_policy", "mode", "nearest_mode"},
         resize},
        {"Upsample", 1, 2, {"mode", "scales"}, upsample},
    };
}

}  // namespace tercet::onnx_io
