/// Two small convolutional networks for the tests: nothing about them is equal that could be confused.
#pragma once

#include <tercet/models/cnn.hpp>

namespace tercet::testing {

/// Unequal kernel and pool sides, unequal pool strides, overlapping pools.
inline constexpr CNN2Config uneven{.c1 = 2,
                                   .c2 = 3,
                                   .out = 2,
                                   .kernel_h = 2,
                                   .kernel_w = 3,
                                   .stride1 = 1,
                                   .padding1 = 1,
                                   .stride2 = 1,
                                   .padding2 = 1,
                                   .pool_h = 2,
                                   .pool_w = 3,
                                   .pool_stride1 = 1,
                                   .pool_stride2 = 2};
template <class C>
using Uneven = Cnn2<C, 2, 4, 5, uneven>;

/// Strided convolutions, unequal paddings.
inline constexpr CNN2Config strided{.c1 = 2,
                                    .c2 = 2,
                                    .out = 3,
                                    .kernel_h = 3,
                                    .kernel_w = 3,
                                    .stride1 = 2,
                                    .padding1 = 1,
                                    .stride2 = 2,
                                    .padding2 = 2,
                                    .pool_h = 2,
                                    .pool_w = 1,
                                    .pool_stride1 = 2,
                                    .pool_stride2 = 1};
template <class C>
using Strided = Cnn2<C, 1, 7, 5, strided>;

}  // namespace tercet::testing
