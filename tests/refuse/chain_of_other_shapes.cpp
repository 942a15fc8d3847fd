// expect: a layer's input is not the output of the layer before it
#include <tercet/layers/chain.hpp>
#include <tercet/scalars/float64.hpp>

using C = tercet::Float64;

#ifndef TERCET_ACCEPT
using Second = tercet::Linear<C, 5, 2>;
#else
using Second = tercet::Linear<C, 4, 2>;
#endif

auto y = tercet::chain(tercet::Linear<C, 3, 4>{}, tercet::Relu<C>{}, Second{})(tercet::Tensor<C, 3>{});
