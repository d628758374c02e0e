#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "temporary_folder.hpp"
#include "tintype/audit.hpp"

using namespace tintype;
using test::content_of;
using test::TemporaryFolder;
using namespace std::string_literals;

namespace {

constexpr std::chrono::system_clock::time_point noon{std::chrono::milliseconds(1'767'268'800'007)};

AuditEvent log_on_of(std::string user) {
    AuditEvent event;
    event.kind = AuditKind::log_on_refused;
    event.user = std::move(user);
    return event;
}

std::string user_in(std::string user) {
    const auto line = audit_line(log_on_of(std::move(user)), noon);
    const auto begin = line.find("\"user\":\"") + 8;
    return line.substr(begin, line.size() - begin - 2);
}

std::ptrdiff_t lines_in(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("an event is one JSON object of what it has") {
    AuditEvent event;
    event.kind = AuditKind::access_allowed;
    event.user = "alice@EXAMPLE.COM";
    event.scheme = "Kerberos";
    event.peer = "[2001:db8::7]:50123";
    event.operation = "Invoke";
    event.class_name = "Acme_Lamp";
    event.method = "Switch";
    event.selectors = "Name=desk";
    event.detail = "4096";
    event.message_id = "uuid:1";
    event.answer_id = "uuid:2";
    CHECK(audit_line(event, noon) ==
          R"({"time":"2026-01-01T12:00:00.007Z","event":"access","user":"alice@EXAMPLE.COM","scheme":"Kerberos",)"
          R"("peer":"[2001:db8::7]:50123","operation":"Invoke","class":"Acme_Lamp","method":"Switch",)"
          R"("selectors":"Name=desk","detail":"4096","message_id":"uuid:1","answer_id":"uuid:2"})");
    CHECK(audit_line(log_on_of(""), noon) == R"({"time":"2026-01-01T12:00:00.007Z","event":"log-on-refused"})");
}

TEST_CASE("no user name can end a line or a text, nor look like something else") {
    struct Row {
        std::string user, written;
    };
    const std::vector<Row> rows{
        {"al\"ice\\", R"(al\"ice\\)"},
        {"a\nb\r\0c"s, R"(a\u000ab\u000d\u0000c)"},
        {"a\x7f\xc2\x85z", R"(a\u007f\u0085z)"},
        {"a\xe2\x80\xa8z", R"(a\u2028z)"},
        {"a\xe2\x80\xaez", R"(a\u202ez)"},
        {"a\xf3\xa0\x80\x81z", R"(a\udb40\udc01z)"},
        {"a\xff\xc0\xafz", R"(a\ufffd\ufffd\ufffdz)"},
        {"\xed\xa0\x80", R"(\ufffd\ufffd\ufffd)"},
        {"cut\xe2\x82", R"(cut\ufffd\ufffd)"},
        {"Jos\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "Jos\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.written);
        CHECK(user_in(row.user) == row.written);
    }
}

TEST_CASE("a text of any length makes a line of bounded length") {
    const auto written = user_in(std::string(1'000'000, 'a'));
    CHECK(written == std::string(1'024, 'a') + "…");
    CHECK(user_in(std::string(1'000'000, '\n')).size() < 7'000);
    CHECK(user_in(std::string(1'024, 'a')) == std::string(1'024, 'a'));
}

TEST_CASE("events are appended to a file that only its owner may read") {
    const TemporaryFolder folder;
    const auto path = folder.path("audit");
    {
        auto file = open_audit_file(path, {});
        REQUIRE(file.has_value());
        (*file)->write(log_on_of("alice"));
    }
    auto file = open_audit_file(path, {});
    REQUIRE(file.has_value());
    (*file)->write(log_on_of("bob"));
    const auto text = content_of(path);
    CHECK(lines_in(text) == 2);
    CHECK(text.find("alice") < text.find("bob"));
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600U);
}

TEST_CASE("after logrotate renamed the file, reopening begins a new one and loses nothing") {
    const TemporaryFolder folder;
    auto file = open_audit_file(folder.path("audit"), {});
    REQUIRE(file.has_value());
    (*file)->write(log_on_of("first"));
    std::filesystem::rename(folder.path("audit"), folder.path("audit.1"));
    (*file)->write(log_on_of("second"));
    REQUIRE((*file)->reopen().has_value());
    (*file)->write(log_on_of("third"));
    CHECK(lines_in(content_of(folder.path("audit.1"))) == 2);
    CHECK(content_of(folder.path("audit")).find("third") != std::string::npos);
}

TEST_CASE("a file that can't be opened again leaves the one that is open in use") {
    const TemporaryFolder folder;
    auto file = open_audit_file(folder.path("audit"), {});
    REQUIRE(file.has_value());
    std::filesystem::rename(folder.path("audit"), folder.path("audit.1"));
    std::filesystem::create_directory(folder.path("audit"));
    CHECK_FALSE((*file)->reopen().has_value());
    (*file)->write(log_on_of("alice"));
    CHECK(lines_in(content_of(folder.path("audit.1"))) == 1);
}

TEST_CASE("what is no file of our own is refused") {
    const TemporaryFolder folder;
    const auto error = [](const std::string& path) {
        const auto file = open_audit_file(path, {});
        return file ? std::string() : file.error().substr(path.size());
    };
    CHECK(error(folder.path("no/such/folder")) == ": No such file or directory");
    CHECK(error("/dev/null") == ": is not a regular file");
    CHECK(error(folder.write("open", "", 0666)) == ": mode 0666 lets others than its owner write; use chmod 0600");
    CHECK(error(folder.write("read by a group", "", 0640)).empty());
}

TEST_CASE("lines that find no room on the disk go to the log, and those that find some again don't") {
    const TemporaryFolder folder;
    std::vector<std::string> logged;
    auto file =
        open_audit_file(folder.path("audit"), [&](LogLevel, std::string_view line) { logged.emplace_back(line); });
    REQUIRE(file.has_value());
    (*file)->write(log_on_of("first"));
    const auto size = std::filesystem::file_size(folder.path("audit"));

    // A limit of the process stands for a full disk: part of a line fits, then nothing.
    struct rlimit before {};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit full { size + 10, before.rlim_max };
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
    (*file)->write(log_on_of("second"));
    (*file)->write(log_on_of("third"));
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    (*file)->write(log_on_of("fourth"));

    REQUIRE(logged.size() == 4);
    CHECK(logged[0].find("can't be written, what follows goes here") != std::string::npos);
    CHECK(logged[1].find("\"user\":\"second\"") != std::string::npos);
    CHECK(logged[2].find("\"user\":\"third\"") != std::string::npos);
    CHECK(logged[3].find("can be written again") != std::string::npos);
    const auto text = content_of(folder.path("audit"));
    const auto last = text.rfind('\n', text.size() - 2) + 1;
    CHECK(text.substr(last).starts_with("{\"time\""));
    CHECK(text.find("fourth") > last);
}

TEST_CASE("lines of many threads don't mix") {
    const TemporaryFolder folder;
    auto file = open_audit_file(folder.path("audit"), {});
    REQUIRE(file.has_value());
    {
        std::vector<std::jthread> writers;
        writers.reserve(4);
        for (int i = 0; i < 4; ++i) {
            writers.emplace_back([&file] {
                for (int n = 0; n < 200; ++n) (*file)->write(log_on_of(std::string(300, 'x')));
            });
        }
    }
    const auto text = content_of(folder.path("audit"));
    CHECK(lines_in(text) == 800);
    const auto length = text.find('\n') + 1;
    CHECK(text.size() == 800 * length);
}
