#include <fmt/format.h>
#include <openssl/crypto.h>
#include <security/pam_appl.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "security/remembered_credentials.hpp"
#include "security/user_name.hpp"
#include "tintype/pam.hpp"

namespace tintype {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_remembered = 10'000;
// Longer ones PAM modules cut (PAM_MAX_RESP_SIZE), so that a wrong end would not matter.
constexpr std::size_t max_password = PAM_MAX_RESP_SIZE - 1;

/// A password as a C string, wiped when it goes.
class Secret {
  public:
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { OPENSSL_cleanse(text_.data(), text_.size()); }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

  private:
    std::string text_;
};

/// PAM's answers are freed by whoever asked, so they are of malloc.
struct Answers {
    explicit Answers(std::size_t count)
        : all(static_cast<pam_response*>(std::calloc(count, sizeof(pam_response)))), size(count) {}
    Answers(const Answers&) = delete;
    Answers& operator=(const Answers&) = delete;
    ~Answers() {
        if (all == nullptr) return;
        for (const auto& answer : std::span(all, size)) {
            if (answer.resp != nullptr) OPENSSL_cleanse(answer.resp, std::strlen(answer.resp));
            std::free(answer.resp);
        }
        std::free(all);
    }
    pam_response* all;
    std::size_t size;
};

int converse(int count, const pam_message** questions, pam_response** answers, void* secret) {
    if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
    const auto size = static_cast<std::size_t>(count);
    Answers made(size);
    if (made.all == nullptr) return PAM_BUF_ERR;
    for (std::size_t i = 0; i < size; ++i) {
        const auto style = std::span(questions, size)[i]->msg_style;
        if (style == PAM_TEXT_INFO || style == PAM_ERROR_MSG) continue;
        if (style != PAM_PROMPT_ECHO_OFF) return PAM_CONV_ERR;
        auto* const answer = ::strdup(static_cast<const Secret*>(secret)->text().c_str());
        if (answer == nullptr) return PAM_BUF_ERR;
        std::span(made.all, size)[i].resp = answer;
    }
    *answers = std::exchange(made.all, nullptr);
    return PAM_SUCCESS;
}

/// In place of PAM's own wait after a failure, which would hold a thread.
void no_delay(int /*status*/, unsigned /*microseconds*/, void* /*secret*/) {}

/// One log-on.
class Transaction {
  public:
    Transaction(const PamOptions& options, const std::string& user, std::string_view password)
        : secret_(password), conversation_{converse, &secret_} {
        const auto& folder = options.configuration;
        status_ = folder.empty() ? ::pam_start(options.service.c_str(), user.c_str(), &conversation_, &handle_)
                                 : ::pam_start_confdir(options.service.c_str(), user.c_str(), &conversation_,
                                                       folder.c_str(), &handle_);
        if (status_ == PAM_SUCCESS) {
            // The item's type is that of a pointer to data; PAM takes it for a function again.
            status_ = ::pam_set_item(handle_, PAM_FAIL_DELAY, reinterpret_cast<const void*>(&no_delay));
        }
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
        if (handle_ != nullptr) ::pam_end(handle_, status_);
    }

    /// Both, the password and the account: PAM's status.
    int run() {
        if (status_ == PAM_SUCCESS) status_ = ::pam_authenticate(handle_, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
        if (status_ == PAM_SUCCESS) status_ = ::pam_acct_mgmt(handle_, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
        return status_;
    }

    [[nodiscard]] std::string user() const {
        const void* name = nullptr;
        if (::pam_get_item(handle_, PAM_USER, &name) != PAM_SUCCESS || name == nullptr) return {};
        return static_cast<const char*>(name);
    }

    [[nodiscard]] std::string words() const { return ::pam_strerror(handle_, status_); }

  private:
    Secret secret_;
    const pam_conv conversation_;
    pam_handle_t* handle_ = nullptr;
    int status_ = PAM_SYSTEM_ERR;
};

class PamAuthenticator final : public PasswordAuthenticator {
  public:
    explicit PamAuthenticator(PamOptions options)
        : options_(std::move(options)), remembered_(options_.memory, max_remembered) {}

    std::optional<Principal> recall(std::string_view user, std::string_view password) override {
        return remembered_.recall(user, password);
    }

    std::optional<Principal> verify(std::string_view user, std::string_view password) override {
        if (!security::is_user_name(user) || password.empty() || password.size() > max_password) return std::nullopt;
        // Of before the log-on: what it proves counts for nothing if everything is read again meanwhile.
        const auto epoch = remembered_.epoch();
        Transaction transaction(options_, std::string(user), password);
        const int status = transaction.run();
        if (status == PAM_AUTH_ERR || status == PAM_USER_UNKNOWN) return std::nullopt;
        if (status != PAM_SUCCESS) throw std::runtime_error("PAM: " + transaction.words());
        Principal principal{transaction.user(), "Basic", true};
        if (principal.name.empty()) throw std::runtime_error("PAM took the password and has no name for its user");
        remembered_.remember(epoch, user, password, principal);
        return principal;
    }

    /// PAM reads its files with each log-on; only what is remembered has to go.
    tl::expected<void, std::string> reload() override {
        remembered_.forget(max_remembered);
        return {};
    }

    [[nodiscard]] std::chrono::milliseconds refusal_time() const noexcept override { return 1'000ms; }

  private:
    const PamOptions options_;
    security::RememberedCredentials remembered_;
};

/// Without this PAM would take its service `other`, which is for everything that nobody thought of.
bool has_service(const PamOptions& options) {
    std::error_code ignored;
    const auto is_in = [&](const std::filesystem::path& folder) {
        return std::filesystem::is_regular_file(folder / options.service, ignored);
    };
    return options.configuration.empty() ? is_in("/etc/pam.d") || is_in("/usr/lib/pam.d")
                                         : is_in(options.configuration);
}

}  // namespace

tl::expected<std::unique_ptr<PasswordAuthenticator>, std::string> open_pam(PamOptions options) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    const auto& service = options.service;
    if (service.empty() || service.find_first_not_of(allowed) != std::string::npos) {
        return tl::unexpected(fmt::format("PAM service \"{}\": a name has a-z, 0-9, - and _ only", service));
    }
    if (!has_service(options)) {
        const auto folder = options.configuration.empty() ? std::string("/etc/pam.d") : options.configuration;
        return tl::unexpected(fmt::format("PAM service \"{}\": there is no {}/{}", service, folder, service));
    }
    return std::make_unique<PamAuthenticator>(std::move(options));
}

}  // namespace tintype
