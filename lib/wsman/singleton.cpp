#include "wsman/singleton.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace tintype::wsman {

namespace {

class OneInstance final : public InstanceCursor {
  public:
    explicit OneInstance(cim::Instance instance) : instance_(std::move(instance)) {}

    Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        std::vector<cim::Instance> page;
        if (instance_ && limit > 0) page.push_back(*std::exchange(instance_, std::nullopt));
        return page;
    }

  private:
    std::optional<cim::Instance> instance_;
};

class Singleton final : public Resource {
  public:
    Singleton(const cim::ClassDeclaration& declaration, std::function<cim::Instance()> make, SingletonOptions options)
        : declaration_(&declaration), make_(std::move(make)), options_(std::move(options)) {}

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return *declaration_; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return {}; }
    [[nodiscard]] bool may_block() const noexcept override { return options_.may_block; }

    Result<std::optional<cim::Instance>> get(const cim::ObjectPath& keys) override {
        auto instance = make_();
        if (!names_singleton(keys, instance.path(), options_.host_key)) return std::nullopt;
        return instance;
    }

    Result<std::unique_ptr<InstanceCursor>> enumerate() override { return std::make_unique<OneInstance>(make_()); }

    [[nodiscard]] const Method* method(std::string_view name) const noexcept override {
        const auto found = std::find_if(options_.methods.begin(), options_.methods.end(),
                                        [&](const auto& one) { return cim::equal_names(one.first, name); });
        return found == options_.methods.end() ? nullptr : &found->second;
    }

  private:
    const cim::ClassDeclaration* declaration_;
    std::function<cim::Instance()> make_;
    SingletonOptions options_;
};

}  // namespace

bool names_singleton(const cim::ObjectPath& keys, const cim::ObjectPath& own, std::string_view host_key) {
    return std::all_of(keys.keys.begin(), keys.keys.end(), [&](const cim::Key& key) {
        const auto* value = own.key(key.name);
        return value != nullptr && (cim::equal_names(key.name, host_key) || cim::equal_names(*value, key.value));
    });
}

std::unique_ptr<Resource> make_singleton(const cim::ClassDeclaration& declaration, std::function<cim::Instance()> make,
                                         SingletonOptions options) {
    return std::make_unique<Singleton>(declaration, std::move(make), std::move(options));
}

}  // namespace tintype::wsman
