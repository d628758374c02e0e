#pragma once
/// \file
/// One pass over a request: limits, namespaces, headers, canonical body (design decision 2).

#include <memory>
#include <string_view>
#include <tl/expected.hpp>

#include "soap/envelope.hpp"
#include "tintype/limits.hpp"

namespace tintype::soap {

/// Reads envelopes. One a thread, reused; not thread safe. A failed read leaves it as good as new.
class EnvelopeReader {
  public:
    EnvelopeReader();
    ~EnvelopeReader();
    EnvelopeReader(const EnvelopeReader&) = delete;
    EnvelopeReader& operator=(const EnvelopeReader&) = delete;

    /// \param message the HTTP body, in UTF-8 or UTF-16, with or without BOM.
    /// \param content_type the HTTP header's value (media type already checked); its charset parameter wins over what
    ///        the XML declaration says; a BOM wins where there is no charset parameter. Empty means UTF-8.
    tl::expected<Envelope, ReadError> read(std::string_view message, std::string_view content_type,
                                           const Limits& limits);

    /// Takes an envelope that is not needed any more, whichever reader it is from, so that the next needs no memory of
    /// its own. Views into it are no good from here on.
    void recycle(Envelope&& used) noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tintype::soap
