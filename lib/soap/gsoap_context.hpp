#pragma once
/// \file
/// A gSOAP context that is used over and over, the short way: without soap_begin() and soap_end(), which together cost
/// more than all reading and writing, since they clear tables that our messages never use.
///
/// This writes fields of struct soap directly and so holds for one version of gSOAP; gsoap_context.cpp checks which.

#include <soapH.h>

#include <memory>
#include <string>
#include <string_view>

namespace tintype::soap {

/// 164 KB; one a thread. After any error call reset(): what a broken message left behind must not meet the next one.
class GsoapContext {
  public:
    static GsoapContext& of_this_thread();

    GsoapContext();

    /// Makes `canonical` (one element and what is in it, prefixes `p` and `xsi` on what gSOAP parses) the input of
    /// soap_in_X. It must live until end_reading().
    ::soap* begin_reading(std::string_view canonical);
    /// Frees what soap_in_X gave. True if nothing but the element was there.
    bool end_reading();

    /// Makes `out` the output of soap_out_X.
    ::soap* begin_writing(std::string& out);
    void end_writing();

    /// Back to the state after construction.
    void reset();

    /// What grows if this is done wrongly: attribute names that gSOAP remembers, and blocks of its pointer table.
    [[nodiscard]] std::size_t remembered() const noexcept;

  private:
    void configure();

    struct Free {
        void operator()(::soap* context) const noexcept;
    };
    std::unique_ptr<::soap, Free> soap_;
    std::string_view unread_;  ///< What does not fit into gSOAP's buffer.
    std::string* out_ = nullptr;
};

}  // namespace tintype::soap
