/// The memory budget: how many bytes a process may hold for what files and options ask for.
///
/// 115 bytes of file can name a tensor of gigabytes. Where a size comes from a file, `require_memory` compares it with
/// the budget before the memory is taken. What is in use already is known where memory is counted
/// (scalars/machine/counted_memory.hpp): the tool counts all of it.
#pragma once

#include <tercet/core/context.hpp>
#include <tercet/core/shape.hpp>

#include <cstddef>
#include <new>
#include <string>
#include <string_view>

namespace tercet {

/// Bytes, of the whole process: what set_memory_budget said last, else what TERCET_MEMORY in the environment says
/// ("2G"), else half of usable_memory(): a process that takes more than there is may be killed without a word, and
/// others live beside it.
/// Throws FormatError where TERCET_MEMORY is no size. Setting 0 takes back what was set.
std::size_t memory_budget();
void set_memory_budget(std::size_t bytes);

/// "2G" is 2 * 2^30; K, M, G, T (or k, m, ..; "GB", "GiB" too), or bytes: "1000000". Throws FormatError, also for 0.
std::size_t parse_bytes(std::string_view text);

/// For messages: "6.3 GiB", "512 MiB", "100 bytes".
std::string said_bytes(std::size_t bytes);

/// Throws LimitError "WHAT would take 6.3 GiB beside 0.1 GiB in use; the limit is 1.0 GiB (--memory or TERCET_MEMORY
/// sets it)" where `count` things of `each` bytes do not fit into the budget, also where their product is no
/// std::size_t.
void require_memory(std::size_t count, std::size_t each, const char* what);

/// The same for a tensor: "its value [8192, 8192] would take ..".
void require_memory(std::size_t count, std::size_t each, const Dims& shape);

/// What an allocation that failed has to say, as the end of a sentence.
std::string out_of_memory(const std::bad_alloc& e);

/// About what an element of a tensor takes: its size, or what C says, where a scalar has memory of its own.
template <class C>
inline constexpr std::size_t bytes_of_scalar = sizeof(Scalar<C>);
template <class C>
requires requires { C::bytes_of_scalar; }
inline constexpr std::size_t bytes_of_scalar<C> = C::bytes_of_scalar;

}  // namespace tercet
