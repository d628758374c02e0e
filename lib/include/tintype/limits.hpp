#pragma once
/// \file
/// Every bound that the endpoint puts on what clients send, in one place.

#include <chrono>
#include <cstddef>

namespace tintype {

struct Limits {
    // One message.
    std::size_t max_envelope_size =
        std::size_t{512} * 1024;  ///< Bytes of a request's body on the wire, and of an answer's.
    std::size_t max_depth = 64;   ///< Nested elements.
    std::size_t max_elements = 10'000;
    std::size_t max_attributes = 32;   ///< An element's, namespace declarations not counted.
    std::size_t max_namespaces = 256;  ///< Declarations in a message.
    std::size_t max_selectors = 64;
    std::size_t max_options = 64;
    std::size_t max_uri_length = 2048;  ///< Characters of a URI (DSP0226 13: URILimitExceeded).

    // Enumeration.
    std::size_t max_contexts = 10'000;  ///< Open enumeration contexts over all users.
    std::size_t max_contexts_per_user = 1'000;
    std::chrono::seconds context_idle{60};           ///< An untouched context expires after this.
    std::chrono::seconds max_context_lifetime{600};  ///< The longest that a client's Expires is granted.
    std::size_t max_page = 1'000;                    ///< Items in one answer, whatever MaxElements says.

    // Time.
    std::chrono::milliseconds default_operation_timeout{60'000};  ///< When the request has no OperationTimeout.
};

}  // namespace tintype
