// Bodies of sealed messages: what is read lies inside of the body, and is written and read back as the same.
#include <string>

#include "fuzz_input.hpp"
#include "security/encrypted_body.hpp"

using namespace tintype;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Budget budget;
    // The first line is the Content-Type.
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto line = input.substr(0, input.find('\n'));
    const auto body = input.substr(std::min(line.size() + 1, input.size()));
    static_cast<void>(security::is_encrypted(line));
    const auto read = security::read_encrypted_body(line, body);
    if (!read) return 0;
    if (!security::is_encrypted(line)) fuzz::expect_none("a body was read that is not said to be sealed");
    if (read->header.empty() || read->header.data() < body.data() ||
        read->data.data() + read->data.size() > body.data() + body.size()) {
        fuzz::expect_none("what was read is not in the body");
    }
    if (read->length > read->data.size()) fuzz::expect_none("there is less ciphertext than text");
    static_cast<void>(security::original_message(*read, std::string(read->data.substr(0, read->length))));

    const auto again = security::write_encrypted_body(read->protocol, read->original_type, read->length,
                                                      {std::string(read->header), std::string(read->data)});
    const auto back = security::read_encrypted_body(security::encrypted_content_type(read->protocol), again);
    if (!back) fuzz::expect_none("what was written is not read: " + back.error());
    if (back->original_type != read->original_type || back->length != read->length || back->header != read->header ||
        back->data != read->data) {
        fuzz::expect_none("what was written is read otherwise");
    }
    return 0;
}
