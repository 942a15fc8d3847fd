/// Seeded random numbers, tensors and models for the tests. The same seed gives the same data on every machine.
#pragma once

#include <tercet/core/parameters.hpp>

#include <random>

#include "contexts.hpp"

namespace tercet::testing {

/// Grid: multiples of 1/4 in [-2, 2], so that kinks and ties happen and small networks run exactly in every context.
/// Rough: 53 random bits.
enum class Data { grid, rough };

struct Random {
    std::uint64_t seed;
    Data data;
    std::mt19937_64 engine;

    explicit Random(std::uint64_t s, Data d = Data::grid) : seed(s), data(d), engine(s) {}

    std::int64_t integer(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(high - low + 1));
    }
    double real() {
        if (data == Data::grid) return static_cast<double>(integer(-8, 8)) / 4;
        return static_cast<double>(integer(-(1LL << 52), 1LL << 52)) * 0x1p-52;
    }

    /// A number of C; over intervals a point, a box, or a box with one end 0.
    template <Context C>
    Scalar<C> number() {
        if constexpr (requires { typename C::Base; }) {
            Scalar<typename C::Base> value = number<typename C::Base>(), derivative = number<typename C::Base>();
            return {value, derivative};
        } else if constexpr (EnclosingContext<C>) {
            const double a = real(), kind = static_cast<double>(integer(0, 3));
            return kind == 0 ? C::exact(a) : C::hull(C::exact(a), C::exact(kind == 1 ? 0.0 : real()));
        } else if constexpr (ExactContext<C>) {
            const std::int64_t p = integer(-6, 6);
            if constexpr (!FieldContext<C>)  // denominators 2^k; every third number has other leading and trailing bits
                return data == Data::grid   ? C::ratio(p, 2)
                       : integer(0, 2) == 0 ? C::exact(real())
                                            : C::ratio(p, std::int64_t{1} << integer(0, 5));
            return data == Data::grid ? C::ratio(p, 2) : C::ratio(p, integer(1, 7));
        } else {
            return C::exact(real());
        }
    }

    template <class T>
    T tensor(const Extents<T::rank>& dims) {
        T t(dims);
        for (std::int64_t i = 0; i < t.size(); ++i) t[i] = number<typename T::Context>();
        return t;
    }
    template <Context C, int... Ds>
    Tensor<C, Ds...> fixed() {
        return tensor<Tensor<C, Ds...>>({Ds...});
    }

    /// A layer or model of the same shape with random parameters.
    template <class L>
    L like(L layer) {
        zip_parameters([&](auto& t) { t = tensor<std::remove_cvref_t<decltype(t)>>(t.dims()); }, layer);
        return layer;
    }
};

/// x + direction eps
template <Context C, int... Ds>
Tensor<Dual<C>, Ds...> with_direction(const Tensor<C, Ds...>& x, const Tensor<C, Ds...>& direction) {
    Tensor<Dual<C>, Ds...> d(x.dims());
    for (std::int64_t i = 0; i < x.size(); ++i) d[i] = {x[i], direction[i]};
    return d;
}
template <Context C, HasMembers L>
auto with_direction(const L& layer, const L& direction) {
    auto d = lift<Dual<C>>(layer);
    zip_parameters(
        [](auto& to, const auto& x, const auto& e) {
            for (std::int64_t i = 0; i < x.size(); ++i) to[i] = {x[i], e[i]};
        },
        d, layer, direction);
    return d;
}

/// <a, b> over every element, or every parameter.
template <class C, int... Ds>
Scalar<C> inner(const Tensor<C, Ds...>& a, const Tensor<C, Ds...>& b) {
    Scalar<C> sum = zero<C>();
    for (std::int64_t i = 0; i < a.size(); ++i) sum = sum + a[i] * b[i];
    return sum;
}
template <Context C, HasMembers L>
Scalar<C> inner(const L& a, const L& b) {
    Scalar<C> sum = zero<C>();
    zip_parameters([&](const auto& x, const auto& y) { sum = sum + inner(x, y); }, a, b);
    return sum;
}
/// The derivative of <g, y> where y carries derivatives.
template <Context C, int... Ds>
Scalar<C> derivative(const Tensor<Dual<C>, Ds...>& y, const Tensor<C, Ds...>& g) {
    Scalar<C> sum = zero<C>();
    for (std::int64_t i = 0; i < y.size(); ++i) sum = sum + y[i].derivative * g[i];
    return sum;
}

/// q is x
inline bool contains(const DyadicNumber& x, const RationalNumber& q) { return to_rational(x) == q; }
/// q in [l, u]
inline bool contains(const Interval& box, const RationalNumber& q) {
    const bool above = order(box.lower()) == -order_infinity || Rational::exact(box.lower()) <= q;
    return above && (order(box.upper()) == order_infinity || q <= Rational::exact(box.upper()));
}
template <class C, int... Ds>
bool contains(const Tensor<C, Ds...>& boxes, const Tensor<Rational, Ds...>& points) {
    if (boxes.dims() != points.dims()) return false;
    for (std::int64_t i = 0; i < boxes.size(); ++i)
        if (!contains(boxes[i], points[i])) return false;
    return true;
}
template <HasMembers L, HasMembers P>
bool contains(const L& boxes, const P& points) {
    bool all = true;
    zip_parameters([&](const auto& b, const auto& p) { all = all && contains(b, p); }, boxes, points);
    return all;
}

/// A rational point of a box: an end, 0 where it lies inside, or a random one. Infinite ends count as +-2^1100. An
/// exact number is its only point.
inline RationalNumber point_of(const Interval& box, Random& random) {
    static const RationalNumber far = Rational::exact(0x1p1000) * Rational::exact(0x1p100);
    const RationalNumber low = order(box.lower()) == -order_infinity ? -far : Rational::exact(box.lower());
    const RationalNumber high = order(box.upper()) == order_infinity ? far : Rational::exact(box.upper());
    switch (random.integer(0, 4)) {
        case 0: return low;
        case 1: return high;
        case 2:
            if (low.sign() <= 0 && high.sign() >= 0) return RationalNumber(0);
    }
    return low + (high - low) * Rational::ratio(random.integer(0, 8), 8);
}
inline RationalNumber point_of(double point, Random&) { return Rational::exact(point); }
inline RationalNumber point_of(const DyadicNumber& point, Random&) { return to_rational(point); }
template <class C, int... Ds>
Tensor<Rational, Ds...> point_of(const Tensor<C, Ds...>& boxes, Random& random) {
    Tensor<Rational, Ds...> p(boxes.dims());
    for (std::int64_t i = 0; i < boxes.size(); ++i) p[i] = point_of(boxes[i], random);
    return p;
}
/// The same layer with rational parameters in the boxes of its own; other data is copied.
template <class Boxes, class Points>
void assign_points(const Boxes& boxes, Points& points, Random& random) {
    if constexpr (IsTensor<Boxes>::value) points = point_of(boxes, random);
    else if constexpr (Composite<Boxes>)
        zip_members([&](const auto& b, auto& p) { assign_points(b, p, random); }, boxes, points);
    else points = boxes;
}
template <HasMembers L>
auto point_of(const L& boxes, Random& random) {
    typename L::template with<Rational> p{};
    assign_points(boxes, p, random);
    return p;
}

/// Row k of a batch.
template <class C, int N, int... Ds>
Tensor<C, Ds...> row(const Tensor<C, N, Ds...>& batch, std::int64_t k) {
    Extents<sizeof...(Ds)> dims{};
    std::copy(batch.dims().begin() + 1, batch.dims().end(), dims.begin());
    Tensor<C, Ds...> r(dims);
    for (std::int64_t i = 0; i < r.size(); ++i) r[i] = batch[k * r.size() + i];
    return r;
}

}  // namespace tercet::testing
