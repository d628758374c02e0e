#include "wsman/answer_headers.hpp"

namespace tintype::wsman {
namespace {

// What clients number their messages and their work with comes back to them, but not without end.
bool is_echoed(const soap::HeaderField& field) noexcept {
    constexpr std::size_t longest = 2'048;
    return field.present && field.text.size() <= longest;
}

std::string_view echo_of(const soap::HeaderField& field) noexcept {
    return is_echoed(field) ? field.text : std::string_view{};
}

}  // namespace

soap::AnswerHeaders answer_headers(const soap::Envelope& envelope, std::string_view action,
                                   std::string_view message_id) noexcept {
    soap::AnswerHeaders headers;
    headers.action = action;
    headers.message_id = message_id;
    const auto& sent = envelope.headers;
    headers.relates_to = echo_of(sent.message_id);
    headers.has_relates_to = is_echoed(sent.message_id);
    headers.operation_id = echo_of(sent.operation_id);
    headers.sequence_id = sent.operation_id.present ? echo_of(sent.sequence_id) : std::string_view{};
    headers.session_id = echo_of(sent.session_id);
    return headers;
}

std::size_t utf8_room(std::size_t bytes, const soap::Envelope& envelope) noexcept {
    return envelope.charset == soap::Charset::utf8 ? bytes : bytes / 2;
}

}  // namespace tintype::wsman
