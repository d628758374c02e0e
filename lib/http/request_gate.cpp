#include "http/request_gate.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "ascii/ascii.hpp"
#include "http/url.hpp"
#include "security/encrypted_body.hpp"

namespace tintype::http {
namespace {

/// What Beast lets through although it makes the request's end a matter of opinion.
std::optional<Refusal> check_framing(const RequestHead& head) {
    const auto refuse = [](const char* why) { return Refusal{400, why, true}; };
    const auto& length = head.content_length;
    const auto& encoding = head.transfer_encoding;
    if (length.count > 1) return refuse("more than one Content-Length");
    if (length.count == 1 &&
        (length.value.empty() || length.value.find_first_not_of("0123456789") != length.value.npos)) {
        return refuse("Content-Length is no number");
    }
    if (length.count != 0 && encoding.count != 0) return refuse("Content-Length beside Transfer-Encoding");
    if (encoding.count > 1 || (encoding.count == 1 && !ascii::same(encoding.value, "chunked"))) {
        return refuse("Transfer-Encoding other than chunked");
    }
    if (encoding.count != 0 && !head.http_1_1) return refuse("Transfer-Encoding in HTTP/1.0");
    if (head.host.count > 1) return refuse("more than one Host");
    if (head.host.count == 0 && head.http_1_1) return refuse("no Host");
    if (!head.host.value.empty() && !is_authority(head.host.value)) return refuse("Host is no host");
    for (const auto* field :
         {&head.content_type, &head.content_encoding, &head.expect, &head.authorization, &head.identify}) {
        if (field->count > 1) return refuse("a header field is there twice");
    }
    return std::nullopt;
}

bool is_path(std::string_view target, std::string_view path) {
    auto asked = path_of(target);
    if (asked.size() > 1 && asked.ends_with('/')) asked.remove_suffix(1);
    return asked == path;
}

bool names_metadata(std::string_view target) {
    const auto query = query_of(target);
    const auto name = query.substr(0, query.find('='));
    return ascii::same(name, "wsdl") || (ascii::same(name, "xsd") && name.size() < query.size());
}

std::string_view media_type_of(std::string_view content_type) {
    return ascii::trim(content_type.substr(0, content_type.find(';')));
}

}  // namespace

std::optional<Refusal> check_head(const RequestHead& head, std::string_view path) {
    if (auto refusal = check_framing(head)) return refusal;
    if (!is_path(head.target, path)) return Refusal{404, "no such path"};
    const bool metadata = asks_metadata(head);
    if (head.method != "POST" && !metadata) return Refusal{405, "method other than POST"};
    if (head.content_encoding.count != 0 && !ascii::same(head.content_encoding.value, "identity")) {
        return Refusal{415, "Content-Encoding other than identity"};
    }
    if (head.http_1_1 && head.expect.count != 0 && !ascii::same(head.expect.value, "100-continue")) {
        return Refusal{417, "expectation other than 100-continue"};
    }
    return std::nullopt;
}

std::optional<Refusal> check_media_type(const RequestHead& head) {
    if (head.content_type.count == 0 || asks_metadata(head) || is_sealed(head)) return std::nullopt;
    const auto type = media_type_of(head.content_type.value);
    if (ascii::same(type, "application/soap+xml")) return std::nullopt;
    // MS-WSMV 2.2.9.1.3: only CredSSP splits a sealed message.
    if (ascii::same(type, "multipart/x-multi-encrypted"))
        return Refusal{415, "sealed by CredSSP, which is not spoken here"};
    return Refusal{415, "media type other than application/soap+xml"};
}

bool is_sealed(const RequestHead& head) {
    return security::is_encrypted(head.content_type.value);
}

bool asks_metadata(const RequestHead& head) {
    return (head.method == "GET" || head.method == "HEAD") && names_metadata(head.target);
}

std::string_view allowed_methods(const RequestHead& head) {
    return names_metadata(head.target) ? "GET, HEAD, POST" : "POST";
}

std::string_view query_of(std::string_view target) {
    const auto mark = target.find('?');
    return mark == target.npos ? std::string_view() : target.substr(mark + 1);
}

bool expects_continue(const RequestHead& head) {
    return head.http_1_1 && head.expect.count != 0 && ascii::same(head.expect.value, "100-continue");
}

bool asks_unauthenticated_identify(const RequestHead& head) {
    return head.identify.count != 0 && ascii::same(head.identify.value, "unauthenticated");
}

Refusal refusal_for(const error_code& error) {
    namespace http = boost::beast::http;
    if (error == http::error::body_limit) return {413, "body over max_envelope_size", true};
    if (error == http::error::header_limit) return {431, "head over max_header_size", true};
    if (error == http::error::bad_version) return {505, "HTTP version other than 1.0 and 1.1", true};
    if (error == http::error::bad_content_length)
        return {400, "Content-Length is no number, or beside another length", true};
    if (error == http::error::bad_transfer_encoding) return {400, "Transfer-Encoding beside another length", true};
    if (error == http::error::bad_chunk || error == http::error::bad_chunk_extension)
        return {400, "malformed chunk", true};
    return {400, "malformed request", true};
}

}  // namespace tintype::http
