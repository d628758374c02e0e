#pragma once
/// \file
/// The Kerberos realm of test/realm, in a process of its own that ends with this object.

#include <cstdio>
#include <string>

namespace tintype::security {

/// Its KRB5_CONFIG is this process's from then on.
class RealmProcess {
  public:
    RealmProcess();
    RealmProcess(const RealmProcess&) = delete;
    RealmProcess& operator=(const RealmProcess&) = delete;
    ~RealmProcess();

    /// One realm for all tests of the program.
    static RealmProcess& shared();

    [[nodiscard]] const std::string& folder() const { return folder_; }
    /// Files with tickets (test/realm/__main__.py).
    [[nodiscard]] std::string ticket(const std::string& user) { return ask("ticket " + user); }
    [[nodiscard]] std::string stale_ticket(const std::string& user, const std::string& service) {
        return ask("stale " + user + " " + service);
    }

  private:
    std::string ask(const std::string& request);
    std::string read_line();

    int process_ = -1;
    std::FILE* requests_ = nullptr;
    std::FILE* answers_ = nullptr;
    std::string folder_;
};

}  // namespace tintype::security
