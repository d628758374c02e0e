#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "security/certificate_mappings.hpp"
#include "security/private_file.hpp"
#include "tintype/certificates.hpp"

namespace tintype {
namespace {

using Mappings = std::vector<security::CertificateMapping>;

class CertificateMappingsFile final : public CertificateAuthenticator {
  public:
    explicit CertificateMappingsFile(std::string path) : path_(std::move(path)) {}

    tl::expected<Principal, std::string> identify(const ClientCertificate& certificate) override {
        const auto mappings = current();
        return security::user_of(certificate, *mappings).map([](std::string user) {
            return Principal{std::move(user), "Certificate", true};
        });
    }

    tl::expected<void, std::string> reload() override {
        const auto text = security::read_trusted_file(path_, security::max_mappings_file);
        if (!text) return tl::unexpected(text.error());
        auto mappings = security::parse_mappings(*text);
        if (!mappings) return tl::unexpected(fmt::format("{}: {}", path_, mappings.error()));
        auto fresh = std::make_shared<const Mappings>(*std::move(mappings));
        const std::lock_guard guard(lock_);
        mappings_ = std::move(fresh);
        return {};
    }

  private:
    [[nodiscard]] std::shared_ptr<const Mappings> current() const {
        const std::lock_guard guard(lock_);
        return mappings_;
    }

    const std::string path_;
    mutable std::mutex lock_;
    std::shared_ptr<const Mappings> mappings_ = std::make_shared<const Mappings>();
};

}  // namespace

tl::expected<std::unique_ptr<CertificateAuthenticator>, std::string> open_certificate_mappings(
    const std::string& path) {
    auto mappings = std::make_unique<CertificateMappingsFile>(path);
    if (auto read = mappings->reload(); !read) return tl::unexpected(read.error());
    return mappings;
}

}  // namespace tintype
