// expect: conversion from
#include <tercet/core/tensor.hpp>
#include <tercet/scalars/float64.hpp>

using C = tercet::Float64;

const tercet::Tensor<C, tercet::dyn> unknown;
#ifndef TERCET_ACCEPT
tercet::Tensor<C, 3> known = unknown;
#else
tercet::Tensor<C, 3> known(unknown);  // explicit, and throws where the length is not 3
#endif
