/// What an operator of a graph reads: a computed value, or a parameter, which stays a parameter (a point) where a
/// kernel can use it so.
#pragma once

#include <tercet/layers/pullback.hpp>
#include <tercet/models/graph/packed_weights.hpp>
#include <tercet/models/operators/broadcast.hpp>

#include <functional>
#include <memory>

namespace tercet {

template <class C>
struct Operand {
    const AnyTensor<C>* value = nullptr;
    const AnyTensor<Parameters<C>>* parameter = nullptr;  // set instead of value for parameter nodes
    PackedWeights<C>* store = nullptr;                    // where packed weights are shared, if anywhere

    const Dims& dims() const { return parameter ? parameter->dims : value->dims; }
    std::int64_t size() const { return element_count(dims()); }

    /// As scalars of C: the value itself, or the parameter lifted into `scratch`.
    const Storage<C>& scalars(Storage<C>& scratch) const {
        if (!parameter) return value->data;
        if constexpr (std::same_as<Parameters<C>, C>) {
            return parameter->data;
        } else {
            scratch = Storage<C>(parameter->data.size());
            for (std::size_t i = 0; i < scratch.size(); ++i) scratch[i] = as_scalar<C>(parameter->data[i]);
            return scratch;
        }
    }
    AnyTensor<C> tensor() const {
        Storage<C> scratch(0);
        return AnyTensor<C>(dims(), Storage<C>(scalars(scratch)));
    }

    /// f(matrix) with the rows x cols matrix that starts at `offset`, over C or over its parameter context.
    template <class F>
    auto with_matrix(std::int64_t offset, std::int64_t rows, std::int64_t cols, bool transpose, F f) const {
        const auto oriented = [&](auto m) { return transpose ? m.transposed() : m; };
        if (parameter) return f(oriented(ConstMatrix<Parameters<C>>{&parameter->data, offset, rows, cols, cols, 1}));
        return f(oriented(ConstMatrix<C>{&value->data, offset, rows, cols, cols, 1}));
    }

    /// Weights [out, in] of the parameter as C packs them; from the store, where there is one.
    PackedPointer<C> packed(const ConstMatrix<Parameters<C>>& w) const requires hook::PacksWeights<C> {
        const auto make = [&] { return std::make_shared<const typename C::Packed>(C::pack(w)); };
        return store ? store->get(w, make) : make();
    }
};

/// The numbers of an operand as scalars of C, whatever they are when read: the value's own storage, or the parameter's,
/// lifted once.
template <Context C>
std::shared_ptr<const Storage<C>> lasting_scalars(const Operand<C>& in) {
    if (in.value) return {std::shared_ptr<void>(), &in.value->data};
    if constexpr (std::same_as<Parameters<C>, C>) return {std::shared_ptr<void>(), &in.parameter->data};
    else return std::make_shared<const Storage<C>>(in.tensor().data);
}

}  // namespace tercet
