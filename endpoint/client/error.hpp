#pragma once
/// \file
/// How everything in the client fails.

#include <string>
#include <tl/expected.hpp>

#include "exit_code.hpp"

namespace tintype::client {

struct Error {
    ExitCode code = ExitCode::failed;
    std::string sentence;     ///< For people, one sentence.
    std::string detail = {};  ///< What --verbose shows besides: subcodes, the library's words; may be empty.
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ExitCode code, std::string sentence, std::string detail = {}) {
    return tl::unexpected(Error{code, std::move(sentence), std::move(detail)});
}

}  // namespace tintype::client
