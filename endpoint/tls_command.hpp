#pragma once
/// \file
/// `tintyped tls self-signed`.

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace tintype::daemon {

struct SelfSigned {
    std::vector<std::string> hosts{};          ///< Names and addresses that clients reach it by; empty: the machine's.
    int days = 365;                            ///< How long it is good, 1 or more.
    std::string certificate = "tintyped.pem";  ///< Where to write it.
    std::string key = "tintyped.key";          ///< Where to write its key.
    bool force = false;                        ///< Replace files that are there.
};

/// Makes a key (ECDSA, P-256, mode 0600) and a certificate of its own for these names, signed by itself.
/// \returns what to tell the user: what is where and what to do with it. Errors: a name that is none, a file that is
/// there already or can't be written; then nothing is left behind.
[[nodiscard]] tl::expected<std::string, std::string> make_self_signed(const SelfSigned& wanted);

}  // namespace tintype::daemon
