#include <tercet/models/graph/rethrow_at.hpp>
#include <tercet/scalars/machine/memory_budget.hpp>

#include <new>

namespace tercet {

void rethrow_at(const Node& node, const char* where) {
    const auto said = [&](const std::string& what) {
        return "node '" + node.name + "' (" + node.kind + ")" + where + ": " + what;
    };
    try {
        throw;
    } catch (const LimitError& e) {
        throw LimitError(said(e.what()));
    } catch (const DomainError& e) {
        throw DomainError(said(e.what()));
    } catch (const std::bad_alloc& e) {
        throw LimitError(said(out_of_memory(e)));
    }
}

}  // namespace tercet
