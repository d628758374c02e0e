#pragma once
/// \file
/// A class that an embedder adds: a lamp that can be switched, served beside nothing else.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "support.hpp"
#include "tintype/service.hpp"
#include "tintype/wsman/generic_method.hpp"
#include "tintype/wsman/router.hpp"

namespace test {

inline constexpr auto lamp_properties = std::to_array<tintype::cim::PropertyDeclaration>({
    {.name = "Name", .key = true},
    {.name = "On", .type = tintype::cim::Type::boolean},
});
inline constexpr auto switch_parameters = std::to_array<tintype::cim::ParameterDeclaration>({
    {.name = "Previous", .type = tintype::cim::Type::boolean, .in = false, .out = true},
    {.name = "On", .type = tintype::cim::Type::boolean, .required = true},
    {.name = "Level", .type = tintype::cim::Type::uint8, .out = true},
    {.name = "Colors", .array = true, .out = true},
    {.name = "Other", .type = tintype::cim::Type::reference, .out = true, .reference_class = "Acme_Lamp"},
    {.name = "Since", .type = tintype::cim::Type::datetime, .out = true},
});
inline constexpr auto lamp_methods = std::to_array<tintype::cim::MethodDeclaration>({
    {.name = "Switch", .parameters = switch_parameters},
    {.name = "Blink"},
});
inline constexpr tintype::cim::ClassDeclaration lamp_class{.name = "Acme_Lamp",
                                                           .cim_namespace = "root/acme",
                                                           .superclasses = {},
                                                           .properties = lamp_properties,
                                                           .methods = lamp_methods,
                                                           .singleton = true};
inline constexpr std::string_view lamp_uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/acme/Acme_Lamp";

class LampResource final : public tintype::wsman::Resource {
  public:
    explicit LampResource(const tintype::wsman::Method* method) : method_(method) {}

    [[nodiscard]] const tintype::cim::ClassDeclaration& declaration() const noexcept override { return lamp_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }
    tintype::wsman::Result<std::optional<tintype::cim::Instance>> get(const tintype::cim::ObjectPath&) override {
        return std::nullopt;
    }
    tintype::wsman::Result<std::unique_ptr<tintype::wsman::InstanceCursor>> enumerate() override {
        return tintype::wsman::fail(tintype::wsman::faults::action_not_supported);
    }
    [[nodiscard]] const tintype::wsman::Method* method(std::string_view) const noexcept override { return method_; }

  private:
    const tintype::wsman::Method* method_;
};

/// An endpoint whose lamp has one method, whatever name it is called by.
class LampFixture final : public tintype::Service {
  public:
    explicit LampFixture(tintype::wsman::Method method) : method_(std::move(method)), endpoint_(*this, {}) {}

    void add_to(tintype::wsman::Router& router, const std::string&) override {
        router.add(std::make_unique<LampResource>(&method_));
    }

    /// \param input what stands in the body; `p` is bound to the class.
    tintype::Response invoke(const std::string& name, const std::string& input) {
        Message message;
        message.resource = lamp_uri;
        message.action = std::string(lamp_uri) + "/" + name;
        message.body = input;
        if (const auto at = message.body.find('>'); at != std::string::npos)
            message.body.insert(message.body[at - 1] == '/' ? at - 1 : at,
                                " xmlns:p=\"" + std::string(lamp_uri) +
                                    "\" xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\""
                                    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
        return endpoint_.handle(
            {message.text(), "application/soap+xml;charset=UTF-8", {"alice", "Basic", true}, "peer"});
    }

  private:
    tintype::wsman::Method method_;
    tintype::Endpoint endpoint_;
};

/// Everything in the answer's body.
inline std::string body_of(const tintype::Response& response) {
    const auto begin = response.body.find("<s:Body>");
    const auto end = response.body.find("</s:Body>");
    if (begin == std::string::npos || end == std::string::npos) return {};
    return response.body.substr(begin + 8, end - begin - 8);
}

}  // namespace test
