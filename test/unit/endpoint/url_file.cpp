#include "url_file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using tintype::daemon::UrlFile;

namespace {

class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "tintype-url-file-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string file() const { return (path_ / "urls").string(); }
    [[nodiscard]] std::ptrdiff_t entries() const {
        return std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator());
    }

  private:
    std::filesystem::path path_;
};

const std::array<std::string, 2> urls{"http://127.0.0.1:1/wsman", "https://127.0.0.1:2/wsman"};

}  // namespace

TEST_CASE("the URL file holds a URL a line while the daemon runs, and nothing else is left beside it") {
    const Folder folder;
    {
        UrlFile file(folder.file());
        CHECK(folder.entries() == 0);
        REQUIRE(file.write(urls).has_value());
        std::ifstream stream(folder.file());
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        CHECK(text == "http://127.0.0.1:1/wsman\nhttps://127.0.0.1:2/wsman\n");
        CHECK(folder.entries() == 1);
    }
    CHECK(folder.entries() == 0);
}

TEST_CASE("what a process that crashed left is removed at the start") {
    const Folder folder;
    std::ofstream(folder.file()) << "http://127.0.0.1:9/wsman\n";
    const UrlFile file(folder.file());
    CHECK_FALSE(std::filesystem::exists(folder.file()));
}

TEST_CASE("a URL file that can't be written is an error that names it") {
    UrlFile file("/nowhere/urls");
    CHECK(file.write(urls).error() == "--url-file /nowhere/urls: No such file or directory");
}
