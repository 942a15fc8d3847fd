// expect: C says that its sums are no left folds, and gives no accumulate
#include <tercet/scalars/float64.hpp>

using namespace tercet;

struct AnyOrder : Float64 {
    static constexpr bool sums_are_its_own = true;
#ifdef TERCET_ACCEPT
    static void accumulate(std::int64_t, const ConstRun<AnyOrder>&, const Run<AnyOrder>&) {}
#endif
};

void use(const Storage<AnyOrder>& x, Storage<AnyOrder>& y) { accumulate<AnyOrder>(1, x, 0, y, 0); }
