#include <tercet/models/graph/interpret.hpp>
#include <tercet/scalars/dual.hpp>
#include <tercet/scalars/rational.hpp>

template struct tercet::Answering<tercet::Dual<tercet::Rational>>;
