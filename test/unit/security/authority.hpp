#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "security/temporary_folder.hpp"

namespace tintype::test {

/// A certificate authority of `openssl ca`, in a folder of its own: NAME.pem and NAME.key are what it makes.
class Authority {
  public:
    /// Makes the root `ca`.
    Authority() {
        put("index.txt", "");
        put("serial", "1000\n");
        put("crlnumber", "1000\n");
        put("ca.conf", "[ca]\ndefault_ca=d\n[d]\ndatabase=" + file("index.txt") + "\nserial=" + file("serial") +
                           "\ncrlnumber=" + file("crlnumber") + "\nnew_certs_dir=" + folder_.path(".") +
                           "\ndefault_md=sha256\ndefault_days=2\ndefault_crl_days=2\nunique_subject=no\npolicy=p\n"
                           "[p]\norganizationName=optional\norganizationalUnitName=optional\ncommonName=supplied\n"
                           "[req]\ndistinguished_name=dn\n[dn]\n");
        run("req -x509 " + new_key("ca") + " -subj '/O=Example/CN=Example CA' -days 3 " +
            "-addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign,cRLSign -out " +
            file("ca.pem"));
    }

    [[nodiscard]] std::string file(const std::string& name) const { return folder_.path(name); }
    [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

    /// A certificate that the authority (or another it made) signs. \param extensions lines of a section.
    /// \param dates options of `openssl ca`, such as an end in the past.
    void sign(const std::string& name, const std::string& subject, const std::string& extensions,
              const std::string& dates = {}, const std::string& by = "ca") const {
        put(name + ".ext", extensions);
        run("req -new " + new_key(name) + " -subj '" + subject + "' -out " + file(name + ".csr"));
        run("ca -batch -notext -config " + file("ca.conf") + " -cert " + file(by + ".pem") + " -keyfile " +
            file(by + ".key") + " -extfile " + file(name + ".ext") + " -in " + file(name + ".csr") + " -out " +
            file(name + ".pem") + " " + dates);
    }
    /// One for a client.
    void sign_client(const std::string& name, const std::string& subject, const std::string& names = {}) const {
        sign(name, subject, for_clients + (names.empty() ? "" : "subjectAltName=" + names + "\n"));
    }
    void self_sign(const std::string& name, const std::string& options) const {
        run("req -x509 -days 2 " + new_key(name) + " -out " + file(name + ".pem") + " " + options);
    }
    void revoke(const std::string& name) const {
        run("ca -config " + file("ca.conf") + " -cert " + file("ca.pem") + " -keyfile " + file("ca.key") + " -revoke " +
            file(name + ".pem"));
    }
    /// Writes crl.pem.
    void list_revoked(const std::string& by = "ca", const std::string& to = "crl.pem",
                      const std::string& options = {}) const {
        run("ca -config " + file("ca.conf") + " -cert " + file(by + ".pem") + " -keyfile " + file(by + ".key") +
            " -gencrl -out " + file(to) + " " + options);
    }
    /// The thumbprint in the form that openssl prints: with colons.
    [[nodiscard]] std::string thumbprint(const std::string& name, const std::string& function) const {
        run("x509 -noout -fingerprint -" + function + " -in " + file(name + ".pem") + " > " + file("fingerprint"));
        auto text = content_of(file("fingerprint"));
        text = text.substr(text.find('=') + 1);
        return text.substr(0, text.find('\n'));
    }

    inline static const std::string for_clients =
        "basicConstraints=CA:false\nkeyUsage=digitalSignature\nextendedKeyUsage=clientAuth\n";
    inline static const std::string for_servers =
        "basicConstraints=CA:false\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n";
    inline static const std::string for_authorities =
        "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n";

  private:
    void put(const std::string& name, const std::string& text) const { static_cast<void>(folder_.write(name, text)); }
    [[nodiscard]] std::string new_key(const std::string& name) const {
        return "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout " + file(name + ".key");
    }
    static void run(const std::string& arguments) {
        const auto command = "umask 077; openssl " + arguments + " 2>/dev/null";
        CAPTURE(command);
        REQUIRE(std::system(command.c_str()) == 0);
    }

    TemporaryFolder folder_;
};

}  // namespace tintype::test
