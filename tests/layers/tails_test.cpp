/// Every smooth pullback and forward derivative in both tails, against formulas in hundreds of bits.
#include <tercet/layers/loss.hpp>
#include <tercet/layers/softmax.hpp>

#include "../scalars/many_bits.hpp"
#include "layer_checks.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {

/// Intervals: contained and 1e-14 narrow. Floats: within 4 ulp.
template <Context C, class Exact>
bool accurate(const Scalar<C>& y, const Exact& exact) {
    if constexpr (EnclosingContext<C>) return tight(y, exact, 1e-14);
    else return ulps(y, exact) <= 4;
}

/// Distances from 0, for both signs; the last slopes of tanh are subnormal doubles, and floats from 52 (tanh), 88
/// (sigmoid) on.
const std::vector<double> distances = {0,     1e-9, 0.25, 1,  2,   5,   9.0625, 16.75, 20,  30,
                                       36.75, 40,   50,   85, 100, 300, 345,    354.5, 365, 372};

template <Context C, template <class> class L>
void check_activation(Bits200 (*slope)(double)) {
    for (const double d : distances)
        for (const double at : {d, -d}) {
            const Scalar<C> x = C::exact(at);
            double point = at;
            if constexpr (std::same_as<C, Float32>) point = static_cast<double>(x);
            for (const double g : {1.0, -3.0}) {
                const Scalar<C> dx = L<C>{}.vjp(Tensor<C, 1>{x}, Tensor<C, 1>{C::exact(g)}).input[0];
                const auto along =
                    L<Dual<C>>{}(Tensor<Dual<C>, 1>{DualNumber<Scalar<C>>{x, C::exact(g)}})[0].derivative;
                INFO(C::name << " at " << at << " times " << g);
                CHECK(accurate<C>(dx, Bits200(slope(point) * g)));
                CHECK((dx == along));
            }
        }
}

/// Rows of three in which one number leads by d, or trails.
template <Context C>
std::vector<std::vector<double>> rows() {
    std::vector<std::vector<double>> all;
    for (const double d : distances)
        for (const double lead : {d, -d}) all.insert(all.end(), {{lead, 0, 0}, {0.5, lead, -0.25}, {0, 0.125, lead}});
    if constexpr (std::same_as<C, Float32>)
        for (auto& row : all)
            for (double& v : row) v = static_cast<double>(static_cast<float>(v));
    return all;
}
template <Context C>
Tensor<C, 3> tensor_of(const std::vector<double>& x) {
    return {C::exact(x[0]), C::exact(x[1]), C::exact(x[2])};
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("Slopes of Sigmoid and Tanh in both tails, reverse and forward", "", SmoothPrimalContexts) {
    check_activation<TestType, Sigmoid>(exact_sigmoid_slope);
    check_activation<TestType, Tanh>(exact_tanh_slope);
}

TEMPLATE_LIST_TEST_CASE("The pullback of Softmax in both tails, reverse and forward", "", SmoothPrimalContexts) {
    using C = TestType;
    for (const auto& x : rows<C>())
        for (const std::vector<double>& g :
             {std::vector<double>{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 0}, {-1, 2, 0.75}, {7, 7, 7}}) {
            const auto in = tensor_of<C>(x), cotangent = tensor_of<C>(g);
            const auto dx = Softmax<C>{}.vjp(in, cotangent).input;
            const auto forward = Softmax<Dual<C>>{}(with_direction(in, cotangent));  // the Jacobian is symmetric
            const auto exact = exact_softmax_pullback(x, g);
            for (std::size_t i = 0; i < 3; ++i) {
                const auto at = static_cast<std::int64_t>(i);
                INFO(C::name << " at " << x[0] << ", " << x[1] << ", " << x[2] << ", g " << g[0] << ", " << g[1] << ", "
                             << g[2] << ", component " << i);
                CHECK(accurate<C>(dx[at], exact[i]));
                CHECK(accurate<C>(forward[at].derivative, exact[i]));
            }
        }
}

TEMPLATE_LIST_TEST_CASE("Cross entropy and its gradient in both tails, reverse and forward", "", SmoothPrimalContexts) {
    using C = TestType;
    for (const auto& x : rows<C>())
        for (std::size_t label = 0; label < 3; ++label) {
            const auto in = tensor_of<C>(x);
            const auto k = static_cast<std::int64_t>(label);
            const auto g = cross_entropy_gradient<C>(in.view(), k);
            const auto exact = exact_cross_entropy_gradient(x, label);
            INFO(C::name << " at " << x[0] << ", " << x[1] << ", " << x[2] << ", label " << label);
            CHECK(accurate<C>(cross_entropy<C>(in.view(), k), exact_cross_entropy(x, label)));
            for (std::size_t i = 0; i < 3; ++i) {
                const auto at = static_cast<std::int64_t>(i);
                Tensor<C, 3> direction;
                direction[at] = one<C>();
                CHECK(accurate<C>(g[at], exact[i]));
                CHECK(
                    accurate<C>(cross_entropy<Dual<C>>(with_direction(in, direction).view(), k).derivative, exact[i]));
            }
        }
}

TEMPLATE_TEST_CASE("Second derivatives in the tails: a pullback over dual numbers", "", Float64, Interval64) {
    using C = TestType;
    using D = Dual<C>;
    for (const double at : {-40.0, -100.0, 3.0, 40.0, 100.0}) {
        // s'' = s' (1 - 2 s) = -s' tanh(x/2); tanh'' = -2 tanh tanh'. Here 16 ulp: a sum of two products of correctly
        // rounded factors.
        const DualNumber<Scalar<C>> x{C::exact(at), one<C>()};
        const Bits200 s = -exact_sigmoid_slope(at) * tanh(Bits200(at) / 2),
                      t = -2 * tanh(Bits200(at)) * exact_tanh_slope(at);
        const auto ds = Sigmoid<D>{}.vjp(Tensor<D, 1>{x}, Tensor<D, 1>{one<D>()}).input[0].derivative;
        const auto dt = Tanh<D>{}.vjp(Tensor<D, 1>{x}, Tensor<D, 1>{one<D>()}).input[0].derivative;
        INFO(C::name << " at " << at);
        if constexpr (EnclosingContext<C>) {
            CHECK(tight(ds, s, 1e-14));
            CHECK(tight(dt, t, 1e-14));
        } else {
            CHECK(ulps(ds, s) <= 16);
            CHECK(ulps(dt, t) <= 16);
        }
    }
}
