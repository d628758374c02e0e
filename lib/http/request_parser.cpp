#include "http/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include "security/encrypted_body.hpp"

namespace tintype::http {
namespace {

namespace beast = boost::beast;

// A client that sends a body of 512 KiB in chunks of 16 bytes stays under this.
constexpr std::size_t max_framing_bytes = std::size_t{256} * 1024;
constexpr std::size_t framing_bytes_a_chunk = 6;
// Boundaries, part headers, GSS-API's token.
constexpr std::size_t sealed_wrapping = 2048;
constexpr std::size_t largest_reservation = std::size_t{64} * 1024;

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

Field* field_of(RequestHead& head, beast::http::field name, beast::string_view text) {
    using beast::http::field;
    switch (name) {
        case field::host:
            return &head.host;
        case field::content_type:
            return &head.content_type;
        case field::content_length:
            return &head.content_length;
        case field::content_encoding:
            return &head.content_encoding;
        case field::transfer_encoding:
            return &head.transfer_encoding;
        case field::expect:
            return &head.expect;
        case field::authorization:
            return &head.authorization;
        default:
            return beast::iequals(text, "WSMANIDENTIFY") ? &head.identify : nullptr;
    }
}

}  // namespace

RequestParser::RequestParser(std::size_t head_limit, std::size_t body_limit) : body_limit_(body_limit) {
    eager(true);
    this->header_limit(static_cast<std::uint32_t>(head_limit));
    this->body_limit(body_limit);
}

void RequestParser::on_request_impl(beast::http::verb /*verb*/, beast_view method, beast_view target, int version,
                                    error_code& error) {
    head_.method = view(method);
    head_.target = view(target);
    head_.http_1_1 = version == 11;
    error = {};
}

void RequestParser::on_response_impl(int /*status*/, beast_view /*reason*/, int /*version*/, error_code& error) {
    error = {};
}

void RequestParser::on_field_impl(field_name name, beast_view text, beast_view value, error_code& error) {
    error = {};
    // Nothing that comes after the body may change what was decided before it (RFC 9110 6.5.1).
    if (in_trailer_) return;
    if (auto* field = field_of(head_, name, text)) {
        field->value = view(value);
        ++field->count;
    }
    // Before the head ends, where Beast compares it with Content-Length.
    if (name == field_name::content_type && security::is_encrypted(head_.content_type.value))
        body_limit(body_limit_ + sealed_wrapping);
}

void RequestParser::on_header_impl(error_code& error) {
    error = {};
    head_.keep_alive = keep_alive();
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) {
    error = {};
    if (length && keep_body_)
        body_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, largest_reservation)));
}

std::size_t RequestParser::on_body_impl(beast_view piece, error_code& error) {
    error = {};
    if (keep_body_) body_.append(piece.data(), piece.size());
    return piece.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, beast_view extensions, error_code& error) {
    error = {};
    in_trailer_ = size == 0;
    framing_bytes_ += extensions.size() + framing_bytes_a_chunk;
    if (framing_bytes_ > max_framing_bytes) error = beast::http::error::bad_chunk_extension;
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t /*remaining*/, beast_view piece, error_code& error) {
    return on_body_impl(piece, error);
}

void RequestParser::on_finish_impl(error_code& error) {
    error = {};
}

}  // namespace tintype::http
