#include "tls_command.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "command_line.hpp"
#include "security/temporary_folder.hpp"
#include "tintype/server.hpp"

using tintype::check_listener_files;
using tintype::ListenerOptions;
using tintype::daemon::CommandLine;
using tintype::daemon::make_self_signed;
using tintype::daemon::parse_command_line;
using tintype::daemon::SelfSigned;
using tintype::test::content_of;
using tintype::test::TemporaryFolder;

namespace {

SelfSigned in(const TemporaryFolder& folder, std::vector<std::string> hosts = {}) {
    SelfSigned wanted;
    wanted.hosts = std::move(hosts);
    wanted.certificate = folder.path("cert.pem");
    wanted.key = folder.path("key.pem");
    return wanted;
}

std::string described(const TemporaryFolder& folder) {
    REQUIRE(std::system(("openssl x509 -noout -text -nameopt RFC2253 -in " + folder.path("cert.pem") + " > " +
                         folder.path("text"))
                            .c_str()) == 0);
    return content_of(folder.path("text"));
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

mode_t mode_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(::lstat(path.c_str(), &facts) == 0);
    return facts.st_mode & 07777U;
}

}  // namespace

TEST_CASE("a listener takes what tls self-signed makes") {
    const TemporaryFolder folder;
    const auto said = make_self_signed(in(folder, {"server.example.com", "192.0.2.7", "2001:db8::7"}));
    REQUIRE_MESSAGE(said, (said ? "" : said.error()));
    CHECK(mode_of(folder.path("key.pem")) == 0600);
    CHECK(mode_of(folder.path("cert.pem")) == 0644);
    CHECK(check_listener_files({"https://127.0.0.1:0/wsman", folder.path("cert.pem"), folder.path("key.pem")}));
    const auto text = described(folder);
    CHECK(has(text, "Subject: CN=server.example.com"));
    CHECK(has(text, "DNS:server.example.com, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7"));
    CHECK(has(text, "TLS Web Server Authentication"));
    CHECK(has(text, "prime256v1"));
    CHECK(has(*said, "certificate = \"" + folder.path("cert.pem") + "\""));
    CHECK(has(*said, "SHA-1 thumbprint:   "));
    CHECK(has(*said, "https://server.example.com:5986/wsman"));
    CHECK_FALSE(has(*said, "PRIVATE"));
}

TEST_CASE("what tls self-signed advises names the file that it wrote, and options that there are") {
    const TemporaryFolder folder;
    auto wanted = in(folder, {"server.example.com"});
    wanted.certificate = folder.path("lab.crt");
    const auto said = make_self_signed(wanted);
    REQUIRE_MESSAGE(said, (said ? "" : said.error()));
    CHECK(has(*said, "Import-Certificate -FilePath lab.crt -CertStoreLocation"));
    CHECK(has(*said, "tintype:  --ca lab.crt\n"));
    CHECK(has(*said, "curl:     --cacert lab.crt\n"));
    CHECK_FALSE(has(*said, "tintyped.pem"));
}

TEST_CASE("without a host the certificate is for this machine") {
    const TemporaryFolder folder;
    REQUIRE(make_self_signed(in(folder)));
    CHECK(has(described(folder), "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1"));
}

TEST_CASE("files that are there stay unless they shall go") {
    const TemporaryFolder folder;
    for (const auto* taken : {"cert.pem", "key.pem"}) {
        CAPTURE(taken);
        static_cast<void>(folder.write(taken, "mine"));
        const auto said = make_self_signed(in(folder));
        REQUIRE_FALSE(said);
        CHECK(said.error() == folder.path(taken) + ": is there already; --force replaces it");
        CHECK(content_of(folder.path(taken)) == "mine");
        std::filesystem::remove(folder.path(taken));
        CHECK(std::filesystem::is_empty(folder.path(".")));
    }
    std::filesystem::create_symlink(folder.path("elsewhere"), folder.path("key.pem"));
    CHECK_FALSE(make_self_signed(in(folder)));
    CHECK_FALSE(std::filesystem::exists(folder.path("elsewhere")));

    auto wanted = in(folder);
    wanted.force = true;
    REQUIRE(make_self_signed(wanted));
    CHECK(mode_of(folder.path("key.pem")) == 0600);
    CHECK_FALSE(std::filesystem::exists(folder.path("elsewhere")));
    REQUIRE(make_self_signed(wanted));
    CHECK(check_listener_files({"https://127.0.0.1:0/wsman", wanted.certificate, wanted.key}));
}

TEST_CASE("what can't be is said, and nothing is left behind") {
    const TemporaryFolder folder;
    for (const auto* host : {"", "a b", "a,DNS:b", "a/b", ".a", "a..b", "1.2.3.4.5:6"}) {
        CAPTURE(host);
        const auto said = make_self_signed(in(folder, {host}));
        REQUIRE_FALSE(said);
        CHECK(said.error() == "--host: \"" + std::string(host) + "\" is no host name and no address");
    }
    auto wanted = in(folder);
    wanted.certificate = folder.path("missing/cert.pem");
    const auto said = make_self_signed(wanted);
    REQUIRE_FALSE(said);
    CHECK(said.error() == folder.path("missing/cert.pem.new") + ": No such file or directory");
    wanted.certificate = wanted.key;
    CHECK(make_self_signed(wanted).error() == "--certificate and --key must be two files");
    CHECK(std::filesystem::is_empty(folder.path(".")));
}

TEST_CASE("tls self-signed is a command with names, days and files") {
    const std::vector<std::string> words{"tls", "self-signed", "--host", "a.example", "--host",        "::1", "--days",
                                         "30",  "--key",       "k",      "--force",   "--certificate", "c"};
    const auto parsed = parse_command_line(words);
    const auto* line = std::get_if<CommandLine>(&parsed);
    REQUIRE(line != nullptr);
    CHECK(line->action == tintype::daemon::Action::self_signed);
    CHECK(line->self_signed.hosts == std::vector<std::string>{"a.example", "::1"});
    CHECK(line->self_signed.days == 30);
    CHECK(line->self_signed.key == "k");
    CHECK(line->self_signed.certificate == "c");
    CHECK(line->self_signed.force);
    const auto wrong = parse_command_line(std::vector<std::string>{"tls", "self-signed", "--days", "0"});
    CHECK(std::holds_alternative<tintype::daemon::Notice>(wrong));
}
