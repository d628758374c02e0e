#pragma once
/// \file
/// The operations of WS-Management that the commands are made of.

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "instance.hpp"
#include "request.hpp"
#include "soap/envelope_reader.hpp"
#include "transport.hpp"

namespace tintype::client {

/// What a method answered.
struct MethodAnswer {
    Instance output;        ///< Its `…_OUTPUT`, ReturnValue and Job among the properties.
    long return_value = 0;  ///< 4096: a job does it.
    std::string job;        ///< InstanceID of the job; empty: none.
};

/// Talks to one endpoint. A fault is the Error that it says. Not thread safe.
class Session {
  public:
    Session(const Access& access, const std::string& password, std::chrono::seconds timeout);

    [[nodiscard]] Result<Instance> identify();
    [[nodiscard]] Result<Instance> get(std::string_view class_name, std::span<const cim::Key> keys);
    /// Puts one property, as a fragment.
    [[nodiscard]] Result<void> put(std::string_view class_name, std::span<const cim::Key> keys,
                                   std::string_view property, std::string_view value);
    /// All instances of a class.
    [[nodiscard]] Result<std::vector<Instance>> enumerate(std::string_view class_name);
    /// What a query of WQL finds. \param cim_namespace it is asked in.
    [[nodiscard]] Result<std::vector<Instance>> query(std::string_view wql, std::string_view cim_namespace);
    /// Calls a method. \param target the instance: class, keys, namespace; no keys for a singleton.
    [[nodiscard]] Result<MethodAnswer> invoke(const cim::ObjectPath& target, std::string_view method,
                                              std::span<const Argument> arguments);

  private:
    [[nodiscard]] Result<soap::Envelope> ask(const Request& request);
    [[nodiscard]] Result<soap::Envelope> send(const std::string& message);
    [[nodiscard]] Result<std::vector<Instance>> pull_all(const std::string& resource_uri, const std::string& filter);

    Transport transport_;
    soap::EnvelopeReader reader_;
    Limits limits_;
    std::string url_;
    std::chrono::seconds timeout_;
};

}  // namespace tintype::client
