/// From its second run on a plan allocates nothing: this file counts what the whole program allocates.
#include <tercet/models/graph/plan.hpp>
#include <tercet/models/graph/shipped_contexts.hpp>
#include <tercet/scalars/unordered64.hpp>

#include <atomic>
#include <cstdlib>
#include <new>

#include "../catch.hpp"
#include "../support/wired_graphs.hpp"

using namespace tercet;
using namespace tercet::testing;

namespace {
std::atomic<long> allocations{0};
void* counted(std::size_t n, std::size_t alignment) noexcept {
    ++allocations;
    return std::aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment);
}
void* required(void* p) {
    if (!p) throw std::bad_alloc();
    return p;
}
constexpr std::size_t usual = alignof(std::max_align_t);
}  // namespace

// nothrow too: a sanitizer has one of its own, whose memory std::free does not take
[[gnu::noinline]] void* operator new(std::size_t n) { return required(counted(n, usual)); }
[[gnu::noinline]] void* operator new(std::size_t n, const std::nothrow_t&) noexcept { return counted(n, usual); }
[[gnu::noinline]] void* operator new(std::size_t n, std::align_val_t a) {
    return required(counted(n, static_cast<std::size_t>(a)));
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

TEMPLATE_TEST_CASE("From its second run on a plan allocates nothing", "", Float64, Unordered64, Interval64) {
    using C = TestType;
    Random random(72, Data::rough);
    std::vector<Wired> all{Wired::perceptron(1), Wired::convolutional()};
    if (std::same_as<C, Float64>)
        all.push_back(Wired::assorted(true, true));  // the others' products of values, and softmax, allocate
    for (const Wired& w : all) {
        std::vector<AnyTensor<Parameters<C>>> parameters;
        for (const Dims& d : w.shapes) parameters.push_back(random_tensor<Parameters<C>>(random, d));
        const std::vector<AnyTensor<C>> x{
            random_tensor<C>(random, w.graph.nodes[static_cast<std::size_t>(w.graph.inputs[0])].shape)};
        Plan<C> plan(w.graph, parameters);
        plan.run(x);
        const long before = allocations;
        REQUIRE(before > 0);
        for (int i = 0; i < 3; ++i) plan.run(x);
        CHECK(allocations == before);
    }
}
