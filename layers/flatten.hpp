/// Flatten: [d1, .., dr] -> [d1 .. dr], row-major; batched, [n, C, H, W] -> [n, C H W].
#pragma once

#include <tercet/layers/pullback.hpp>

namespace tercet {

template <Context C>
struct Flatten {
    using Context = C;
    template <class D>
    using with = Flatten<D>;
    using Gradient = Flatten<Gradients<C>>;
    static constexpr auto members() { return std::tuple{}; }

    template <int... Ds>
    static constexpr int flat = ((Ds == dyn) || ...) ? dyn : (Ds*... * 1);

    template <int Ch, int H, int W>
    Tensor<C, flat<Ch, H, W>> operator()(Tensor<C, Ch, H, W> x) const {
        const std::int64_t n = x.size();
        return Tensor<C, flat<Ch, H, W>>({n}, std::move(x.storage()));
    }
    template <int N, int Ch, int H, int W>
    Tensor<C, N, flat<Ch, H, W>> operator()(Tensor<C, N, Ch, H, W> x) const {
        const std::int64_t n = x.dim(0), size = x.dim(1) * x.dim(2) * x.dim(3);
        return Tensor<C, N, flat<Ch, H, W>>({n, size}, std::move(x.storage()));
    }

    template <int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, Ch, H, W>> vjp(const Tensor<C, Ch, H, W>& x, Tensor<C, flat<Ch, H, W>> g) const {
        return {{}, Tensor<C, Ch, H, W>(x.dims(), std::move(g.storage()))};
    }
    template <int N, int Ch, int H, int W>
    Pullback<Gradient, Tensor<C, N, Ch, H, W>> vjp(const Tensor<C, N, Ch, H, W>& x,
                                                   Tensor<C, N, flat<Ch, H, W>> g) const {
        return {{}, Tensor<C, N, Ch, H, W>(x.dims(), std::move(g.storage()))};
    }
};

}  // namespace tercet
