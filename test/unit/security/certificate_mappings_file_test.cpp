#include <doctest/doctest.h>

#include <string>

#include "security/temporary_folder.hpp"
#include "tintype/certificates.hpp"

using namespace tintype;
using namespace tintype::test;

namespace {

ClientCertificate named(const std::string& upn) {
    ClientCertificate certificate;
    certificate.upns.push_back(upn);
    return certificate;
}

}  // namespace

TEST_CASE("a certificate logs on as the user that the mappings name") {
    const TemporaryFolder folder;
    const auto opened = open_certificate_mappings(folder.write("mappings", "alice: upn a@example.com\n", 0644));
    REQUIRE(opened);
    const auto principal = (*opened)->identify(named("a@example.com"));
    REQUIRE(principal);
    CHECK(principal->name == "alice");
    CHECK(principal->scheme == "Certificate");
    CHECK(principal->authenticated);
    CHECK_FALSE((*opened)->identify(named("b@example.com")));
}

TEST_CASE("mappings are read again, and ones that can't be read leave the old in force") {
    const TemporaryFolder folder;
    const auto path = folder.write("mappings", "alice: upn a@example.com\n");
    const auto opened = open_certificate_mappings(path);
    REQUIRE(opened);
    auto& mappings = **opened;

    static_cast<void>(folder.write("mappings", "bob: upn a@example.com\nnonsense\n"));
    auto reloaded = mappings.reload();
    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error() == path + ": line 2: has no colon; expected user: kind value");
    CHECK(mappings.identify(named("a@example.com"))->name == "alice");

    static_cast<void>(folder.write("mappings", "bob: upn a@example.com\n"));
    REQUIRE(mappings.reload());
    CHECK(mappings.identify(named("a@example.com"))->name == "bob");

    static_cast<void>(folder.write("mappings", "carol: upn a@example.com\n", 0664));
    reloaded = mappings.reload();
    REQUIRE_FALSE(reloaded);
    CHECK(reloaded.error() == path + ": mode 0664 lets others than its owner write; use chmod 0644");
    CHECK(mappings.identify(named("a@example.com"))->name == "bob");
}

TEST_CASE("mappings that are not there are an error that names the file") {
    const TemporaryFolder folder;
    const auto opened = open_certificate_mappings(folder.path("missing"));
    REQUIRE_FALSE(opened);
    CHECK(opened.error() == folder.path("missing") + ": No such file or directory");
}
