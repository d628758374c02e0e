#include "security/client_trust.hpp"

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>

#include "security/authority.hpp"

using namespace tintype;
using namespace tintype::security;
using namespace tintype::test;

namespace {

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

OwnedX509 load(const std::string& path) {
    const std::unique_ptr<BIO, Free> file(BIO_new_file(path.c_str(), "r"));
    REQUIRE_MESSAGE(file, path);
    OwnedX509 certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr));
    REQUIRE(certificate);
    return certificate;
}

std::shared_ptr<const ClientTrust> trust_in(const Authority& authority, const std::string& anchor = "ca.pem",
                                            const std::string& list = {}) {
    const auto trust = ClientTrust::read(authority.file(anchor), list.empty() ? list : authority.file(list));
    REQUIRE_MESSAGE(trust, (trust ? "" : trust.error()));
    return *trust;
}

/// Why a certificate is refused, empty if it is good. \param with sent along by the client.
std::string error_of(const ClientTrust& trust, const Authority& authority, const std::string& name,
                     const std::string& with = {}) {
    const auto certificate = load(authority.file(name + ".pem"));
    const auto between = with.empty() ? nullptr : load(authority.file(with + ".pem"));
    const std::unique_ptr<STACK_OF(X509), Free> chain(sk_X509_new_null());
    if (between) sk_X509_push(chain.get(), between.get());
    const auto facts = trust.verify(*certificate, chain.get());
    return facts ? "" : facts.error();
}

std::string bare(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), ':'), text.end());
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

}  // namespace

TEST_CASE("a good certificate is told by its thumbprints, subject and user principal names") {
    const Authority authority;
    authority.sign_client("alice", "/O=Example/OU=A, B/CN=alice",
                          "otherName:msUPN;UTF8:alice@example.com,DNS:alice.example.com,otherName:1.2.3.4;UTF8:x");
    const auto trust = trust_in(authority);
    const auto facts = trust->verify(*load(authority.file("alice.pem")), nullptr);
    REQUIRE_MESSAGE(facts, (facts ? "" : facts.error()));
    CHECK(facts->sha1 == bare(authority.thumbprint("alice", "sha1")));
    CHECK(facts->sha256 == bare(authority.thumbprint("alice", "sha256")));
    CHECK(facts->issuer_sha1 == bare(authority.thumbprint("ca", "sha1")));
    CHECK(facts->issuer_sha256 == bare(authority.thumbprint("ca", "sha256")));
    CHECK(facts->subject == "CN=alice,OU=A\\, B,O=Example");
    CHECK(facts->upns == std::vector<std::string>{"alice@example.com"});
}

TEST_CASE("a certificate that is wrong, out of date or for something else is refused with words") {
    const Authority authority;
    const Authority other;
    authority.sign_client("good", "/CN=good");
    other.sign_client("stranger", "/CN=stranger");
    authority.sign("old", "/CN=old", Authority::for_clients, "-startdate 20200101000000Z -enddate 20200201000000Z");
    authority.sign("early", "/CN=early", Authority::for_clients, "-startdate 20400101000000Z -enddate 20400201000000Z");
    authority.sign("server", "/CN=server", Authority::for_servers);
    authority.sign("unmarked", "/CN=unmarked", "basicConstraints=CA:false\n");
    authority.self_sign("own", "-subj /CN=own -addext extendedKeyUsage=clientAuth");
    const auto trust = trust_in(authority);
    CHECK(error_of(*trust, authority, "good") == "");
    CHECK(error_of(*trust, other, "stranger") == "unable to get local issuer certificate");
    CHECK(error_of(*trust, authority, "old") == "certificate has expired");
    CHECK(error_of(*trust, authority, "early") == "certificate is not yet valid");
    CHECK(error_of(*trust, authority, "server") == "its extended key usage has no clientAuth");
    CHECK(error_of(*trust, authority, "unmarked") == "its extended key usage has no clientAuth");
    CHECK(error_of(*trust, authority, "own") == "self-signed certificate");
}

TEST_CASE("an intermediate authority is trusted through its root, or by itself") {
    const Authority authority;
    authority.sign("sub", "/CN=sub", Authority::for_authorities);
    authority.sign("leaf", "/CN=leaf", Authority::for_clients, {}, "sub");
    CHECK(error_of(*trust_in(authority), authority, "leaf", "sub") == "");
    CHECK(error_of(*trust_in(authority), authority, "leaf") == "unable to get local issuer certificate");
    CHECK(error_of(*trust_in(authority, "sub.pem"), authority, "leaf") == "");
    const auto facts = trust_in(authority, "sub.pem")->verify(*load(authority.file("leaf.pem")), nullptr);
    REQUIRE(facts);
    CHECK(facts->issuer_sha1 == bare(authority.thumbprint("sub", "sha1")));
}

TEST_CASE("a client's certificate that was signed by no authority is trusted where it is among the trusted ones") {
    const Authority authority;
    authority.self_sign("own", "-subj /CN=own -addext extendedKeyUsage=clientAuth -addext basicConstraints=CA:false");
    authority.self_sign("other", "-subj /CN=own -addext extendedKeyUsage=clientAuth -addext basicConstraints=CA:false");
    const auto trust = trust_in(authority, "own.pem");
    CHECK(error_of(*trust, authority, "own") == "");
    CHECK(error_of(*trust, authority, "other") != "");
    const auto facts = trust->verify(*load(authority.file("own.pem")), nullptr);
    REQUIRE(facts);
    CHECK(facts->issuer_sha1 == facts->sha1);
}

TEST_CASE("a revoked certificate is refused, and so is one that no list speaks of") {
    const Authority authority;
    authority.sign_client("good", "/CN=good");
    authority.sign_client("bad", "/CN=bad");
    authority.sign("sub", "/CN=sub", Authority::for_authorities);
    authority.sign("leaf", "/CN=leaf", Authority::for_clients, {}, "sub");
    authority.revoke("bad");
    authority.list_revoked();
    const auto trust = trust_in(authority, "ca.pem", "crl.pem");
    CHECK(error_of(*trust, authority, "good") == "");
    CHECK(error_of(*trust, authority, "bad") == "certificate revoked");
    CHECK(error_of(*trust, authority, "leaf", "sub") == "unable to get certificate CRL");

    authority.list_revoked("sub", "sub.crl");
    static_cast<void>(authority.folder().write(
        "both.crl", content_of(authority.file("crl.pem")) + content_of(authority.file("sub.crl"))));
    CHECK(error_of(*trust_in(authority, "ca.pem", "both.crl"), authority, "leaf", "sub") == "");
    CHECK(error_of(*trust_in(authority, "sub.pem", "both.crl"), authority, "leaf") == "");
    CHECK(error_of(*trust_in(authority, "sub.pem", "sub.crl"), authority, "leaf") == "");

    authority.revoke("sub");
    authority.list_revoked();
    static_cast<void>(authority.folder().write(
        "both.crl", content_of(authority.file("crl.pem")) + content_of(authority.file("sub.crl"))));
    CHECK(error_of(*trust_in(authority, "ca.pem", "both.crl"), authority, "leaf", "sub") ==
          "certificate revoked (of CN=sub, 1 above it)");
}

TEST_CASE("a list that is too old, or that somebody else has signed, lets nobody in") {
    const Authority authority;
    const Authority other;
    authority.sign_client("good", "/CN=good");
    authority.list_revoked("ca", "old.crl", "-crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z");
    CHECK(error_of(*trust_in(authority, "ca.pem", "old.crl"), authority, "good") == "CRL has expired");
    other.list_revoked();
    static_cast<void>(authority.folder().write("forged.crl", content_of(other.file("crl.pem"))));
    CHECK(error_of(*trust_in(authority, "ca.pem", "forged.crl"), authority, "good") != "");
}

TEST_CASE("files that hold no authority or no list, or that others may write, are errors that name them") {
    const Authority authority;
    authority.list_revoked();
    const auto& folder = authority.folder();
    static_cast<void>(folder.write("empty", ""));
    static_cast<void>(folder.write("broken", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    static_cast<void>(folder.write("open", content_of(authority.file("ca.pem")), 0666));
    struct Case {
        const char* authorities;
        const char* revocations;
        const char* file;
        const char* says;
    };
    const Case cases[] = {
        {"missing", "", "missing", "No such file or directory"},
        {"empty", "", "empty", "holds no certificate in PEM"},
        {"crl.pem", "", "crl.pem", "holds no certificate in PEM"},
        {"broken", "", "broken", "certificate 1 is malformed"},
        {"open", "", "open", "mode 0666 lets others than its owner write; use chmod 0644"},
        {"ca.pem", "missing", "missing", "No such file or directory"},
        {"ca.pem", "ca.pem", "ca.pem", "holds no revocation list in PEM"},
        {"ca.pem", ".", ".", "is not a regular file"},
    };
    for (const auto& one : cases) {
        const std::string list = one.revocations;
        const auto trust = ClientTrust::read(authority.file(one.authorities), list.empty() ? "" : authority.file(list));
        CAPTURE(one.authorities);
        REQUIRE_FALSE(trust);
        CHECK(trust.error() == authority.file(one.file) + ": " + one.says);
    }
}
