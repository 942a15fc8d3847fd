// expect: window is larger than the image it stands on
#include <tercet/models/cnn.hpp>
#include <tercet/scalars/float64.hpp>

#ifndef TERCET_ACCEPT
constexpr tercet::CNN2Config config{.kernel_h = 9, .padding1 = 1};
#else
constexpr tercet::CNN2Config config{.kernel_h = 3, .padding1 = 1};
#endif

int count() { return tercet::Cnn2<tercet::Float64, 1, 6, 6, config>::features; }
