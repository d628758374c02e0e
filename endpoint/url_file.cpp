#include "url_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace tintype::daemon {
namespace {

void remove_file(const std::string& path) noexcept {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove(path, ignored);
}

}  // namespace

UrlFile::UrlFile(std::string path) : path_(std::move(path)) {
    remove();
}

UrlFile::~UrlFile() {
    remove();
}

void UrlFile::remove() noexcept {
    remove_file(path_);
}

tl::expected<void, std::string> UrlFile::write(std::span<const std::string> urls) {
    if (path_.empty()) return {};
    const auto unfinished = fmt::format("{}.{}", path_, ::getpid());
    std::ofstream file(unfinished);
    for (const auto& url : urls) file << url << '\n';
    file.close();
    if (!file) {
        const int reason = errno;
        remove_file(unfinished);
        return tl::unexpected(fmt::format("--url-file {}: {}", path_, std::generic_category().message(reason)));
    }
    std::error_code failed;
    std::filesystem::rename(unfinished, path_, failed);
    if (failed) {
        remove_file(unfinished);
        return tl::unexpected(fmt::format("--url-file {}: {}", path_, failed.message()));
    }
    return {};
}

}  // namespace tintype::daemon
