#include "host/singleton.hpp"

#include <utility>

namespace tintype::host {

namespace {

class OneInstance final : public wsman::InstanceCursor {
  public:
    explicit OneInstance(cim::Instance instance) : instance_(std::move(instance)) {}

    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        std::vector<cim::Instance> page;
        if (instance_ && limit > 0) page.push_back(*std::exchange(instance_, std::nullopt));
        return page;
    }

  private:
    std::optional<cim::Instance> instance_;
};

class Singleton final : public wsman::Resource {
  public:
    Singleton(const cim::ClassDeclaration& declaration, std::function<cim::Instance()> make)
        : declaration_(&declaration), make_(std::move(make)) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return *declaration_; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    /// /etc lies on a disk.
    [[nodiscard]] bool may_block() const noexcept override { return true; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        auto instance = make_();
        const auto path = instance.path();
        for (const auto& key : keys.keys) {
            if (cim::equal_names(key.name, "CSName")) continue;
            const auto* own = path.key(key.name);
            if (own == nullptr || !cim::equal_names(*own, key.value)) return std::nullopt;
        }
        return instance;
    }

    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        return std::make_unique<OneInstance>(make_());
    }

  private:
    const cim::ClassDeclaration* declaration_;
    std::function<cim::Instance()> make_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_singleton(const cim::ClassDeclaration& declaration,
                                                std::function<cim::Instance()> make) {
    return std::make_unique<Singleton>(declaration, std::move(make));
}

}  // namespace tintype::host
