#include <tercet/verify/decide.hpp>

namespace tercet::verify {

template Answer<Interval64> decide<Interval64>(const Network<Float64>&, const Query&,
                                               const std::function<void(RegionBounds<Interval64>&&)>&,
                                               const std::function<void(std::size_t)>&);

}  // namespace tercet::verify
