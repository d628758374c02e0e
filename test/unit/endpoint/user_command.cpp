#include "user_command.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <sstream>
#include <string>

using tintype::daemon::ask_password;

namespace {

/// Standard input that is no terminal, whatever the test is run from.
class NoTerminal {
  public:
    NoTerminal() : kept_(::dup(STDIN_FILENO)) {
        const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::dup2(null, STDIN_FILENO);
        ::close(null);
    }
    ~NoTerminal() {
        ::dup2(kept_, STDIN_FILENO);
        ::close(kept_);
    }
    NoTerminal(const NoTerminal&) = delete;
    NoTerminal& operator=(const NoTerminal&) = delete;

  private:
    int kept_;
};

}  // namespace

TEST_CASE("without a terminal the password is the first line of the input") {
    const NoTerminal no_terminal;
    std::istringstream unix_line("s3cret word\nmore\n");
    CHECK(ask_password("alice", unix_line) == "s3cret word");
    std::istringstream windows_line("s3cret\r\n");
    CHECK(ask_password("alice", windows_line) == "s3cret");
    std::istringstream no_line_end("s3cret");
    CHECK(ask_password("alice", no_line_end) == "s3cret");
}

TEST_CASE("no password is an error") {
    const NoTerminal no_terminal;
    std::istringstream nothing;
    CHECK(ask_password("alice", nothing).error() == "no password on standard input");
    std::istringstream empty("\n");
    CHECK(ask_password("alice", empty).error() == "the password is empty");
}
