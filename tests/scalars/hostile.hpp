/// The states of MXCSR that a caller may be in, and a scope that enters one.
#pragma once

#include <tercet/scalars/machine/fp_environment.hpp>

#include <vector>

namespace tercet::testing {

/// Four rounding modes, each with FTZ and DAZ off, either on, and both on.
inline std::vector<unsigned> mxcsr_states() {
    std::vector<unsigned> states;
    for (unsigned mode : {0u, 1u, 2u, 3u})
        for (unsigned flush : {0u, 0x8000u, 0x0040u, 0x8040u}) states.push_back(nearest_control | mode << 13 | flush);
    return states;
}

/// Plain arithmetic in between may be moved out by the compiler (see RoundingGuard): put it behind memory, in a
/// noinline function.
class Hostile {
public:
    explicit Hostile(unsigned state) : saved_(fp_control()) { set_fp_control(state); }
    ~Hostile() { set_fp_control(saved_); }
    Hostile(const Hostile&) = delete;
    Hostile& operator=(const Hostile&) = delete;

private:
    unsigned saved_;
};

}  // namespace tercet::testing
