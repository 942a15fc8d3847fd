// expect: conversion from
#include <tercet/core/tensor.hpp>
#include <tercet/scalars/float64.hpp>

using C = tercet::Float64;

const tercet::Tensor<C, 3> three;
#ifndef TERCET_ACCEPT
tercet::Tensor<C, 2> other = three;
#else
tercet::Tensor<C, tercet::dyn> other = three;
#endif
