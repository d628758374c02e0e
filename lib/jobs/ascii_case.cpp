#include "jobs/ascii_case.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

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

// As FNV-1a, eight bytes at a time, each without the bit that tells a letter's case: ids are short, and only this
// process chooses which of them are kept together.
std::size_t CaselessHash::operator()(std::string_view text) const noexcept {
    constexpr std::uint64_t without_case = ~0x2020202020202020ULL;
    std::uint64_t hash = 14695981039346656037ULL ^ text.size();
    while (!text.empty()) {
        std::uint64_t eight = 0;
        const auto count = std::min(text.size(), sizeof eight);
        std::memcpy(&eight, text.data(), count);
        text.remove_prefix(count);
        hash = (hash ^ (eight & without_case)) * 1099511628211ULL;
        hash ^= hash >> 32U;  // so that the last bytes of eight count in the low bits, too
    }
    return static_cast<std::size_t>(hash);
}

bool CaselessEqual::operator()(std::string_view left, std::string_view right) const noexcept {
    return left == right || std::equal(left.begin(), left.end(), right.begin(), right.end(),
                                       [](char a, char b) { return upper(a) == upper(b); });
}

}  // namespace tintype::jobs
