/// An affine layer with random numbers, for several programs: weights that are float32 values, boxes of radius 2^-7
/// about normal midpoints.
#pragma once

#include <tercet/scalars/kernels/affine.hpp>

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

extern "C" void openblas_set_num_threads(int);
extern "C" char* openblas_get_config();

namespace tercet::bench {

struct LayerCase {
    std::int64_t rows, terms, boxes;
    std::vector<double> weights;            // [rows, terms]
    std::vector<double> x;                  // [boxes, terms], the midpoints
    std::vector<double> ends;               // [boxes, terms, 2]
    std::vector<double> y;                  // [boxes, rows]
    std::vector<double> y_ends;             // [boxes, rows, 2]
    PackedMatrix packed, packed_as_double;  // four and eight bytes a weight

    LayerCase(std::int64_t r, std::int64_t t, std::int64_t b) : rows(r), terms(t), boxes(b) {
        std::mt19937_64 random(20261121);
        std::normal_distribution<double> normal;
        for (std::int64_t i = 0; i < rows * terms; ++i)
            weights.push_back(
                static_cast<double>(static_cast<float>(normal(random) / std::sqrt(static_cast<double>(terms)))));
        for (std::int64_t i = 0; i < boxes * terms; ++i) {
            x.push_back(normal(random));
            ends.push_back(x.back() - 0x1p-7);
            ends.push_back(x.back() + 0x1p-7);
        }
        y.resize(static_cast<std::size_t>(boxes * rows));
        y_ends.resize(2 * y.size());
        packed = PackedMatrix::pack(rows, terms, weights.data(), terms, 1);
        packed_as_double = PackedMatrix::pack(rows, terms, weights.data(), terms, 1, PackedMatrix::Width::of_double);
    }

    double macs() const { return static_cast<double>(rows) * static_cast<double>(terms) * static_cast<double>(boxes); }

    /// Y = X W^T in OpenBLAS double.
    void yardstick() {
        const int r = static_cast<int>(rows), t = static_cast<int>(terms), b = static_cast<int>(boxes);
        if (b == 1) cblas_dgemv(CblasRowMajor, CblasNoTrans, r, t, 1, weights.data(), t, x.data(), 1, 0, y.data(), 1);
        else
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, b, r, t, 1, x.data(), t, weights.data(), t, 0,
                        y.data(), r);
    }

    void enclose(affine::Bound bound, const affine::Kernels& with) { enclose(packed, bound, with); }
    void enclose(const PackedMatrix& w, affine::Bound bound, const affine::Kernels& with) {
        affine::enclose(w, {ends.data(), boxes, terms, 1}, nullptr, false, {y_ends.data(), boxes, rows, 1}, bound,
                        with);
    }

    void multiply(const affine::Kernels& with) {
        affine::multiply(packed, {x.data(), boxes, terms, 1}, nullptr, false, y.data(), rows, 1, with);
    }

    /// The largest (width - exact width) / exact width of y_ends, over all outputs of the first four boxes. The exact
    /// width of output i is sum |w_ik| (u_k - l_k), here in long double: `terms` roundings of 2^-64 on sums without
    /// cancellation, below 1e-16 of it.
    double excess() const {
        long double worst = -1;
        for (std::int64_t b = 0; b < std::min<std::int64_t>(boxes, 4); ++b)
            for (std::int64_t i = 0; i < rows; ++i) {
                long double exact = 0;
                for (std::int64_t k = 0; k < terms; ++k) {
                    const double* e = ends.data() + 2 * (b * terms + k);
                    exact += std::abs(static_cast<long double>(weights[static_cast<std::size_t>(i * terms + k)])) *
                             (static_cast<long double>(e[1]) - e[0]);
                }
                const double* e = y_ends.data() + 2 * (b * rows + i);
                worst = std::max(worst, (static_cast<long double>(e[1]) - e[0] - exact) / exact);
            }
        return static_cast<double>(worst);
    }
};

/// Made once for each shape.
inline LayerCase& layer_case(std::int64_t rows, std::int64_t terms, std::int64_t boxes) {
    static std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, LayerCase> cases;
    return cases.try_emplace({rows, terms, boxes}, rows, terms, boxes).first->second;
}

}  // namespace tercet::bench
