#pragma once
/// \file
/// One HTTP request as it is read.

#include "http/asio.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace tintype::http {

/// One header field: its last value and how often it was there.
struct Field {
    std::string_view value;
    unsigned count = 0;
};

/// What the server looks at in a request's head. Views into the bytes that were parsed.
struct RequestHead {
    std::string_view method;
    std::string_view target;
    bool http_1_1 = false;
    bool keep_alive = false;
    Field host, content_type, content_length, content_encoding, transfer_encoding, expect, authorization;
    Field identify;  ///< WSMANIDENTIFY (DSP0226 11)
};

/// Beast's parser with nothing kept but what is needed: no field is copied.
class RequestParser final : public boost::beast::http::basic_parser<true> {
  public:
    /// \param head_limit bytes of the head, which must be whole when it is put. \param body_limit bytes of the body; a
    /// sealed one may have its wrapping beside them.
    RequestParser(std::size_t head_limit, std::size_t body_limit);

    [[nodiscard]] const RequestHead& head() const noexcept { return head_; }
    /// The body is counted against its limit but not kept.
    void drop_body() noexcept { keep_body_ = false; }
    [[nodiscard]] std::string& body() noexcept { return body_; }
    [[nodiscard]] bool has_body() const noexcept { return !is_done(); }

  private:
    using beast_view = boost::beast::string_view;
    using field_name = boost::beast::http::field;

    void on_request_impl(boost::beast::http::verb verb, beast_view method, beast_view target, int version,
                         error_code& error) override;
    void on_response_impl(int status, beast_view reason, int version, error_code& error) override;
    void on_field_impl(field_name name, beast_view text, beast_view value, error_code& error) override;
    void on_header_impl(error_code& error) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& error) override;
    std::size_t on_body_impl(beast_view piece, error_code& error) override;
    void on_chunk_header_impl(std::uint64_t size, beast_view extensions, error_code& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t remaining, beast_view piece, error_code& error) override;
    void on_finish_impl(error_code& error) override;

    RequestHead head_;
    std::string body_;
    std::size_t body_limit_;
    std::size_t framing_bytes_ = 0;  // Of chunk headers: they carry no content, so they need a limit of their own.
    bool keep_body_ = true;
    bool in_trailer_ = false;
};

}  // namespace tintype::http
