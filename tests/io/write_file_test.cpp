#include <tercet/io/read_file.hpp>
#include <tercet/io/write_file.hpp>

#include <ostream>

#include "catch.hpp"
#include "messages.hpp"
#include "../temporary_folder.hpp"

using namespace tercet;
namespace fs = std::filesystem;

TEST_CASE("a file is written whole") {
    const TemporaryFolder folder;
    const auto path = folder / "out.txt";
    const std::string large(1'000'000, 'x');
    write_file(path, [&](std::ostream& out) { out << "first\n" << 1234567 << '\n' << large; });
    CHECK(contents(path) == "first\n1234567\n" + large);
    CHECK(read_file(path) == contents(path));
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    write_file(path, [](std::ostream& out) { out << "second"; });
    CHECK(contents(path) == "second");
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
    write_file(path, [](std::ostream&) {});
    CHECK(contents(path).empty());
    CHECK(folder.files() == 1);
}

TEST_CASE("when the writer fails the old file stays and nothing is left beside it") {
    const TemporaryFolder folder;
    const auto path = folder.file("out.txt", "old");
    CHECK_THROWS_WITH(write_file(path,
                                 [](std::ostream& out) {
                                     out << std::string(500'000, 'x') << std::flush;
                                     throw DomainError("no gradient");
                                 }),
                      "no gradient");
    CHECK(contents(path) == "old");
    CHECK(folder.files() == 1);
    CHECK_THROWS_AS(write_file(path, [](std::ostream& out) { out.setstate(std::ios::failbit); }), Error);
    CHECK(contents(path) == "old");
    CHECK_THROWS_AS(write_file(folder / "new.txt", [](std::ostream&) { throw 1; }), int);
    CHECK(folder.files() == 1);
}

TEST_CASE("links are followed and devices are written, not replaced") {
    const TemporaryFolder folder;
    const auto target = folder.file("target.txt", "old");
    fs::create_symlink("target.txt", folder / "link.txt");
    write_file(folder / "link.txt", [](std::ostream& out) { out << "new"; });
    CHECK(fs::is_symlink(folder / "link.txt"));
    CHECK(contents(target) == "new");
    write_file("/dev/null", [](std::ostream& out) { out << "nothing"; });
    CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("the sentence says where and why") {
    const TemporaryFolder folder;
    const auto refusal = [](const fs::path& path) {
        return message<Error>([&] { write_file(path, [](std::ostream& out) { out << "x"; }); });
    };
    CHECK(refusal("/nonexistent/x.npz") == "cannot write '/nonexistent/x.npz': No such file or directory");
    CHECK(refusal(folder.path) == "cannot write '" + folder.path.string() + "': Is a directory");
    CHECK(refusal("/dev/full") == "cannot write '/dev/full': No space left on device");
    CHECK(refusal("") == "cannot write '': No such file or directory");
}
