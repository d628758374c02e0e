#include "captures.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tintype::test {
namespace {

std::string content_type_of(const std::string& head) {
    const std::string name = "\r\nContent-Type: ";
    const auto at = head.find(name);
    if (at == std::string::npos) return {};
    const auto begin = at + name.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

Capture load(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) throw std::runtime_error("not an HTTP message: " + path.string());
    return {path.stem().string(), content_type_of(bytes.substr(0, end)), bytes.substr(end + 4)};
}

}  // namespace

const std::vector<Capture>& captures() {
    static const std::vector<Capture> all = [] {
        std::vector<Capture> found;
        const auto folder = std::filesystem::path(TINTYPE_SOURCE_DIR) / "test/captures";
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() == ".http") found.push_back(load(entry.path()));
        }
        std::sort(found.begin(), found.end(), [](const Capture& a, const Capture& b) { return a.name < b.name; });
        return found;
    }();
    return all;
}

const Capture& capture(const std::string& name) {
    for (const Capture& found : captures()) {
        if (found.name == name) return found;
    }
    throw std::runtime_error("no such capture: " + name);
}

}  // namespace tintype::test
