// expect: Softmax needs exp, which exact rationals do not have
#include <tercet/models/mlp.hpp>
#include <tercet/scalars/interval64.hpp>
#include <tercet/scalars/rational.hpp>

#ifndef TERCET_ACCEPT
using C = tercet::Rational;
#else
using C = tercet::Interval64;
#endif

tercet::Tensor<C, 2> y = tercet::Mlp<C, 2, 3, 2>{}.forward_softmax(tercet::Tensor<C, 2>{});
