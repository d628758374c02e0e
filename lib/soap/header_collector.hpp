#pragma once
/// \file
/// Reads the header blocks of an envelope into values as they pass by.

#include <span>
#include <string>
#include <string_view>

#include "soap/canonical_writer.hpp"
#include "soap/envelope.hpp"
#include "soap/namespace_stack.hpp"
#include "soap/region.hpp"
#include "tintype/limits.hpp"

namespace tintype::soap {

/// Why a message is refused, without its place.
struct Problem {
    ReadFault fault = ReadFault::not_xml;
    std::string message;
    std::string header;
};

/// What start(), text() and end() are told stands inside s:Header. Each gives false when the message has to be refused;
/// problem() then says why. A piece of text is plain where none of it has to be escaped in canonical XML.
class HeaderCollector {
  public:
    /// Begins a message. Everything handed over must outlive its reading.
    /// \param names receives what may come while canonical XML is being written, \param out texts and canonical XML.
    void reset(Headers* headers, Region* names, Region* out, CanonicalWriter* writer, const NamespaceStack* namespaces,
               const Limits* limits);

    bool start(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes);
    bool text(std::string_view text, bool plain);
    bool end();

    [[nodiscard]] const Problem& problem() const noexcept { return problem_; }

  private:
    /// What a header holds.
    enum class Content {
        ignored,    ///< Not ours, or a second one.
        presence,   ///< Only that it is there counts.
        text,       ///< Text, and maybe a Policy.
        fragment,   ///< Mixed content of which the text counts, and a Dialect.
        language,   ///< Nothing but xml:lang.
        selectors,  ///< w:Selector elements.
        options,    ///< w:Option elements.
        endpoint,   ///< An endpoint reference.
    };
    struct KnownHeader {
        NamespaceId ns;
        Content content;
        std::string_view name;
        HeaderField Headers::*field;
        EndpointHeader Headers::*endpoint;
    };
    /// What is open inside an endpoint reference.
    enum class Part { address, parameters, other };

    static const KnownHeader* find(NamespaceId ns, std::string_view local);

    bool start_block(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes);
    bool begin_content(const KnownHeader& header, std::span<const Attribute> attributes);
    bool start_selector(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes);
    bool start_option(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes);
    bool start_endpoint_part(NamespaceId ns, std::string_view local, std::span<const Attribute> attributes);
    void end_selector_part();
    bool end_endpoint_part();

    bool invalid(std::string message);
    bool too_many(std::string_view what);

    Headers* headers_ = nullptr;
    Region* names_ = nullptr;
    Region* out_ = nullptr;
    CanonicalWriter* writer_ = nullptr;
    const NamespaceStack* namespaces_ = nullptr;
    const Limits* limits_ = nullptr;

    std::size_t level_ = 0;  ///< Open elements, the block included.
    Content content_ = Content::ignored;
    Part part_ = Part::other;
    std::string_view block_name_;  ///< For messages; of a known header only.
    HeaderField* field_ = nullptr;
    EndpointHeader* endpoint_ = nullptr;
    bool has_address_ = false;
    const char* content_begin_ = nullptr;  ///< Of the block's, selector's or option's text; of the parameters.
    const char* address_begin_ = nullptr;
    const char* reference_begin_ = nullptr;
    Problem problem_;
};

}  // namespace tintype::soap
