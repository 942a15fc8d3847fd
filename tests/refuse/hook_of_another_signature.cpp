// expect: C::gate has another signature than core/hooks.hpp says
#include <tercet/scalars/float64.hpp>

using namespace tercet;

struct Gated : Float64 {
#ifdef TERCET_ACCEPT
    static void gate(std::int64_t, const ConstRun<Gated>&, const ConstRun<Gated>&, const Run<Gated>&) {}
#else
    static void gate(std::int64_t, const ConstRun<Gated>&, const Run<Gated>&) {}
#endif
};

void use(const Storage<Gated>& x, Storage<Gated>& y) {
    gate<Gated>(1, ConstRun<Gated>{&x, 0, 1}, ConstRun<Gated>{&x, 0, 1}, Run<Gated>{&y, 0, 1});
}
