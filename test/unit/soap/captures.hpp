#pragma once
/// \file
/// The requests of test/captures, taken apart.

#include <string>
#include <vector>

namespace tintype::test {

struct Capture {
    std::string name;          ///< Of the file, without `.http`.
    std::string content_type;  ///< Empty if the request has none.
    std::string body;
};

/// All of them, by name. Throws if the folder can't be read.
const std::vector<Capture>& captures();
const Capture& capture(const std::string& name);

}  // namespace tintype::test
