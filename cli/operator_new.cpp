/// The tool counts all memory that C++ takes against the memory budget (scalars/machine/counted_memory.hpp). The other
/// forms of new and delete, of arrays, nothrow or sized, come down to these.
#include <tercet/scalars/machine/counted_memory.hpp>

#include <new>

void* operator new(std::size_t bytes) { return tercet::counted_new(bytes); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return tercet::counted_new(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { tercet::counted_delete(block); }
void operator delete(void* block, std::size_t) noexcept { tercet::counted_delete(block); }
void operator delete(void* block, std::align_val_t) noexcept { tercet::counted_delete(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { tercet::counted_delete(block); }
