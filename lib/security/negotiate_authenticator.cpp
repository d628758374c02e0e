#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "security/negotiate_context.hpp"
#include "security/negotiate_credentials.hpp"
#include "tintype/negotiate.hpp"

namespace tintype {
namespace {

using security::NegotiateCredentials;

class GssAuthenticator final : public NegotiateAuthenticator {
  public:
    explicit GssAuthenticator(NegotiateOptions options) : options_(std::move(options)) {}

    bool offers(NegotiateScheme scheme) const noexcept override {
        const auto credentials = current();
        return credentials->has_kerberos() || (scheme == NegotiateScheme::negotiate && credentials->has_ntlm());
    }

    std::unique_ptr<NegotiateContext> begin(NegotiateScheme scheme, std::string_view end_point) override {
        return std::make_unique<security::AcceptorContext>(current(), scheme, options_.channel_binding, end_point);
    }

    tl::expected<void, std::string> reload() override {
        auto credentials = NegotiateCredentials::read(options_);
        if (!credentials) return tl::unexpected(credentials.error());
        if (options_.log) {
            options_.log(LogLevel::info,
                         fmt::format("Negotiate: {}, {} NTLM users",
                                     (*credentials)->has_kerberos() ? "Kerberos by " + options_.keytab : "no Kerberos",
                                     (*credentials)->users().size()));
        }
        const std::lock_guard guard(lock_);
        credentials_ = *std::move(credentials);
        return {};
    }

  private:
    [[nodiscard]] std::shared_ptr<const NegotiateCredentials> current() const {
        const std::lock_guard guard(lock_);
        return credentials_;
    }

    const NegotiateOptions options_;
    mutable std::mutex lock_;
    std::shared_ptr<const NegotiateCredentials> credentials_;
};

}  // namespace

tl::expected<std::unique_ptr<NegotiateAuthenticator>, std::string> open_negotiate(NegotiateOptions options) {
    auto authenticator = std::make_unique<GssAuthenticator>(std::move(options));
    if (auto read = authenticator->reload(); !read) return tl::unexpected(read.error());
    return authenticator;
}

}  // namespace tintype
