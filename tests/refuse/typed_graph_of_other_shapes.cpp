// expect: a primitive's input is not the output of the one before it
#include <tercet/models/typed_graph.hpp>

namespace primitive = tercet::primitive;

#ifndef TERCET_ACCEPT
tercet::TypedGraph<primitive::Linear<3, 4>, primitive::Relu<4>, primitive::Linear<5, 2>> graph;
#else
tercet::TypedGraph<primitive::Linear<3, 4>, primitive::Relu<4>, primitive::Linear<4, 2>> graph;
#endif
