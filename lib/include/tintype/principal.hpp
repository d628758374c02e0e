#pragma once
/// \file
/// Who is asking, as the transport found out.

#include <string>

namespace tintype {

/// A caller. A value; safe to copy between threads.
struct Principal {
    std::string name{};          ///< As the log-on knows them; empty if nobody logged on.
    std::string scheme{};        ///< How: `Basic`, `Negotiate`, `Certificate`, … ; empty if nobody logged on.
    bool authenticated = false;  ///< Without this only an unauthenticated Identify is answered.
};

}  // namespace tintype
