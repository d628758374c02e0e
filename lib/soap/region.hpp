#pragma once
/// \file
/// A piece of an envelope's storage that is filled from front to back and never moves.

#include <cstddef>
#include <cstring>
#include <string_view>

namespace tintype::soap {

/// The owner makes it large enough for everything that one message can put into it (envelope_reader.cpp reckons how
/// much that is), so views into it stay valid. Should that reckoning be wrong, what does not fit is dropped and
/// overflowed() says so: the message is refused, memory is never touched.
class Region {
  public:
    Region() = default;
    Region(char* begin, std::size_t size) : at_(begin), end_(begin + size) {}

    void append(std::string_view text) noexcept {
        if (static_cast<std::size_t>(end_ - at_) < text.size()) {
            overflowed_ = true;
            return;
        }
        std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
    }
    /// Appends and gives the copy.
    std::string_view keep(std::string_view text) noexcept {
        const char* const begin = at_;
        append(text);
        return since(begin);
    }

    [[nodiscard]] const char* position() const noexcept { return at_; }
    /// Everything appended since position() was `begin`.
    [[nodiscard]] std::string_view since(const char* begin) const noexcept {
        return {begin, static_cast<std::size_t>(at_ - begin)};
    }
    [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

  private:
    char* at_ = nullptr;
    char* end_ = nullptr;
    bool overflowed_ = false;
};

}  // namespace tintype::soap
