#include <unistd.h>

#include <array>
#include <fstream>

#include "classes.hpp"
#include "gate.hpp"

namespace provider {

namespace {

using namespace tintype;

constexpr std::array properties{
    cim::PropertyDeclaration{.name = "Name", .key = true},
    cim::PropertyDeclaration{.name = "ResidentKilobytes", .type = cim::Type::uint64},
    cim::PropertyDeclaration{.name = "LiveCursors", .type = cim::Type::uint64},
    cim::PropertyDeclaration{.name = "Waiting", .type = cim::Type::uint64},
};

constexpr std::array<std::string_view, 1> superclasses{"Test_AnyProcess"};

constexpr cim::ClassDeclaration process_class{.name = "Test_Process",
                                              .cim_namespace = cim_namespace,
                                              .superclasses = superclasses,
                                              .properties = properties,
                                              .methods = {},
                                              .singleton = true};

constexpr cim::ClassDeclaration twin_class{.name = "Test_TwinProcess",
                                           .cim_namespace = cim_namespace,
                                           .superclasses = superclasses,
                                           .properties = properties,
                                           .methods = {},
                                           .singleton = true};

std::uint64_t resident_kilobytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t whole = 0;
    std::uint64_t resident = 0;
    statm >> whole >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

cim::Instance process_instance(const cim::ClassDeclaration& declaration) {
    cim::Instance instance(declaration);
    instance.set("Name", "this").set("ResidentKilobytes", resident_kilobytes());
    instance.set("LiveCursors", live_cursors()).set("Waiting", waiting_at_gate());
    return instance;
}

class OneInstance final : public wsman::InstanceCursor {
  public:
    explicit OneInstance(const cim::ClassDeclaration& declaration) : declaration_(&declaration) {}

    wsman::Result<std::vector<cim::Instance>> next(std::size_t) override {
        std::vector<cim::Instance> page;
        page.push_back(process_instance(*declaration_));
        return page;
    }

  private:
    const cim::ClassDeclaration* declaration_;
};

class ProcessResource final : public wsman::Resource {
  public:
    explicit ProcessResource(const cim::ClassDeclaration& declaration) : declaration_(&declaration) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return *declaration_; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }
    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath&) override {
        return process_instance(*declaration_);
    }
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<OneInstance>(*declaration_);
    }

  private:
    const cim::ClassDeclaration* declaration_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_process() {
    return std::make_unique<ProcessResource>(process_class);
}

std::unique_ptr<wsman::Resource> make_twin_process() {
    return std::make_unique<ProcessResource>(twin_class);
}

}  // namespace provider
