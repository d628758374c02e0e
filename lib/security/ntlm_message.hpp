#pragma once
/// \file
/// What has to be known of NTLM's messages (MS-NLMP 2.2.1) and gss-ntlmssp doesn't tell. They are found inside of
/// SPNEGO tokens too. Nobody is let in by what stands here: only refused, and named in the log.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tintype::security {

/// The client's last message.
struct NtlmAuthenticate {
    std::string user{};     ///< `DOMAIN\user` as the client says, for the log: without control characters.
    bool version1 = false;  ///< The answer to the challenge is NTLM version 1's, which can be computed back.
};

[[nodiscard]] std::optional<NtlmAuthenticate> find_ntlm_authenticate(std::string_view token);

/// What the server's challenge agrees on.
struct NtlmChallenge {
    bool extended_session_security = false;  ///< Without it messages are protected by a CRC only.
    bool datagram = false;                   ///< Then replayed messages are not noticed.
};

[[nodiscard]] std::optional<NtlmChallenge> find_ntlm_challenge(std::string_view token);

}  // namespace tintype::security
