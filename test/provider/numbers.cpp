#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>

#include "classes.hpp"

namespace provider {

namespace {

using namespace tintype;

constexpr std::array properties{
    cim::PropertyDeclaration{.name = "Number", .type = cim::Type::uint64, .key = true},
    cim::PropertyDeclaration{.name = "Even", .type = cim::Type::boolean},
};

constexpr cim::ClassDeclaration number_class{
    .name = "Test_Number", .cim_namespace = cim_namespace, .superclasses = {}, .properties = properties, .methods = {}};

constexpr std::uint64_t how_many = 1'000'000;

std::atomic<std::size_t> alive = 0;

cim::Instance number_instance(std::uint64_t number) {
    cim::Instance instance(number_class);
    instance.set("Number", number).set("Even", number % 2 == 0);
    return instance;
}

class NumberCursor final : public wsman::InstanceCursor {
  public:
    NumberCursor() { ++alive; }
    ~NumberCursor() override { --alive; }

    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        std::vector<cim::Instance> page;
        for (const auto end = std::min<std::uint64_t>(next_ + limit, how_many); next_ < end; ++next_) {
            page.push_back(number_instance(next_));
        }
        return page;
    }

  private:
    std::uint64_t next_ = 0;
};

class NumberResource final : public wsman::Resource {
  public:
    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return number_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return keys; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& path) override {
        const auto* text = path.key("Number");
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (error != std::errc{} || end != text->data() + text->size()) {
            return wsman::fail(wsman::faults::invalid_selectors_type_mismatch, "Number is a number.");
        }
        if (number >= how_many) return std::nullopt;
        return number_instance(number);
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<NumberCursor>();
    }

  private:
    static constexpr std::array<std::string_view, 1> keys{"Number"};
};

}  // namespace

std::unique_ptr<wsman::Resource> make_number() {
    return std::make_unique<NumberResource>();
}

std::size_t live_cursors() noexcept {
    return alive;
}

}  // namespace provider
