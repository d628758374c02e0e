#pragma once
/// \file
/// What an Endpoint serves: anything that adds classes to its router.

#include <optional>
#include <string>
#include <string_view>

namespace tintype {

namespace wsman {
class Router;
}

/// Ownership: must outlive the endpoint that serves it.
class Service {
  public:
    Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    virtual ~Service() = default;

    /// Adds its classes. Called once by the endpoint's constructor.
    /// \param host_name the name of this machine in answers.
    virtual void add_to(wsman::Router& router, const std::string& host_name) = 0;

    /// A document of its own for `GET /wsman?QUERY`, instead of what the library makes of the class declarations: the
    /// schema that its typed messages were bound with, for one. Any thread; must not wait.
    /// \param query `wsdl=root/acme/Acme_Lamp`, `xsd=root/acme/Acme_Lamp`, or whatever else a document of it names:
    ///        `xsd=NAME`. As it stands in the URL. \returns the XML, or nothing: the library's.
    [[nodiscard]] virtual std::optional<std::string> metadata(std::string_view query) const;
};

}  // namespace tintype
