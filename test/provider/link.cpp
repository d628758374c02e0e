#include <array>
#include <cstddef>
#include <string>

#include "classes.hpp"

namespace provider {

namespace {

using namespace tintype;

constexpr std::array properties{
    cim::PropertyDeclaration{
        .name = "Thing", .type = cim::Type::reference, .key = true, .reference_class = "Test_Thing"},
    cim::PropertyDeclaration{
        .name = "Number", .type = cim::Type::reference, .key = true, .reference_class = "Test_Number"},
    cim::PropertyDeclaration{.name = "Weight", .type = cim::Type::real64},
};

constexpr cim::ClassDeclaration link_class{.name = "Test_Link",
                                           .cim_namespace = cim_namespace,
                                           .superclasses = {},
                                           .properties = properties,
                                           .methods = {},
                                           .association = true};

constexpr int how_many = 10;

cim::ObjectPath thing_path() {
    return {{}, std::string(cim_namespace), "Test_Thing", {{"Name", "ok"}}};
}

cim::ObjectPath number_path(int number) {
    return {{}, std::string(cim_namespace), "Test_Number", {{"Number", std::to_string(number)}}};
}

cim::Instance link(int number) {
    cim::Instance instance(link_class);
    instance.set("Thing", cim::Value(cim::Scalar(thing_path())));
    instance.set("Number", cim::Value(cim::Scalar(number_path(number))));
    instance.set("Weight", cim::Value(cim::Scalar(number / 4.0)));
    return instance;
}

class LinkCursor final : public wsman::InstanceCursor {
  public:
    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        std::vector<cim::Instance> page;
        for (; next_ < how_many && page.size() < limit; ++next_) page.push_back(link(next_));
        return page;
    }

  private:
    int next_ = 0;
};

class LinkResource final : public wsman::Resource {
  public:
    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return link_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return keys; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& path) override {
        const auto thing = cim::parse_object_path(*path.key("Thing"));
        const auto number = cim::parse_object_path(*path.key("Number"));
        if (!thing || !number) return std::nullopt;
        for (int i = 0; i < how_many; ++i) {
            if (names(*thing, thing_path()) && names(*number, number_path(i))) return link(i);
        }
        return std::nullopt;
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<LinkCursor>();
    }

  private:
    static constexpr std::array<std::string_view, 2> keys{"Thing", "Number"};

    // A client's reference may say more about where its object is than ours.
    static bool names(const cim::ObjectPath& given, const cim::ObjectPath& own) {
        const auto& key = own.keys.front();
        const auto* value = given.key(key.name);
        return cim::equal_names(given.class_name, own.class_name) && value != nullptr && *value == key.value;
    }
};

}  // namespace

std::unique_ptr<wsman::Resource> make_link() {
    return std::make_unique<LinkResource>();
}

}  // namespace provider
