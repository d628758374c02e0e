#pragma once
/// \file
/// XML 1.0 (fourth edition) without document type declaration and processing instructions, token by token. It takes and
/// refuses what namespace-aware expat does, but for what a namespace prefix is bound to, which is the reader's
/// business.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "soap/region.hpp"

namespace tintype::soap {

/// A name cut at its colon: NCNames both, the prefix may be empty.
struct XmlName {
    std::string_view prefix;
    std::string_view local;
};

struct XmlAttribute {
    XmlName name;
    std::string_view value;  ///< Normalised, references resolved.
};

/// From 1, in characters.
struct XmlPosition {
    std::size_t line = 1;
    std::size_t column = 1;
};

/// Scans one message after another; keeps its memory between them and allocates none besides. Takes time linear in the
/// message's size, whatever is in it, and never recurses.
class XmlScanner {
  public:
    enum class Token {
        start,     ///< name(), attributes()
        end,       ///< Of the element that was opened last and is not closed; an empty element has one too.
        text,      ///< text(), which is a piece of an element's text; more may follow.
        finished,  ///< The document is complete and well-formed.
        refused    ///< problem(); nothing may be asked for after it.
    };

    XmlScanner();

    /// \param document UTF-8; bytes that are none are refused. It must live until the last token, views point into it.
    /// \param scratch takes attribute values that are not what stands in the document; at most document.size() bytes.
    /// \param most_attributes of one element, namespace declarations among them.
    void begin(std::string_view document, Region* scratch, std::size_t most_attributes);

    [[nodiscard]] Token next();

    [[nodiscard]] const XmlName& name() const noexcept { return name_; }
    [[nodiscard]] std::span<const XmlAttribute> attributes() const noexcept { return attributes_; }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// No `&`, `<`, `>` or carriage return is in text().
    [[nodiscard]] bool is_plain() const noexcept { return plain_; }

    enum class Problem { not_well_formed, too_many_attributes };
    [[nodiscard]] Problem problem() const noexcept { return problem_; }
    [[nodiscard]] const char* problem_words() const noexcept { return words_; }
    /// Where the last token begins, or what is refused stands. Costs a walk over the document.
    [[nodiscard]] XmlPosition position() const noexcept;

  private:
    Token next_outside();
    Token next_inside();
    Token next_in_cdata();
    Token start_tag();
    Token end_tag();
    Token markup();
    Token reference();
    Token run();

    bool skip_xml_declaration();
    bool skip_comment();
    bool scan_name(const char*& at, XmlName& name);
    const char* skip_ncname(const char* at);
    const char* skip_other_ncname(const char* begin, const char* at);
    bool scan_attributes(const char*& at);
    bool scan_value(const char*& at, std::string_view& value);
    bool normalise_value(const char* begin, const char*& at, std::string_view& value);
    bool check_duplicates();
    bool scan_reference(const char*& at, std::string_view& character);
    bool scan_character_number(const char*& at, std::string_view& character);
    const char* skip_character(const char* at);
    [[nodiscard]] bool stands_at(const char* at, std::string_view text) const noexcept;

    Token give_text(const char* begin, const char* end, bool plain) noexcept;
    Token refuse(const char* at, const char* words) noexcept;
    bool fail(const char* at, const char* words) noexcept;

    const char* begin_ = nullptr;
    const char* at_ = nullptr;
    /// Behind the last `>`. Behind it no markup can end, so it is only looked at when all before it has been read; and
    /// since `>` stops every loop over bytes, these need not look for the end.
    const char* end_ = nullptr;
    const char* document_end_ = nullptr;
    const char* token_ = nullptr;
    Region* scratch_ = nullptr;
    std::size_t most_attributes_ = 0;

    bool in_cdata_ = false;
    bool is_empty_ = false;  ///< The end of an empty element is yet to be told.
    bool root_seen_ = false;
    bool plain_ = false;
    XmlName name_;
    std::string_view text_;
    char character_[4] = {};              ///< What a character reference stands for.
    std::vector<std::string_view> open_;  ///< Names, as they are written, of the elements that are open.
    std::vector<XmlAttribute> attributes_;
    std::vector<std::string_view> names_;  ///< To find duplicates among many.
    const char* words_ = "";
    Problem problem_ = Problem::not_well_formed;
};

}  // namespace tintype::soap
