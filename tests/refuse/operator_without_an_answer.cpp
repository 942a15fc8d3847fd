// expect: an operator answers shape, affine_in, mixes_rows, with_rows, domain and overwrites: see operator.hpp
#include <tercet/models/graph/graph.hpp>

using namespace tercet;

struct Twice {
    Dims shape(const Shapes& in, const Dims&) const { return only(in); }
#ifdef TERCET_ACCEPT
    bool affine_in(const Varying&) const { return true; }
#endif
    Reason mixes_rows(const Rows&) const { return nullptr; }
    Twice with_rows(const Rows&, std::int64_t) const { return *this; }
    std::optional<Domain> domain() const { return {}; }
    static constexpr Overwrites overwrites = Overwrites::always;
};

int main() {
    Graph g;
    const int x = g.add_input("x", {2});
    g.add("y", "Twice", Twice{}, {x}, {2});
}
