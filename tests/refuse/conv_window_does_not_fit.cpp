// expect: the window does not fit
#include <tercet/layers/conv2d.hpp>
#include <tercet/scalars/float64.hpp>

using C = tercet::Float64;

#ifndef TERCET_ACCEPT
constexpr int kernel = 5;
#else
constexpr int kernel = 4;
#endif

auto y = tercet::Conv2d<C, 1, 1, kernel, 1>{}(tercet::Tensor<C, 1, 4, 4>{});
