#include <array>
#include <string>

#include "classes.hpp"
#include "gate.hpp"
#include "tintype/wsman/generic_method.hpp"

namespace provider {

namespace {

using namespace tintype;

constexpr std::array properties{cim::PropertyDeclaration{.name = "Name", .key = true}};

constexpr std::array methods{cim::MethodDeclaration{.name = "Open"}, cim::MethodDeclaration{.name = "Wait"}};

constexpr cim::ClassDeclaration slow_class{.name = "Test_Slow",
                                           .cim_namespace = cim_namespace,
                                           .superclasses = {},
                                           .properties = properties,
                                           .methods = methods,
                                           .singleton = true};

cim::Instance slow_instance() {
    cim::Instance instance(slow_class);
    instance.set("Name", "slow");
    return instance;
}

wsman::Result<void> wait() {
    if (wait_at_gate()) return {};
    return wsman::fail(wsman::faults::timed_out, "Nobody opened the gate.");
}

class SlowCursor final : public wsman::InstanceCursor {
  public:
    wsman::Result<std::vector<cim::Instance>> next(std::size_t) override {
        if (auto waited = wait(); !waited) return tl::unexpected(std::move(waited.error()));
        std::vector<cim::Instance> page;
        page.push_back(slow_instance());
        return page;
    }
};

class SlowResource final : public wsman::Resource {
  public:
    SlowResource() {
        open_ =
            wsman::make_method(slow_class, "Open", [](const auto&, const auto&, auto&) -> wsman::Result<std::uint32_t> {
                open_gate();
                return 0;
            });
        wait_ =
            wsman::make_method(slow_class, "Wait", [](const auto&, const auto&, auto&) -> wsman::Result<std::uint32_t> {
                if (auto waited = wait(); !waited) return tl::unexpected(std::move(waited.error()));
                return 0;
            });
    }

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return slow_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return true; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath&) override {
        if (auto waited = wait(); !waited) return tl::unexpected(std::move(waited.error()));
        return slow_instance();
    }
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<SlowCursor>();
    }
    [[nodiscard]] const wsman::Method* method(std::string_view name) const noexcept override {
        if (cim::equal_names(name, "Open")) return &open_;
        return cim::equal_names(name, "Wait") ? &wait_ : nullptr;
    }

  private:
    wsman::Method open_;
    wsman::Method wait_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_slow() {
    return std::make_unique<SlowResource>();
}

}  // namespace provider
