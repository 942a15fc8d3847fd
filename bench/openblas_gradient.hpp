/// The yardstick of bench/exact_gradient: forward and backward of a network in OpenBLAS double, on memory allocated
/// before.
#pragma once

#include "gradient_net.hpp"

#include <benchmark/benchmark.h>
#include <cblas.h>

#include <algorithm>

namespace tercet::bench {

/// The same in OpenBLAS double.
class Blas {
public:
    explicit Blas(const Net& net) : net_(net) {
        for (const auto& l : net.layers) {
            const std::int64_t o = l.size ? l.size - 4 : 0, n = net.batch;
            State s;
            s.z.resize(static_cast<std::size_t>(n * l.out * (l.size ? o * o : 1)));
            s.dz = s.z;
            if (l.size) {
                s.columns.resize(static_cast<std::size_t>(25 * l.in * o * o * n));
                s.d_columns.resize(static_cast<std::size_t>(25 * l.in * o * o));
                s.pooled.resize(s.z.size() / 4);
                s.winner.resize(s.pooled.size());
            }
            s.dx.resize(static_cast<std::size_t>(n * l.in * (l.size ? l.size * l.size : 1)));
            s.dw.resize(static_cast<std::size_t>(l.in * l.out * (l.size ? 25 : 1)));
            s.db.resize(static_cast<std::size_t>(l.out));
            states_.push_back(std::move(s));
        }
    }

    void run() {
        const double* x = net_.x.data.data();
        for (std::size_t i = 0; i < states_.size(); ++i) x = forward(i, x);
        const double* g = net_.g.data.data();
        for (std::size_t i = states_.size(); i-- > 0;) g = backward(i, i == 0 ? net_.x.data.data() : input(i), g);
        benchmark::DoNotOptimize(g);
        benchmark::ClobberMemory();
    }

    const std::vector<double>& weight_gradient(std::size_t i) const { return states_[i].dw; }

private:
    struct State {
        std::vector<double> z, dz, columns, d_columns, pooled, dx, dw, db;
        std::vector<std::int64_t> winner;
    };

    const double* input(std::size_t i) const {
        return net_.layers[i - 1].size ? states_[i - 1].pooled.data() : states_[i - 1].z.data();
    }

    const double* forward(std::size_t i, const double* x) {
        const auto& [in, out, size] = net_.layers[i];
        State& s = states_[i];
        const double *w = net_.parameters[2 * i].data.data(), *b = net_.parameters[2 * i + 1].data.data();
        const int m = static_cast<int>(net_.batch), k = static_cast<int>(in), n = static_cast<int>(out);
        const bool last = i + 1 == states_.size();
        if (!size) {
            for (int r = 0; r < m; ++r) std::copy_n(b, n, s.z.data() + r * n);
            if (m == 1) cblas_dgemv(CblasRowMajor, CblasNoTrans, n, k, 1, w, k, x, 1, 1, s.z.data(), 1);
            else cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, x, k, w, k, 1, s.z.data(), n);
            if (!last)
                for (double& v : s.z) v = std::max(v, 0.0);
            return s.z.data();
        }
        const std::int64_t o = size - 4, taps = 25 * in;
        for (std::int64_t image = 0; image < net_.batch; ++image) {
            double* columns = s.columns.data() + image * taps * o * o;
            for (std::int64_t c = 0, tap = 0; c < in; ++c)
                for (std::int64_t di = 0; di < 5; ++di)
                    for (std::int64_t dj = 0; dj < 5; ++dj, ++tap)
                        for (std::int64_t r = 0; r < o; ++r)
                            std::copy_n(x + ((image * in + c) * size + r + di) * size + dj, o,
                                        columns + (tap * o + r) * o);
            double* z = s.z.data() + image * out * o * o;
            for (std::int64_t c = 0; c < out; ++c) std::fill_n(z + c * o * o, o * o, b[c]);
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, static_cast<int>(o * o), static_cast<int>(taps),
                        1, w, static_cast<int>(taps), columns, static_cast<int>(o * o), 1, z, static_cast<int>(o * o));
        }
        for (double& v : s.z) v = std::max(v, 0.0);
        std::size_t to = 0;
        for (std::int64_t plane = 0; plane < net_.batch * out; ++plane)
            for (std::int64_t r = 0; r < o; r += 2)
                for (std::int64_t c = 0; c < o; c += 2, ++to) {
                    const std::int64_t at = (plane * o + r) * o + c;
                    std::int64_t winner = at;
                    for (const std::int64_t e : {at + 1, at + o, at + o + 1})
                        if (s.z[static_cast<std::size_t>(e)] > s.z[static_cast<std::size_t>(winner)]) winner = e;
                    s.pooled[to] = s.z[static_cast<std::size_t>(winner)];
                    s.winner[to] = winner;
                }
        return s.pooled.data();
    }

    const double* backward(std::size_t i, const double* x, const double* g) {
        const auto& [in, out, size] = net_.layers[i];
        State& s = states_[i];
        const double* w = net_.parameters[2 * i].data.data();
        const int m = static_cast<int>(net_.batch), k = static_cast<int>(in), n = static_cast<int>(out);
        const bool last = i + 1 == states_.size();
        std::fill(s.db.begin(), s.db.end(), 0.0);
        if (!size) {
            for (std::size_t e = 0; e < s.z.size(); ++e) s.dz[e] = last || s.z[e] > 0 ? g[e] : 0.0;
            for (int r = 0; r < m; ++r)
                for (int c = 0; c < n; ++c)
                    s.db[static_cast<std::size_t>(c)] += s.dz[static_cast<std::size_t>(r * n + c)];
            if (m == 1) {
                std::fill(s.dw.begin(), s.dw.end(), 0.0);
                cblas_dger(CblasRowMajor, n, k, 1, s.dz.data(), 1, x, 1, s.dw.data(), k);
                cblas_dgemv(CblasRowMajor, CblasTrans, n, k, 1, w, k, s.dz.data(), 1, 0, s.dx.data(), 1);
            } else {
                cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, k, m, 1, s.dz.data(), n, x, k, 0, s.dw.data(),
                            k);
                cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, k, n, 1, s.dz.data(), n, w, k, 0, s.dx.data(),
                            k);
            }
            return s.dx.data();
        }
        const std::int64_t o = size - 4, taps = 25 * in;
        std::fill(s.dz.begin(), s.dz.end(), 0.0);
        for (std::size_t e = 0; e < s.pooled.size(); ++e)
            if (s.pooled[e] > 0) s.dz[static_cast<std::size_t>(s.winner[e])] = g[e];
        std::fill(s.dx.begin(), s.dx.end(), 0.0);
        for (std::int64_t image = 0; image < net_.batch; ++image) {
            const double *columns = s.columns.data() + image * taps * o * o, *dz = s.dz.data() + image * out * o * o;
            for (std::int64_t c = 0; c < out; ++c)
                for (std::int64_t e = 0; e < o * o; ++e) s.db[static_cast<std::size_t>(c)] += dz[c * o * o + e];
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, static_cast<int>(taps), static_cast<int>(o * o), 1,
                        dz, static_cast<int>(o * o), columns, static_cast<int>(o * o), image > 0, s.dw.data(),
                        static_cast<int>(taps));
            cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, static_cast<int>(taps), static_cast<int>(o * o), n, 1,
                        w, static_cast<int>(taps), dz, static_cast<int>(o * o), 0, s.d_columns.data(),
                        static_cast<int>(o * o));
            for (std::int64_t c = 0, tap = 0; c < in; ++c)
                for (std::int64_t di = 0; di < 5; ++di)
                    for (std::int64_t dj = 0; dj < 5; ++dj, ++tap)
                        for (std::int64_t r = 0; r < o; ++r)
                            for (std::int64_t e = 0; e < o; ++e)
                                s.dx[static_cast<std::size_t>(((image * in + c) * size + r + di) * size + dj + e)] +=
                                    s.d_columns[static_cast<std::size_t>((tap * o + r) * o + e)];
        }
        return s.dx.data();
    }

    const Net& net_;
    std::vector<State> states_;
};

}  // namespace tercet::bench
