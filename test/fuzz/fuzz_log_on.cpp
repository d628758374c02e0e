// What clients send to log on, and the users file that it is held against: Authorization of Basic, base64, NTLM's
// messages.
#include <algorithm>
#include <set>
#include <string>

#include "fuzz_input.hpp"
#include "security/base64.hpp"
#include "security/basic.hpp"
#include "security/ntlm_message.hpp"
#include "security/text_encoding.hpp"
#include "security/user_name.hpp"
#include "security/users_file.hpp"

using namespace tintype;

namespace {

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

void check_basic(std::string_view text) {
    const auto read = security::read_basic(text);
    if (!read) return;
    if (has_control(read->user()) || has_control(read->password())) fuzz::expect_none("a control character got in");
    if (read->user().find(':') != std::string_view::npos) fuzz::expect_none("a user with a colon");
    const auto again =
        "Basic " + security::encode_base64(std::string(read->user()) + ":" + std::string(read->password()));
    const auto back = security::read_basic(again);
    if (!back || back->user() != read->user() || back->password() != read->password())
        fuzz::expect_none("credentials change: " + again);
}

void check_base64(std::string_view text) {
    if (const auto bytes = security::decode_base64(text)) {
        if (security::decode_base64(security::encode_base64({bytes->data(), bytes->size()})) != bytes)
            fuzz::expect_none("bytes change in base64");
    }
    const auto digits = security::encode_base64(text);
    const auto back = security::decode_base64(digits);
    if (!text.empty() && (!back || std::string_view(back->data(), back->size()) != text))
        fuzz::expect_none("base64 is not read back: " + digits);
}

void check_ntlm(std::string_view token) {
    static_cast<void>(security::find_ntlm_challenge(token));
    const auto message = security::find_ntlm_authenticate(token);
    if (message && has_control(message->user)) fuzz::expect_none("a control character in a name for the log");
}

void check_users(std::string_view text) {
    const auto users = security::parse_users(text);
    if (!users) {
        // Whoever reads the log is not to learn what stands in the file.
        if (!users.error().starts_with("line ")) fuzz::expect_none("no line is named: " + users.error());
        return;
    }
    std::set<std::string> names;
    std::string written;
    for (const auto& user : *users) {
        if (!security::is_user_name(user.name)) fuzz::expect_none("a name that no user can have");
        if (!names.insert(user.name).second) fuzz::expect_none("a user is there twice");
        written += user.name + ":" + user.hash + "\n";
    }
    const auto again = security::parse_users(written);
    if (!again || again->size() != users->size()) fuzz::expect_none("users change:\n" + written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    const auto text = fuzz::text_of(data, size);
    check_basic(text);
    check_base64(text);
    check_ntlm(text);
    check_users(text);
    return 0;
}
