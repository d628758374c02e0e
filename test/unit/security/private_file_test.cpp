#include "security/private_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "security/temporary_folder.hpp"

using namespace tintype::security;
using namespace tintype::test;

namespace {

template <class Read>
std::string error_of(Read read, const std::string& path, std::size_t limit = 100) {
    const auto text = read(path, limit);
    return text ? "" : text.error();
}

}  // namespace

TEST_CASE("a private file is for its owner only, a trusted one for others to read") {
    const TemporaryFolder folder;
    struct Case {
        mode_t mode;
        bool is_private;
        bool is_trusted;
    };
    for (const auto& one : {Case{0600, true, true}, Case{0400, true, true}, Case{0640, false, true},
                            Case{0644, false, true}, Case{0660, false, false}, Case{0602, false, false}}) {
        CAPTURE(one.mode);
        const auto path = folder.write("file", "content", one.mode);
        CHECK(read_private_file(path, 100).has_value() == one.is_private);
        CHECK(read_trusted_file(path, 100).has_value() == one.is_trusted);
        CHECK(read_public_file(path, 100) == "content");
        std::filesystem::remove(path);
    }
}

TEST_CASE("what is no regular file is refused at once, a FIFO too") {
    const TemporaryFolder folder;
    const auto fifo = folder.path("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::filesystem::create_directory(folder.path("folder"));
    std::filesystem::permissions(folder.path("folder"), std::filesystem::perms::owner_all);
    for (const auto& name : {"fifo", "folder"}) {
        const auto path = folder.path(name);
        CHECK(error_of(read_private_file, path) == path + ": is not a regular file");
        CHECK(error_of(read_trusted_file, path) == path + ": is not a regular file");
        CHECK(error_of(read_public_file, path) == path + ": is not a regular file");
    }
    CHECK(error_of(read_private_file, "/dev/null") == "/dev/null: is not a regular file");
}

TEST_CASE("of a symbolic link the file counts that it leads to") {
    const TemporaryFolder folder;
    const auto good = folder.write("good", "content");
    const auto bad = folder.write("bad", "content", 0666);
    const auto link = folder.path("link");
    std::filesystem::create_symlink(good, link);
    CHECK(read_private_file(link, 100) == "content");
    std::filesystem::remove(link);
    std::filesystem::create_symlink(bad, link);
    CHECK(error_of(read_private_file, link) == link + ": mode 0666 lets others than its owner in; use chmod 0600");
    CHECK(error_of(read_trusted_file, link) == link + ": mode 0666 lets others than its owner write; use chmod 0644");
    std::filesystem::remove(link);
    std::filesystem::create_symlink(link, link);
    CHECK(error_of(read_private_file, link) == link + ": Too many levels of symbolic links");
}

TEST_CASE("a file that belongs to somebody else is refused") {
    if (::geteuid() != 0) return;
    const TemporaryFolder folder;
    const auto path = folder.write("file", "content");
    REQUIRE(::chown(path.c_str(), 65'534, 65'534) == 0);
    CHECK(error_of(read_private_file, path).find("belongs to user 65534") != std::string::npos);
    CHECK(error_of(read_trusted_file, path).find("belongs to user 65534") != std::string::npos);
}

TEST_CASE("a file over its limit is refused") {
    const TemporaryFolder folder;
    const auto path = folder.write("file", std::string(101, 'x'));
    CHECK(error_of(read_trusted_file, path) == path + ": is longer than 100 bytes");
}
