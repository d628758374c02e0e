#include "tls_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

namespace tintype::daemon {
namespace {

struct Free {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
    void operator()(X509_EXTENSION* extension) const noexcept { X509_EXTENSION_free(extension); }
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
    void operator()(ASN1_OCTET_STRING* address) const noexcept { ASN1_OCTET_STRING_free(address); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr std::size_t longest_common_name = 64;

bool is_address(const std::string& host) {
    const Owned<ASN1_OCTET_STRING> address(a2i_IPADDRESS(host.c_str()));
    ERR_clear_error();
    return address != nullptr;
}

/// A host name of the characters that there are in certificates, `*.` in front allowed.
bool is_name(std::string_view host) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    if (host.starts_with("*.")) host.remove_prefix(2);
    constexpr std::size_t longest = 253;
    return !host.empty() && host.size() <= longest && host.front() != '.' && host.back() != '.' &&
           host.find("..") == std::string_view::npos && host.find_first_not_of(allowed) == std::string_view::npos;
}

tl::expected<std::vector<std::string>, std::string> hosts_of(const SelfSigned& wanted) {
    auto hosts = wanted.hosts;
    if (hosts.empty()) {
        std::array<char, 256> name{};
        if (::gethostname(name.data(), name.size() - 1) == 0 && is_name(name.data())) hosts.emplace_back(name.data());
        hosts.insert(hosts.end(), {"localhost", "127.0.0.1", "::1"});
    }
    for (const auto& host : hosts) {
        if (!is_address(host) && !is_name(host))
            return tl::unexpected(fmt::format("--host: \"{}\" is no host name and no address", host));
    }
    return hosts;
}

bool add(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    std::uint64_t number = 0;
    return RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number >> 1U) == 1;
}

Owned<X509> make_certificate(EVP_PKEY* key, const std::vector<std::string>& hosts, int days) {
    Owned<X509> certificate(X509_new());
    if (!certificate) return nullptr;
    std::vector<std::string> names;
    names.reserve(hosts.size());
    for (const auto& host : hosts) names.push_back((is_address(host) ? "IP:" : "DNS:") + host);
    // Longer names than X.520 has room for stand in the alternative name only.
    const std::string common = hosts.front().size() <= longest_common_name ? hosts.front() : "tintyped";
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    const bool good = X509_set_version(certificate.get(), X509_VERSION_3) == 1 && set_serial(certificate.get()) &&
                      // A client whose clock is a little behind takes it, too.
                      X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -300) != nullptr &&
                      X509_time_adj_ex(X509_getm_notAfter(certificate.get()), days, 0, nullptr) != nullptr &&
                      X509_set_pubkey(certificate.get(), key) == 1 &&
                      X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                                 reinterpret_cast<const unsigned char*>(common.data()),
                                                 static_cast<int>(common.size()), -1, 0) == 1 &&
                      X509_set_issuer_name(certificate.get(), subject) == 1 &&
                      add(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                      add(certificate.get(), NID_key_usage, "critical,digitalSignature") &&
                      add(certificate.get(), NID_ext_key_usage, "serverAuth") &&
                      add(certificate.get(), NID_subject_alt_name, fmt::format("{}", fmt::join(names, ","))) &&
                      add(certificate.get(), NID_subject_key_identifier, "hash") &&
                      X509_sign(certificate.get(), key, EVP_sha256()) > 0;
    return good ? std::move(certificate) : nullptr;
}

std::string text_of(BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return size <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

std::string thumbprint(const X509& certificate, const EVP_MD* function) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    X509_digest(&certificate, function, hash.data(), &size);
    std::string text;
    for (unsigned place = 0; place < size; ++place) text += fmt::format("{:02X}", hash[place]);
    return text;
}

tl::expected<void, std::string> write_new(const std::string& path, const std::string& text, mode_t mode) {
    const auto failed = [&path] {
        return tl::unexpected(fmt::format("{}: {}", path, std::generic_category().message(errno)));
    };
    // Never through a link, and never into what was there.
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return failed();
    const bool written = ::fchmod(file, mode) == 0 &&
                         ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(file) == 0;
    const int reason = errno;
    ::close(file);
    if (written) return {};
    ::unlink(path.c_str());
    errno = reason;
    return failed();
}

/// Both files or none. They take the old ones' places once both are written whole.
tl::expected<void, std::string> write_both(const SelfSigned& wanted, const std::string& certificate,
                                           const std::string& key) {
    std::error_code ignored;
    for (const auto& path : {wanted.certificate, wanted.key}) {
        if (!wanted.force && std::filesystem::exists(std::filesystem::symlink_status(path, ignored)))
            return tl::unexpected(fmt::format("{}: is there already; --force replaces it", path));
    }
    const auto new_key = wanted.key + ".new";
    const auto new_certificate = wanted.certificate + ".new";
    constexpr mode_t for_owner = 0600;
    constexpr mode_t for_all = 0644;
    if (auto written = write_new(new_key, key, for_owner); !written) return written;
    if (auto written = write_new(new_certificate, certificate, for_all); !written) {
        ::unlink(new_key.c_str());
        return written;
    }
    const bool key_placed = ::rename(new_key.c_str(), wanted.key.c_str()) == 0;
    if (key_placed && ::rename(new_certificate.c_str(), wanted.certificate.c_str()) == 0) return {};
    const auto failed = tl::unexpected(
        fmt::format("{}: {}", key_placed ? wanted.certificate : wanted.key, std::generic_category().message(errno)));
    ::unlink(new_key.c_str());
    ::unlink(new_certificate.c_str());
    return failed;
}

std::string advice(const SelfSigned& wanted, const std::vector<std::string>& hosts, const X509& certificate) {
    const auto certificate_path = std::filesystem::absolute(wanted.certificate);
    const auto& host = hosts.front();
    return fmt::format(
        "certificate: {0}\n"
        "key:         {1}\n"
        "for:         {2}\n"
        "good for:    {3} days\n"
        "SHA-1 thumbprint:   {4}\n"
        "SHA-256 thumbprint: {5}\n"
        "\n"
        "In tintyped.toml:\n"
        "  [[listener]]\n"
        "  url = \"https://0.0.0.0:5986/wsman\"\n"
        "  certificate = \"{0}\"\n"
        "  key = \"{1}\"\n"
        "\n"
        "Nobody trusts it yet. Clients do once they have the certificate (never the key):\n"
        "  Windows:  Import-Certificate -FilePath {7} -CertStoreLocation Cert:\\LocalMachine\\Root\n"
        "            or, to try: winrm ... -r:https://{6}:5986/wsman -skipcacheck\n"
        "  tintype:  --ca {7}\n"
        "  curl:     --cacert {7}\n",
        certificate_path.string(), std::filesystem::absolute(wanted.key).string(), fmt::join(hosts, ", "), wanted.days,
        thumbprint(certificate, EVP_sha1()), thumbprint(certificate, EVP_sha256()),
        host.find(':') == std::string::npos ? host : "[" + host + "]", certificate_path.filename().string());
}

}  // namespace

tl::expected<std::string, std::string> make_self_signed(const SelfSigned& wanted) {
    if (wanted.certificate.empty() || wanted.key.empty() || wanted.certificate == wanted.key)
        return tl::unexpected(std::string("--certificate and --key must be two files"));
    const auto hosts = hosts_of(wanted);
    if (!hosts) return tl::unexpected(hosts.error());
    const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    const auto certificate = key ? make_certificate(key.get(), *hosts, wanted.days) : nullptr;
    const Owned<BIO> certificate_text(BIO_new(BIO_s_mem()));
    const Owned<BIO> key_text(BIO_new(BIO_s_secmem()));
    if (!certificate || !certificate_text || !key_text ||
        PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        ERR_clear_error();
        return tl::unexpected(std::string("OpenSSL could not make the certificate"));
    }
    auto secret = text_of(key_text.get());
    const auto written = write_both(wanted, text_of(certificate_text.get()), secret);
    OPENSSL_cleanse(secret.data(), secret.size());
    if (!written) return tl::unexpected(written.error());
    return advice(wanted, *hosts, *certificate);
}

}  // namespace tintype::daemon
