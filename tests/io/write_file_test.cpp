#include <tercet/io/file/read_file.hpp>
#include <tercet/io/file/unfinished_file.hpp>
#include <tercet/io/file/write_file.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ostream>

#include "../temporary_folder.hpp"
#include "catch.hpp"
#include "messages.hpp"

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

TEST_CASE("links to what is missing are written through, loops are refused") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "deep");
    fs::create_symlink("deep/target.txt", folder / "link.txt");
    fs::create_symlink(folder.path / "link.txt", folder / "absolute.txt");
    fs::create_symlink("self.txt", folder / "self.txt");
    fs::create_symlink("b.txt", folder / "a.txt");
    fs::create_symlink("a.txt", folder / "b.txt");
    fs::create_symlink("absent/x.txt", folder / "nowhere.txt");
    write_file(folder / "absolute.txt", [](std::ostream& out) { out << "new"; });
    CHECK(fs::is_symlink(folder / "absolute.txt"));
    CHECK(fs::is_symlink(folder / "link.txt"));
    CHECK(fs::is_regular_file(fs::symlink_status(folder / "deep/target.txt")));
    CHECK(contents(folder / "deep/target.txt") == "new");
    for (const std::string name : {"self.txt", "a.txt"}) {
        const std::string path = folder / name;
        CHECK(message<Error>([&] { write_file(path, [](std::ostream& out) { out << "x"; }); }) ==
              "cannot write '" + path + "': Too many levels of symbolic links");
        CHECK(fs::is_symlink(path));
    }
    CHECK(message<Error>([&] { write_file(folder / "nowhere.txt", [](std::ostream& out) { out << "x"; }); }) ==
          "cannot write '" + folder / "nowhere.txt" + "': No such file or directory");
    CHECK(folder.files() == 7);  // and no temporary one
}

TEST_CASE("names of any length that the file system takes") {
    const TemporaryFolder folder;
    for (const std::size_t n : {1u, 242u, 243u, 250u, 255u}) {
        write_file(folder / std::string(n, 'n'), [](std::ostream& out) { out << "new"; });
        CHECK(contents(folder / std::string(n, 'n')) == "new");
    }
    CHECK(message<Error>([&] {
              write_file(folder / std::string(256, 'n'), [](std::ostream&) {});
          }).find("File name too long") != std::string::npos);
    CHECK(folder.files() == 5);
}

TEST_CASE("an interrupted program can remove what it was writing") {
    const TemporaryFolder folder;
    const auto path = folder.file("out.txt", "old");
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(SIGTERM, [](int) {
            remove_unfinished_file();
            ::_exit(0);
        });
        write_file(path, [&](std::ostream& out) {
            out << std::string(200'000, 'x') << std::flush;
            if (folder.files() == 2) std::raise(SIGTERM);
        });
        ::_exit(1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(folder.files() == 1);
    CHECK(contents(path) == "old");
    remove_unfinished_file();  // nothing is being written here
    CHECK(folder.files() == 1);
}
