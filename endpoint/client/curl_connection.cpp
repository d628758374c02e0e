#include "curl_connection.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <new>
#include <string_view>

#include "ascii/ascii.hpp"
#include "http/end_point_hash.hpp"
#include "interruption.hpp"

namespace tintype::client {
namespace {

/// More than the largest answer that an endpoint gives, and no more than a client can hold.
constexpr std::size_t max_answer = std::size_t{64} * 1024 * 1024;

/// What WinRM's clients say when TLS has shown their certificate.
constexpr auto* mutual = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual";

std::size_t receive(char* data, std::size_t size, std::size_t count, void* user) {
    auto& body = *static_cast<std::string*>(user);
    if (body.size() + size * count > max_answer) return 0;
    body.append(data, size * count);
    return size * count;
}

std::size_t receive_header(char* data, std::size_t size, std::size_t count, void* user) {
    constexpr std::string_view name = "WWW-Authenticate:";
    std::string_view line(data, size * count);
    if (ascii::begins_with(line, name)) {
        line.remove_prefix(name.size());
        const auto first = line.find_first_not_of(" \t");
        const auto last = line.find_last_not_of(" \t\r\n");
        if (first != std::string_view::npos && last != std::string_view::npos)
            static_cast<HttpAnswer*>(user)->challenges.emplace_back(line.substr(first, last + 1 - first));
    }
    return size * count;
}

int progress(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return Interruption::came() ? 1 : 0;
}

/// The headers of one request.
class Headers {
  public:
    Headers() = default;
    Headers(const Headers&) = delete;
    Headers& operator=(const Headers&) = delete;
    ~Headers() { curl_slist_free_all(list_); }

    void add(const std::string& line) {
        curl_slist* const longer = curl_slist_append(list_, line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        list_ = longer;
    }
    [[nodiscard]] curl_slist* get() const { return list_; }

  private:
    curl_slist* list_ = nullptr;
};

}  // namespace

struct CurlConnection::Handle {
    Handle() : curl(curl_easy_init()) {
        if (curl == nullptr) throw std::bad_alloc();
    }
    ~Handle() { curl_easy_cleanup(curl); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    template <class T>
    void set(CURLoption option, T value) const {
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
            case CURLE_SSL_CERTPROBLEM:
                return fail(ExitCode::usage, "The certificate and its key can't be used.", detail);
            default:
                return fail(ExitCode::unreachable, fmt::format("The connection to {} failed.", url), detail);
        }
    }

    CURL* curl;
    std::array<char, CURL_ERROR_SIZE> words{};
    std::string url;
    bool shows_certificate = false;
};

CurlConnection::CurlConnection(const Access& access, const std::string& password, std::chrono::seconds timeout)
    : handle_(std::make_unique<Handle>()) {
    Handle& c = *handle_;
    c.url = access.url;
    c.set(CURLOPT_ERRORBUFFER, c.words.data());
    c.set(CURLOPT_URL, access.url.c_str());
    c.set(CURLOPT_PROTOCOLS_STR, "http,https");
    c.set(CURLOPT_POST, 1L);
    c.set(CURLOPT_WRITEFUNCTION, receive);
    c.set(CURLOPT_HEADERFUNCTION, receive_header);
    c.set(CURLOPT_CONNECTTIMEOUT, 15L);
    c.set(CURLOPT_TIMEOUT, static_cast<long>(timeout.count()));
    c.set(CURLOPT_NOPROGRESS, 0L);
    c.set(CURLOPT_XFERINFOFUNCTION, progress);
    // A proxy that the environment names would read what goes in the clear.
    if (access.plain_http) c.set(CURLOPT_NOPROXY, "*");
    if (!access.plain_http) c.set(CURLOPT_CERTINFO, 1L);
    if (!access.ca.empty()) c.set(CURLOPT_CAINFO, access.ca.c_str());
    if (access.insecure) {
        c.set(CURLOPT_SSL_VERIFYPEER, 0L);
        c.set(CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (access.auth == Auth::basic) {
        c.set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        c.set(CURLOPT_USERNAME, access.user.c_str());
        c.set(CURLOPT_PASSWORD, password.c_str());
    }
    c.shows_certificate = access.auth == Auth::certificate;
    if (c.shows_certificate) {
        c.set(CURLOPT_SSLCERT, access.certificate.c_str());
        c.set(CURLOPT_SSLKEY, (access.key.empty() ? access.certificate : access.key).c_str());
    }
}

CurlConnection::~CurlConnection() = default;

Result<HttpAnswer> CurlConnection::send(const HttpRequest& request) {
    const Handle& c = *handle_;
    HttpAnswer answer;
    Headers headers;
    headers.add("Content-Type:" + (request.content_type.empty() ? "" : " " + request.content_type));
    headers.add("Expect:");
    if (c.shows_certificate) headers.add(fmt::format("Authorization: {}", mutual));
    if (!request.authorization.empty()) headers.add("Authorization: " + request.authorization);
    handle_->words.front() = '\0';
    c.set(CURLOPT_HTTPHEADER, headers.get());
    c.set(CURLOPT_WRITEDATA, &answer.body);
    c.set(CURLOPT_HEADERDATA, &answer);
    c.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    c.set(CURLOPT_POSTFIELDS, request.body.data());
    const CURLcode code = curl_easy_perform(c.curl);
    c.set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
    if (code != CURLE_OK) return c.failure(code);
    curl_easy_getinfo(c.curl, CURLINFO_RESPONSE_CODE, &answer.status);
    const char* type = nullptr;
    curl_easy_getinfo(c.curl, CURLINFO_CONTENT_TYPE, &type);
    if (type != nullptr) answer.content_type = type;
    return answer;
}

std::string CurlConnection::end_point() const {
    curl_certinfo* chain = nullptr;
    if (curl_easy_getinfo(handle_->curl, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr ||
        chain->num_of_certs < 1)
        return {};
    constexpr std::string_view name = "Cert:";
    for (const curl_slist* item = chain->certinfo[0]; item != nullptr; item = item->next) {
        const std::string_view text(item->data);
        if (!text.starts_with(name)) continue;
        const std::unique_ptr<BIO, decltype(&BIO_free)> source(
            BIO_new_mem_buf(text.data() + name.size(), static_cast<int>(text.size() - name.size())), &BIO_free);
        const std::unique_ptr<X509, decltype(&X509_free)> certificate(
            PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr), &X509_free);
        if (certificate) return http::end_point_hash(*certificate);
    }
    return {};
}

}  // namespace tintype::client
