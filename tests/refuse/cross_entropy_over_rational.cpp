// expect: Cross entropy needs log and exp, which exact rationals do not have
#include <tercet/layers/loss.hpp>
#include <tercet/scalars/float64.hpp>
#include <tercet/scalars/rational.hpp>

#ifndef TERCET_ACCEPT
using C = tercet::Rational;
#else
using C = tercet::Float64;
#endif

tercet::Scalar<C> loss(const tercet::Tensor<C, 3>& y) { return tercet::cross_entropy<C>(y.view(), 1); }
