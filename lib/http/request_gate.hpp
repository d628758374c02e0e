#pragma once
/// \file
/// What a request's head must look like before anybody looks at who sent it (RFC 9110, RFC 9112, DSP0226 13).

#include <optional>
#include <string_view>

#include "http/request_parser.hpp"

namespace tintype::http {

/// Why a request is not served.
struct Refusal {
    unsigned status = 400;
    const char* why = "";
    bool close = false;  ///< Where it ends can't be trusted, so nothing further is read on its connection.
};

/// Nothing if the request may go on. \param path the listener's; it is also taken with a slash behind, and any query.
[[nodiscard]] std::optional<Refusal> check_head(const RequestHead& head, std::string_view path);

/// Nothing if the body's media type is one that is served. Not asked before the log-on, since what clients send until
/// then may be anything.
[[nodiscard]] std::optional<Refusal> check_media_type(const RequestHead& head);

/// Whether the body is announced as a sealed message.
[[nodiscard]] bool is_sealed(const RequestHead& head);

/// Whether a request is for a document about the service: a GET or HEAD with the query `wsdl`, `wsdl=…` or `xsd=…`.
[[nodiscard]] bool asks_metadata(const RequestHead& head);

/// What may be done with the target of a request, as the header field Allow says it.
[[nodiscard]] std::string_view allowed_methods(const RequestHead& head);

/// The query of a target, without its question mark; empty if there is none.
[[nodiscard]] std::string_view query_of(std::string_view target);

/// Whether the client waits for `100 Continue` before it sends the body.
[[nodiscard]] bool expects_continue(const RequestHead& head);

/// Whether the client asks for Identify without a log-on (DSP0226 11).
[[nodiscard]] bool asks_unauthenticated_identify(const RequestHead& head);

/// What an error of the parser is called in an answer.
[[nodiscard]] Refusal refusal_for(const error_code& error);

}  // namespace tintype::http
