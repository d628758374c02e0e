#pragma once
/// \file
/// Which characters names are made of, outside of ASCII: XML 1.0, fourth edition, appendix B, as expat has it. (The
/// fifth edition lets in far more; a name that one side of a firewall reads and the other does not helps nobody.)

namespace tintype::soap {

/// \param c a code point from U+0080 on.
[[nodiscard]] bool starts_name(char32_t c) noexcept;
/// As above; what starts a name continues one too.
[[nodiscard]] bool continues_name(char32_t c) noexcept;

}  // namespace tintype::soap
