#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "http/running_server.hpp"
#include "http/tls_client.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

/// A folder with self-signed certificates: NAME.pem and NAME.key.
class Certificates {
  public:
    Certificates() {
        make("first");
        make("second");
    }
    [[nodiscard]] std::string file(const std::string& name) const { return folder_.path(name); }
    [[nodiscard]] ListenerOptions listener(const std::string& certificate, const std::string& key) const {
        return {"https://127.0.0.1:0/wsman", file(certificate), file(key)};
    }
    void copy(const std::string& from, const std::string& to) const {
        std::filesystem::copy_file(file(from), file(to), std::filesystem::copy_options::overwrite_existing);
    }
    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  private:
    void make(const std::string& name) const {
        const auto command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name +
            " -addext subjectAltName=IP:127.0.0.1 -keyout " + file(name + ".key") + " -out " + file(name + ".pem") +
            " 2>/dev/null && chmod 0600 " + file(name + ".key");
        REQUIRE(std::system(command.c_str()) == 0);
    }

    TemporaryFolder folder_;
};

std::function<void(ServerOptions&)> with(const ListenerOptions& listener) {
    return [listener](ServerOptions& options) {
        options.listeners = {listener};
        options.allow_unencrypted = false;
    };
}

std::string error_of(const ListenerOptions& listener) {
    WorkerPool workers(1);
    ServerOptions options;
    options.listeners.push_back(listener);
    http::HttpServer server({answer_at_once, test_max_body, true}, {}, workers, options);
    const auto opened = server.open();
    return opened ? "" : opened.error();
}

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 carry requests, with Basic offered and taken") {
    const Certificates certificates;
    const RunningServer server(with(certificates.listener("first.pem", "first.key")));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        TlsClient client(server.port(), certificates.file("first.pem"), version);
        REQUIRE(client.connected());
        CHECK(client.version() == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
        CHECK(client.ask(post({}, "a")).find("WWW-Authenticate: Basic realm=\"WSMAN\"\r\n") != std::string::npos);
        CHECK(client.ask(post(as_alice, "a")).ends_with("alice|a"));
        const std::string large(test_max_body, 'x');
        CHECK(client.ask(post(as_alice, large)).ends_with("alice|" + large));
        CHECK(client.ask(post(as_alice + "Connection: close\r\n", "a")).ends_with("alice|a"));
        CHECK(client.end() == net::error::eof);
    }
}

TEST_CASE("TLS 1.1 is refused, and so is renegotiation") {
    const Certificates certificates;
    const RunningServer server(with(certificates.listener("first.pem", "first.key")));
    CHECK_FALSE(TlsClient(server.port(), certificates.file("first.pem"), TLS1_1_VERSION).connected());
    TlsClient client(server.port(), certificates.file("first.pem"), TLS1_2_VERSION);
    REQUIRE(client.connected());
    CHECK_FALSE(client.renegotiates());
}

TEST_CASE("curl asks over TLS") {
    const Certificates certificates;
    const RunningServer server(with(certificates.listener("first.pem", "first.key")));
    const auto output = certificates.file("output");
    const auto command = "curl --silent --show-error --cacert " + certificates.file("first.pem") +
                         " --user alice:secret --header 'Content-Type: application/soap+xml' --data hello --output " +
                         output + " https://127.0.0.1:" + std::to_string(server.port()) + "/wsman";
    CHECK(std::system(command.c_str()) == 0);
    CHECK(content_of(output) == "alice|hello");
}

TEST_CASE("certificates are read again for new connections, while old ones go on") {
    const Certificates certificates;
    certificates.copy("first.pem", "now.pem");
    certificates.copy("first.key", "now.key");
    RunningServer server(with(certificates.listener("now.pem", "now.key")));
    TlsClient old(server.port(), certificates.file("first.pem"));
    REQUIRE(old.connected());

    certificates.copy("second.pem", "now.pem");
    auto reloaded = server.server().reload_certificates();
    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error().find("does not belong to the certificate") != std::string::npos);
    CHECK(TlsClient(server.port(), certificates.file("first.pem")).connected());

    certificates.copy("second.key", "now.key");
    reloaded = server.server().reload_certificates();
    REQUIRE_MESSAGE(reloaded, (reloaded ? "" : reloaded.error()));
    CHECK(TlsClient(server.port(), certificates.file("second.pem")).connected());
    CHECK_FALSE(TlsClient(server.port(), certificates.file("first.pem")).connected());
    CHECK(old.ask(post(as_alice, "still here")).ends_with("alice|still here"));
}

TEST_CASE("a listener that can't have its certificate or key is an error that names the file") {
    const Certificates certificates;
    const auto& folder = certificates.folder();
    CHECK(folder.write("shared.key", content_of(certificates.file("first.key")), 0640) != "");
    CHECK(folder.write("garbage", "garbage") != "");
    REQUIRE(
        std::system(("openssl ec -aes128 -passout pass:x -in " + certificates.file("first.key") + " -out " +
                     certificates.file("locked.key") + " 2>/dev/null && chmod 0600 " + certificates.file("locked.key"))
                        .c_str()) == 0);
    struct Case {
        const char* certificate;
        const char* key;
        const char* file;
        const char* says;
    };
    const Case cases[] = {
        {"missing", "first.key", "missing", "No such file"},
        {"first.pem", "missing", "missing", "No such file"},
        {"first.pem", "shared.key", "shared.key", "lets others than its owner in"},
        {"first.pem", "second.key", "second.key", "does not belong to the certificate"},
        {"garbage", "first.key", "garbage", "is no certificate in PEM"},
        {"first.pem", "garbage", "garbage", "is no key in PEM"},
        {"first.pem", "locked.key", "locked.key", "is no key in PEM without a passphrase"},
    };
    for (const auto& one : cases) {
        const auto error = error_of(certificates.listener(one.certificate, one.key));
        CAPTURE(error);
        CHECK(error.starts_with("listener https://127.0.0.1:0/wsman: "));
        CHECK(error.find(certificates.file(one.file)) != std::string::npos);
        CHECK(error.find(one.says) != std::string::npos);
    }
    CHECK(error_of({"https://127.0.0.1:0/wsman", {}, {}}).find("needs a certificate and a key") != std::string::npos);
    CHECK(error_of({"http://127.0.0.1:0/wsman", "a", {}}).find("the URL is not https") != std::string::npos);
}

TEST_CASE("clients that hang up or stall in the TLS handshake hold nobody up") {
    const Certificates certificates;
    RunningServer server([&](ServerOptions& options) {
        with(certificates.listener("first.pem", "first.key"))(options);
        options.idle_timeout = std::chrono::milliseconds(100);
    });
    const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    for (int number = 0; number < 5; ++number) {
        auto client = server.connect();
        client.send(hello);
        client.reset();
    }
    auto plain = server.connect();
    plain.send(post(as_alice, "a"));
    CHECK(plain.read().status == 0);
    auto stalled = server.connect();
    stalled.send(hello);
    CHECK(stalled.is_closed());
    TlsClient client(server.port(), certificates.file("first.pem"));
    CHECK(client.ask(post(as_alice, "a")).ends_with("alice|a"));
}

TEST_CASE("an address in use is an error that names the listener, and nothing stays bound") {
    const RunningServer first;
    const auto url = "http://127.0.0.1:" + std::to_string(first.port()) + "/wsman";
    CHECK(error_of({url, {}, {}}) == "listener " + url + ": can't listen on 127.0.0.1 port " +
                                         std::to_string(first.port()) + ": Address already in use");
    CHECK(error_of({"http://192.0.2.1:0/wsman", {}, {}}).find("can't listen on 192.0.2.1") != std::string::npos);
    CHECK(error_of({"nonsense", {}, {}}) == "listener nonsense: a listener's URL begins with http:// or https://");
}
