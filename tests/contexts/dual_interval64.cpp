#include <tercet/models/graph/interpret.hpp>
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/interval64.hpp>

template struct tercet::Answering<tercet::Dual<tercet::Interval64>>;
