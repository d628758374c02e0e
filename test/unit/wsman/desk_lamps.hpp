#pragma once
/// \file
/// A class of the tests' own that does all of Transfer, one derived from it that does nothing but Get, and one whose
/// Get waits until it is told to go on.

#include <array>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "support.hpp"
#include "tintype/service.hpp"
#include "tintype/wsman/resource.hpp"
#include "tintype/wsman/router.hpp"

namespace test::desk {

namespace cim = tintype::cim;
namespace wsman = tintype::wsman;

inline constexpr std::string_view lamps = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/lamps/";

inline constexpr std::array<std::string_view, 1> lamp_superclasses{"CIM_Device"};
inline constexpr std::array<std::string_view, 2> spare_lamp_superclasses{"Test_Lamp", "CIM_Device"};
inline constexpr std::array lamp_properties{
    cim::PropertyDeclaration{.name = "Name", .key = true},
    cim::PropertyDeclaration{.name = "Floor", .type = cim::Type::uint8, .key = true},
    cim::PropertyDeclaration{.name = "On", .type = cim::Type::boolean, .writable = true},
    cim::PropertyDeclaration{.name = "Watts", .type = cim::Type::uint16, .writable = true},
    cim::PropertyDeclaration{.name = "Label", .writable = true},
    cim::PropertyDeclaration{.name = "Colours", .array = true, .writable = true},
    cim::PropertyDeclaration{.name = "Installed", .type = cim::Type::datetime},
    cim::PropertyDeclaration{
        .name = "Spare", .type = cim::Type::reference, .writable = true, .reference_class = "CIM_Device"},
};
inline constexpr cim::ClassDeclaration lamp_class{"Test_Lamp", "root/lamps", lamp_superclasses, lamp_properties, {}};
inline constexpr cim::ClassDeclaration spare_lamp_class{
    "Test_SpareLamp", "root/lamps", spare_lamp_superclasses, lamp_properties, {}};

// The name of a lamp that is put may change when the class says so.
inline constexpr std::array tag_properties{cim::PropertyDeclaration{.name = "Name", .key = true, .writable = true}};
inline constexpr cim::ClassDeclaration tag_class{"Test_Tag", "root/lamps", {}, tag_properties, {}};

class NoInstances final : public wsman::InstanceCursor {
  public:
    wsman::Result<std::vector<cim::Instance>> next(std::size_t) override { return std::vector<cim::Instance>{}; }
};

/// Keeps its instances by name. Its `changes` are what put() was told.
class Shelf final : public wsman::Resource {
  public:
    Shelf(const cim::ClassDeclaration& declaration, bool does_all) : declaration_(&declaration), all_(does_all) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return *declaration_; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return keys_; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }
    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        const auto* name = keys.key("Name");
        const auto found = lamps.find(name != nullptr ? *name : "");
        return found == lamps.end() ? std::nullopt : std::optional(found->second);
    }
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<NoInstances>();
    }
    [[nodiscard]] std::span<const wsman::OptionDeclaration> options() const noexcept override { return options_; }

    [[nodiscard]] bool has_put() const noexcept override { return all_; }
    wsman::Result<cim::Instance> put(const wsman::Call& call, const cim::ObjectPath& keys,
                                     const std::vector<wsman::PropertyValue>& values) override {
        const auto option = call.option("QUIETLY");
        quiet = option && option->value == "true";
        changes.clear();
        auto lamp = lamps.at(*keys.key("Name"));
        for (const auto& [place, value] : values) {
            const auto& property = declaration_->properties[place];
            lamp.set(property.name, value);
            changes.emplace_back(property.name);
        }
        lamps.erase(*keys.key("Name"));
        lamps.emplace(*lamp.path().key("Name"), lamp);
        return lamp;
    }
    [[nodiscard]] bool has_create() const noexcept override { return all_; }
    wsman::Result<cim::ObjectPath> create(const wsman::Call&,
                                          const std::vector<wsman::PropertyValue>& values) override {
        cim::Instance lamp(*declaration_);
        for (const auto& [place, value] : values) lamp.set(declaration_->properties[place].name, value);
        const auto path = lamp.path();
        const auto* name = path.key("Name");
        if (name == nullptr || name->empty()) return wsman::fail(wsman::faults::invalid_representation_missing_values);
        if (!lamps.emplace(*name, lamp).second) return wsman::fail(wsman::faults::already_exists);
        return path;
    }
    [[nodiscard]] bool has_delete() const noexcept override { return all_; }
    wsman::Result<void> remove(const wsman::Call&, const cim::ObjectPath& keys) override {
        if (lamps.erase(*keys.key("Name")) == 0) return wsman::fail(wsman::faults::destination_unreachable);
        return {};
    }

    std::map<std::string, cim::Instance> lamps;
    std::vector<std::string> changes;
    bool quiet = false;

  private:
    const cim::ClassDeclaration* declaration_;
    bool all_;
    static constexpr std::array<std::string_view, 1> keys_{"Name"};
    static constexpr std::array options_{wsman::OptionDeclaration{"Quietly", cim::Type::boolean},
                                         wsman::OptionDeclaration{"Steps", cim::Type::uint8}};
};

/// Something that one thread waits for and another does.
class Gate {
  public:
    void open() {
        const std::lock_guard guard(lock_);
        open_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock guard(lock_);
        changed_.wait(guard, [this] { return open_; });
    }

  private:
    std::mutex lock_;
    std::condition_variable changed_;
    bool open_ = false;
};

inline constexpr cim::ClassDeclaration slow_class{.name = "Test_Slow",
                                                  .cim_namespace = "root/lamps",
                                                  .superclasses = {},
                                                  .properties = tag_properties,
                                                  .methods = {},
                                                  .singleton = true};

/// Its Get says that it is there and waits at a gate.
class Slow final : public wsman::Resource {
  public:
    Slow(Gate& here, Gate& gate) : here_(here), gate_(gate) {}
    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return slow_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return true; }
    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath&) override {
        here_.open();
        gate_.wait();
        cim::Instance slow(slow_class);
        slow.set("Name", "slow");
        return slow;
    }
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<NoInstances>();
    }

  private:
    Gate& here_;
    Gate& gate_;
};

/// An endpoint with a lamp `desk` on the second floor and a spare one called `spare`.
class LampFixture final : public tintype::Service {
  public:
    explicit LampFixture(tintype::EndpointOptions options = {}) {
        options.host_name = "HV01";
        endpoint = std::make_unique<tintype::Endpoint>(*this, std::move(options));
        cim::Instance lamp(lamp_class);
        lamp.set("Name", "desk").set("Floor", 2).set("On", false).set("Watts", 40).set("Label", "old");
        lamp.set("Colours", cim::Value(cim::Array{std::string("red"), std::string("blue")}));
        lamp.set("Installed", cim::Value(cim::Scalar(cim::Timestamp(std::chrono::hours(490'000)))));
        shelf->lamps.emplace("desk", lamp);
        cim::Instance spare(spare_lamp_class);
        spare.set("Name", "spare").set("Floor", 2);
        spares->lamps.emplace("spare", spare);
        cim::Instance tag(tag_class);
        tag.set("Name", "blue");
        tags->lamps.emplace("blue", tag);
    }

    void add_to(wsman::Router& router, const std::string&) override {
        const auto add = [&](std::unique_ptr<Shelf> one) {
            auto* const kept = one.get();
            router.add(std::move(one));
            return kept;
        };
        shelf = add(std::make_unique<Shelf>(lamp_class, true));
        spares = add(std::make_unique<Shelf>(spare_lamp_class, false));
        tags = add(std::make_unique<Shelf>(tag_class, true));
        router.add(std::make_unique<Slow>(here, gate));
    }

    tintype::Response send(const Message& message) {
        return endpoint->handle({message.text(), "application/soap+xml", {"alice", "Basic", true}, "peer"});
    }

    Gate here, gate;
    Shelf* shelf = nullptr;
    Shelf* spares = nullptr;
    Shelf* tags = nullptr;
    std::unique_ptr<tintype::Endpoint> endpoint;
};

/// The first element of that name with all that is in it.
inline std::string element(std::string_view xml, const std::string& name) {
    const auto begin = xml.find("<" + name);
    const auto end = xml.find("</" + name + ">", begin);
    return end == std::string_view::npos ? std::string{} : std::string(xml.substr(begin, end - begin));
}

inline constexpr std::string_view transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer/";

/// A request about the lamp on the desk.
inline Message about_lamp(std::string_view operation, std::string body = {}) {
    return {.action = std::string(transfer) + std::string(operation),
            .resource = std::string(lamps) + "Test_Lamp",
            .selectors = "Name=desk",
            .headers = {},
            .body = std::move(body)};
}

/// The representation of a lamp with these properties.
inline std::string lamp(std::string_view properties, std::string_view class_name = "Test_Lamp") {
    std::string out = "<p:";
    out.append(class_name).append(" xmlns:p=\"").append(lamps).append(class_name);
    out.append("\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">").append(properties);
    return out.append("</p:").append(class_name).append(">");
}

inline Message put_lamp(std::string_view properties) {
    return about_lamp("Put", lamp(properties));
}

}  // namespace test::desk
