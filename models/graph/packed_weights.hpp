/// Weights as C packs them, each packed once: what plans of one network for several batch sizes, and their adjoints,
/// share.
#pragma once

#include <tercet/core/kernels.hpp>

#include <map>
#include <memory>
#include <tuple>
#include <vector>

namespace tercet {

namespace detail {
struct NoPacked {};
template <class C>
struct PackedIn {
    using type = NoPacked;
};
template <hook::PacksWeights C>
struct PackedIn<C> {
    using type = typename C::Packed;
};
}  // namespace detail

template <class C>
using PackedPointer = std::shared_ptr<const typename detail::PackedIn<C>::type>;

/// The kernel of a convolution, a packed matrix for each group.
template <class C>
using PackedGroups = std::shared_ptr<const std::vector<typename detail::PackedIn<C>::type>>;

/// By the place of the weights in memory, which must stay as they are.
template <class C>
class PackedWeights {
public:
    /// These weights packed: what is here, or what make() gives.
    template <class Make>
    PackedPointer<C> get(const ConstMatrix<Parameters<C>>& w, Make make) {
        auto& packed = matrices_[place(w)];
        return packed ? packed : packed = make();
    }
    /// `w`: the kernel as one matrix.
    template <class Make>
    PackedGroups<C> groups(const ConstMatrix<Parameters<C>>& w, Make make) {
        auto& packed = kernels_[place(w)];
        return packed ? packed : packed = make();
    }
    std::size_t size() const { return matrices_.size() + kernels_.size(); }

private:
    using Place = std::tuple<const void*, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;
    static Place place(const ConstMatrix<Parameters<C>>& w) {
        return {w.data, w.offset, w.rows, w.cols, w.row_stride, w.col_stride};
    }

    std::map<Place, PackedPointer<C>> matrices_;
    std::map<Place, PackedGroups<C>> kernels_;
};

}  // namespace tercet
