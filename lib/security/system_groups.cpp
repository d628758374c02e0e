#include "security/system_groups.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>

namespace tintype::security {

namespace {

// Groups of a directory may have very many members, all of which are in the entry.
constexpr std::size_t largest_entry = std::size_t{16} * 1024 * 1024;

/// Calls one of the get…_r functions with ever more room, until the entry fits.
template <class Entry, class Call>
bool read_entry(Entry& entry, std::vector<char>& room, const Call& call) {
    for (room.resize(4096); room.size() <= largest_entry; room.resize(room.size() * 4)) {
        Entry* found = nullptr;
        const int error = call(&entry, room.data(), room.size(), &found);
        if (error == ERANGE) continue;
        return error == 0 && found != nullptr;
    }
    return false;
}

std::optional<gid_t> id_of_group(const std::string& name) {
    struct group entry {};
    std::vector<char> room;
    const auto call = [&](auto... rest) { return ::getgrnam_r(name.c_str(), rest...); };
    if (!read_entry(entry, room, call)) return std::nullopt;
    return entry.gr_gid;
}

std::vector<gid_t> ids_of_user(const std::string& user) {
    struct passwd entry {};
    std::vector<char> room;
    const auto call = [&](auto... rest) { return ::getpwnam_r(user.c_str(), rest...); };
    if (!read_entry(entry, room, call)) return {};
    std::vector<gid_t> ids(64);
    for (int tries = 0; tries < 4; ++tries) {
        auto number = static_cast<int>(ids.size());
        const int found = ::getgrouplist(entry.pw_name, entry.pw_gid, ids.data(), &number);
        ids.resize(static_cast<std::size_t>(std::max(number, 0)));
        if (found >= 0) return ids;
    }
    return {};
}

}  // namespace

std::vector<bool> system_groups_of(const std::string& user, const std::vector<std::string>& groups) {
    std::vector<bool> is_member(groups.size());
    const auto ids = ids_of_user(user);
    if (ids.empty()) return is_member;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const auto id = id_of_group(groups[i]);
        is_member[i] = id && std::find(ids.begin(), ids.end(), *id) != ids.end();
    }
    return is_member;
}

}  // namespace tintype::security
