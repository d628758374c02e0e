#include "jobs/ascii_case.hpp"

#include <algorithm>
#include <cstdint>

namespace tintype::jobs {
namespace {

constexpr char upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string upper_case(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), upper);
    return result;
}

// FNV-1a: ids are short, and only this process chooses which of them are kept together.
std::size_t CaselessHash::operator()(std::string_view text) const noexcept {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(upper(c))) * 1099511628211ULL;
    return static_cast<std::size_t>(hash);
}

bool CaselessEqual::operator()(std::string_view left, std::string_view right) const noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return upper(a) == upper(b); });
}

}  // namespace tintype::jobs
