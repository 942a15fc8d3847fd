// expect: which exact rationals do not have
#include <tercet/layers/applied.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#ifndef TERCET_ACCEPT
using C = tercet::Rational;
#else
using C = tercet::Interval64;
#endif

tercet::Tensor<C, 2> y = tercet::Tanh<C>{}(tercet::Tensor<C, 2>{});
