// expect: tercet::interpret
#include <tercet/models/typed_graph.hpp>
#include <tercet/scalars/float64.hpp>

using C = tercet::Float64;
using Graph = tercet::TypedGraph<tercet::primitive::Linear<3, 4>>;

#ifndef TERCET_ACCEPT
std::tuple<tercet::Tensor<C, 3, 4>, tercet::Tensor<C, 4>> parameters;  // W transposed
#else
std::tuple<tercet::Tensor<C, 4, 3>, tercet::Tensor<C, 4>> parameters;
#endif

auto y = tercet::interpret<C>(Graph{}, parameters, tercet::Tensor<C, 3>{});
