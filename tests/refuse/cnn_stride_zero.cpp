// expect: strides and pools must be positive
#include <tercet/models/cnn.hpp>
#include <tercet/scalars/float64.hpp>

#ifndef TERCET_ACCEPT
constexpr tercet::CNN2Config config{.stride1 = 0};
#else
constexpr tercet::CNN2Config config{.stride1 = 1};
#endif

int count() { return tercet::Cnn2<tercet::Float64, 1, 6, 6, config>::features; }
