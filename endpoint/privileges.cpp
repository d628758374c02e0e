#include "privileges.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

namespace tintype::daemon {
namespace {

constexpr std::string_view usual_user = "tintype";

tl::unexpected<std::string> failed(std::string_view what) {
    return tl::unexpected(fmt::format("{}: {}", what, std::generic_category().message(errno)));
}

struct Account {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
};

std::optional<Account> account_of(const std::string& name) {
    constexpr std::size_t usual = 16'384;
    std::vector<char> text(usual);
    passwd entry{};
    passwd* found = nullptr;
    while (::getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found) == ERANGE) text.resize(text.size() * 2);
    if (found == nullptr) return std::nullopt;
    return Account{name, entry.pw_uid, entry.pw_gid};
}

/// The calling thread's; others are made by it and have what it has.
bool set_effective_capabilities(std::initializer_list<unsigned> numbers) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) return false;
    for (auto& set : sets) set.effective = 0;
    for (const auto number : numbers)
        sets.at(number / 32).effective |= sets.at(number / 32).permitted & 1U << number % 32;
    return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

/// What running a program could give back. A container's root may not be let; then no_new_privs alone prevents that.
void empty_bounding_set() {
    for (unsigned number = 0; ::prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; ++number) {
        ::prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
    }
}

/// Capabilities of one thread, as /proc writes the sets that it can use: all zeros are none.
bool has_capabilities(const std::filesystem::path& thread) {
    std::ifstream status(thread / "status");
    bool looked = false;
    for (std::string line; std::getline(status, line);) {
        for (const std::string_view set : {"CapInh:", "CapPrm:", "CapEff:", "CapAmb:"}) {
            if (!line.starts_with(set)) continue;
            looked = true;
            if (line.find_first_not_of("0\t ", set.size()) != std::string::npos) return true;
        }
    }
    return !looked;
}

bool is_only(uid_t uid, gid_t gid) {
    uid_t real = 0;
    uid_t effective = 0;
    uid_t saved = 0;
    gid_t real_group = 0;
    gid_t effective_group = 0;
    gid_t saved_group = 0;
    return ::getresuid(&real, &effective, &saved) == 0 && real == uid && effective == uid && saved == uid &&
           ::getresgid(&real_group, &effective_group, &saved_group) == 0 && real_group == gid &&
           effective_group == gid && saved_group == gid && ::getgroups(0, nullptr) == 0;
}

tl::expected<void, std::string> look(uid_t uid, gid_t gid) {
    if (!is_only(uid, gid)) return tl::unexpected(std::string("users or groups of before are left"));
    // Whatever these calls say of success: it must not be possible.
    if (::setuid(0) == 0 || ::seteuid(0) == 0 || ::setgid(0) == 0) {
        return tl::unexpected(std::string("it could become root again"));
    }
    std::error_code error;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
        if (has_capabilities(thread.path())) return tl::unexpected(std::string("capabilities are left"));
    }
    if (error) return tl::unexpected("/proc/self/task: " + error.message());
    return {};
}

}  // namespace

tl::expected<Privileges, std::string> Privileges::confine(const std::string& user) {
    Privileges privileges;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("no_new_privs");
    const bool is_root = ::geteuid() == 0;
    const auto account = account_of(user.empty() ? std::string(usual_user) : user);
    if (!user.empty() && !account) return tl::unexpected(fmt::format("run_as.user: there is no user \"{}\"", user));
    if (!is_root) {
        if (!user.empty() && account->uid != ::geteuid()) {
            return tl::unexpected(
                fmt::format("run_as.user: only root can become \"{}\"; this is user {}", user, ::geteuid()));
        }
        return privileges;
    }
    if (!account || user == "root") return privileges;
    if (account->uid == 0) return tl::unexpected(fmt::format("run_as.user: \"{}\" is root; say so to mean it", user));

    privileges.user_ = account->name;
    privileges.uid_ = account->uid;
    privileges.gid_ = account->gid;
    empty_bounding_set();
    if (::setgroups(0, nullptr) != 0 || ::setresgid(account->gid, account->gid, account->gid) != 0) {
        return failed("giving up groups");
    }
    // Real and saved user stay root until drop(): as long as one is, the permitted capabilities are there to choose
    // from.
    if (::setresuid(static_cast<uid_t>(-1), account->uid, static_cast<uid_t>(-1)) != 0 ||
        !set_effective_capabilities({CAP_DAC_READ_SEARCH, CAP_NET_BIND_SERVICE})) {
        return failed("working as user " + account->name);
    }
    return privileges;
}

tl::expected<void, std::string> Privileges::drop() {
    if (uid_) {
        // The C library does this in every thread, and the kernel clears the capabilities of one that isn't root in any
        // way any more.
        if (::setresuid(*uid_, *uid_, *uid_) != 0) return failed("becoming user " + user_);
        if (auto done = look(*uid_, gid_); !done) {
            return tl::unexpected(fmt::format("becoming user {}: {}", user_, done.error()));
        }
    }
#ifndef TINTYPE_SANITIZED
    // Passwords and keys are in its memory: no core file, and nobody of the same user attaches. (A leak checker does.)
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("not being dumpable");
#endif
    return {};
}

bool Privileges::stays_root() const noexcept {
    return !uid_ && ::geteuid() == 0;
}

}  // namespace tintype::daemon
