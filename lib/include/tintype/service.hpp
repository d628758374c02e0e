#pragma once
/// \file
/// What an Endpoint serves: anything that adds classes to its router.

#include <string>

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
};

}  // namespace tintype
