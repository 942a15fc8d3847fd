#include <tercet/verify/bound_boxes.hpp>

namespace tercet::verify {

template void bound_boxes<Interval64>(const Network<Float64>&, const std::vector<Box>&, const Objective<Interval64>&,
                                      const RowsOfBoxes&,
                                      const std::function<void(std::size_t, BoxBounds<Interval64>&&)>&,
                                      const std::function<void(std::size_t)>&);

}  // namespace tercet::verify
