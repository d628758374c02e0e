#include "transport.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <new>

#include "interruption.hpp"

namespace tintype::client {
namespace {

/// More than the largest answer that an endpoint gives, and no more than a client can hold.
constexpr std::size_t max_answer = std::size_t{64} * 1024 * 1024;

std::size_t receive(char* data, std::size_t size, std::size_t count, void* user) {
    auto& body = *static_cast<std::string*>(user);
    if (body.size() + size * count > max_answer) return 0;
    body.append(data, size * count);
    return size * count;
}

int progress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return Interruption::came() ? 1 : 0;
}

}  // namespace

struct Transport::Connection {
    Connection() : curl(curl_easy_init()) {
        if (curl == nullptr) throw std::bad_alloc();
        headers = curl_slist_append(headers, "Content-Type: application/soap+xml;charset=UTF-8");
        headers = curl_slist_append(headers, "Expect:");
    }
    ~Connection() {
        curl_easy_cleanup(curl);
        curl_slist_free_all(headers);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    template <class T>
    void set(CURLoption option, T value) {
        curl_easy_setopt(curl, option, value);
    }

    [[nodiscard]] tl::unexpected<Error> failure(CURLcode code) const {
        const std::string detail = fmt::format("libcurl {}: {}", static_cast<int>(code),
                                               *words.data() != '\0' ? words.data() : curl_easy_strerror(code));
        switch (code) {
            case CURLE_ABORTED_BY_CALLBACK:
                return fail(ExitCode::interrupted, "Interrupted.", detail);
            case CURLE_OPERATION_TIMEDOUT:
                return fail(ExitCode::timed_out, fmt::format("{} gave no answer in time.", url), detail);
            case CURLE_COULDNT_RESOLVE_HOST:
                return fail(ExitCode::unreachable, fmt::format("The host of {} is not known.", url), detail);
            case CURLE_COULDNT_CONNECT:
                return fail(ExitCode::unreachable, fmt::format("Nobody answers at {}.", url), detail);
            case CURLE_PEER_FAILED_VERIFICATION:
                return fail(ExitCode::unreachable,
                            fmt::format("The certificate of {} is not one to trust; --ca names a file with one.", url),
                            detail);
            case CURLE_SSL_CACERT_BADFILE:
                return fail(ExitCode::usage, "The file with certificates to trust can't be read.", detail);
            default:
                return fail(ExitCode::unreachable, fmt::format("The connection to {} failed.", url), detail);
        }
    }

    CURL* curl;
    curl_slist* headers = nullptr;
    std::array<char, CURL_ERROR_SIZE> words{};
    std::string url;
};

Transport::Transport(const Access& access, const std::string& password, std::chrono::seconds timeout)
    : connection_(std::make_unique<Connection>()) {
    Connection& c = *connection_;
    c.url = access.url;
    c.set(CURLOPT_ERRORBUFFER, c.words.data());
    c.set(CURLOPT_URL, access.url.c_str());
    c.set(CURLOPT_PROTOCOLS_STR, "http,https");
    c.set(CURLOPT_HTTPHEADER, c.headers);
    c.set(CURLOPT_WRITEFUNCTION, receive);
    c.set(CURLOPT_CONNECTTIMEOUT, 15L);
    c.set(CURLOPT_TIMEOUT, static_cast<long>(timeout.count()));
    c.set(CURLOPT_NOPROGRESS, 0L);
    c.set(CURLOPT_XFERINFOFUNCTION, progress);
    // A proxy that the environment names would read what goes in the clear.
    if (access.plain_http) c.set(CURLOPT_NOPROXY, "*");
    if (!access.ca.empty()) c.set(CURLOPT_CAINFO, access.ca.c_str());
    if (access.insecure) {
        c.set(CURLOPT_SSL_VERIFYPEER, 0L);
        c.set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!access.user.empty()) {
        c.set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        c.set(CURLOPT_USERNAME, access.user.c_str());
        c.set(CURLOPT_PASSWORD, password.c_str());
    }
}

Transport::~Transport() = default;

Result<HttpAnswer> Transport::post(const std::string& message) {
    Connection& c = *connection_;
    HttpAnswer answer;
    c.words.front() = '\0';
    c.set(CURLOPT_WRITEDATA, &answer.body);
    c.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.size()));
    c.set(CURLOPT_POSTFIELDS, message.data());
    if (const CURLcode code = curl_easy_perform(c.curl); code != CURLE_OK) return c.failure(code);
    curl_easy_getinfo(c.curl, CURLINFO_RESPONSE_CODE, &answer.status);
    const char* type = nullptr;
    curl_easy_getinfo(c.curl, CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) answer.content_type = type;
    const auto detail = fmt::format("HTTP {}", answer.status);
    if (answer.status == 401)
        return fail(ExitCode::access_denied, fmt::format("{} doesn't take this user and password.", c.url), detail);
    if (answer.status == 403)
        return fail(ExitCode::access_denied, fmt::format("{} doesn't allow this.", c.url), detail);
    return answer;
}

}  // namespace tintype::client
