// expect: LiftsFrom
#include <tercet/core/parameters.hpp>
#include <tercet/scalars/interval64.hpp>

#ifndef TERCET_ACCEPT
using From = tercet::Interval64;
using To = tercet::Float64;
#else
using From = tercet::Float64;
using To = tercet::Interval64;
#endif

tercet::Tensor<To, 2> y = tercet::lift<To>(tercet::Tensor<From, 2>{});
