/// Midpoints and radii, the first step of the affine kernels, a template over Ops as affine_tile.hpp is.
#pragma once

#include <tercet/scalars/kernels/affine_kernels.hpp>

namespace tercet::affine {
namespace {

/// The survey of what passed by, lane by lane.
template <class Ops>
struct Watch {
    using V = typename Ops::V;
    V most_m = Ops::zero(), most_r = Ops::zero(), least = infinity(), nothing = Ops::zero();

    static V infinity() {
        const double inf = __builtin_inf();
        return Ops::broadcast(&inf);
    }
    Survey survey() const {
        double part[4][Ops::lanes];
        Ops::store(part[0], most_m);
        Ops::store(part[1], most_r);
        Ops::store(part[2], least);
        Ops::store(part[3], nothing);
        Survey s{0, 0, __builtin_inf(), true};
        for (int v = 0; v < Ops::lanes; ++v) {
            s.most_m = part[0][v] > s.most_m ? part[0][v] : s.most_m;
            s.most_r = part[1][v] > s.most_r ? part[1][v] : s.most_r;
            s.least = part[2][v] < s.least ? part[2][v] : s.least;
            s.finite = s.finite && part[3][v] == 0;
        }
        return s;
    }
};

/// Factors of a Centre, in registers.
template <class Ops>
struct Factors {
    typename Ops::V half, g, more;
};

/// `lanes` intervals.
template <class Ops>
inline __attribute__((always_inline)) void centre_some(const double* from, const Factors<Ops>& by, double* to,
                                                       Watch<Ops>& watch) {
    using V = typename Ops::V;
    V l, u;
    Ops::load_some_pairs(from, l, u);
    const V m = Ops::add(Ops::multiply(l, by.half), Ops::multiply(u, by.half));
    const V size = Ops::abs(m),
            r = Ops::abs(Ops::max(Ops::subtract(m, l), Ops::subtract(u, m)));  // abs: -0 from [0, -0]
    Ops::store_some_pairs(to, m, Ops::multiply_add(size, by.g, Ops::multiply(r, by.more)));
    watch.most_m = Ops::max(watch.most_m, size);
    watch.most_r = Ops::max(watch.most_r, r);
    watch.least = Ops::min(watch.least, Ops::min(Ops::infinity_for_zero(size), Ops::infinity_for_zero(r)));
    watch.nothing =
        Ops::multiply_add(m, Ops::zero(), watch.nothing);  // an infinite end makes m infinite or NaN, and this NaN
}

template <class Ops>
Survey centre(const Centre& job) {
    Watch<Ops> watch;
    const double half = 0.5;
    const Factors<Ops> by{Ops::broadcast(&half), Ops::broadcast(&job.g), Ops::broadcast(&job.more)};
    for (std::int64_t run = 0; run < job.runs; ++run) {
        const double* ends = job.ends + run * job.ends_stride;
        double* m_rho = job.m_rho + run * job.m_rho_stride;
        for (std::int64_t i = 0; i + Ops::lanes <= job.n; i += Ops::lanes)
            centre_some<Ops>(ends + 2 * i, by, m_rho + 2 * i, watch);
        if (job.n >= Ops::lanes && job.n % Ops::lanes != 0) {  // the last vector overlaps the one before
            centre_some<Ops>(ends + 2 * (job.n - Ops::lanes), by, m_rho + 2 * (job.n - Ops::lanes), watch);
        } else if (job.n < Ops::lanes) {
            double from[2 * Ops::lanes] = {}, to[2 * Ops::lanes] = {};
            for (std::int64_t k = 0; k < 2 * job.n; ++k) from[k] = ends[k];
            centre_some<Ops>(from, by, to, watch);
            for (std::int64_t k = 0; k < 2 * job.n; ++k) m_rho[k] = to[k];
        }
    }
    return watch.survey();
}

}  // namespace
}  // namespace tercet::affine
