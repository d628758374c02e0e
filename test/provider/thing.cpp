#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <stdexcept>

#include "classes.hpp"
#include "tintype/wsman/generic_method.hpp"

namespace provider {

namespace {

using namespace tintype;

constexpr std::array properties{
    cim::PropertyDeclaration{.name = "Name", .key = true},
    cim::PropertyDeclaration{.name = "Text", .writable = true},
    cim::PropertyDeclaration{.name = "Count", .type = cim::Type::uint32, .writable = true},
    cim::PropertyDeclaration{.name = "Secret"},
};

constexpr std::array shout_parameters{
    cim::ParameterDeclaration{.name = "Length", .type = cim::Type::uint32, .required = true},
    cim::ParameterDeclaration{.name = "Shout", .in = false, .out = true},
};

constexpr std::array methods{
    cim::MethodDeclaration{.name = "Shout", .parameters = shout_parameters},
};

constexpr std::array known_options{wsman::OptionDeclaration{.name = "Volume", .type = cim::Type::uint32}};

constexpr cim::ClassDeclaration thing_class{.name = "Test_Thing",
                                            .cim_namespace = cim_namespace,
                                            .superclasses = {},
                                            .properties = properties,
                                            .methods = methods};

const wsman::FaultEntry* named_fault(std::string_view name) {
    const auto found = std::find_if(wsman::fault_catalogue.begin(), wsman::fault_catalogue.end(), [&](const auto* row) {
        std::string own(row->subcode);
        if (own.empty()) own = row->code == wsman::FaultCode::must_understand ? "MustUnderstand" : "VersionMismatch";
        if (!row->detail.empty()) own += '/' + std::string(row->detail);
        return own == name;
    });
    return found == wsman::fault_catalogue.end() ? nullptr : *found;
}

// Fails as a name or a text tells it to.
wsman::Result<void> obey(std::string_view wish) {
    constexpr std::string_view prefix = "fault:";
    if (wish.starts_with(prefix)) {
        if (const auto* row = named_fault(wish.substr(prefix.size()))) return wsman::fail(*row);
    }
    if (wish == "failing") {
        wsman::Fault fault(wsman::faults::internal_error, "The backend failed.");
        fault.provider_words = "disk <2> is on fire & smoking";
        return tl::unexpected(std::move(fault));
    }
    if (wish == "throwing") throw std::runtime_error("thrown by the provider");
    return {};
}

std::string text_of(const cim::Value& value) {
    const auto* scalar = std::get_if<cim::Scalar>(&value);
    return scalar != nullptr ? cim::to_text(*scalar) : std::string();
}

struct Thing {
    cim::Value text;
    cim::Value count;
};

class Page final : public wsman::InstanceCursor {
  public:
    explicit Page(std::vector<cim::Instance> all) : all_(std::move(all)) {}
    wsman::Result<std::vector<cim::Instance>> next(std::size_t limit) override {
        const auto end = std::min(next_ + limit, all_.size());
        std::vector<cim::Instance> page(all_.begin() + static_cast<std::ptrdiff_t>(next_),
                                        all_.begin() + static_cast<std::ptrdiff_t>(end));
        next_ = end;
        return page;
    }

  private:
    std::vector<cim::Instance> all_;
    std::size_t next_ = 0;
};

class ThingResource final : public wsman::Resource {
  public:
    ThingResource() {
        things_.emplace("ok", Thing{});
        shout_ = wsman::make_method(thing_class, "Shout",
                                    [](const auto&, const auto& in, auto& out) -> wsman::Result<std::uint32_t> {
                                        out.set("Shout", std::string(*in.template value<std::uint32_t>("Length"), 'A'));
                                        return 0;
                                    });
    }

    [[nodiscard]] const cim::ClassDeclaration& declaration() const noexcept override { return thing_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return keys; }
    [[nodiscard]] bool may_block() const noexcept override { return true; }

    wsman::Result<std::optional<cim::Instance>> get(const cim::ObjectPath& path) override {
        const auto& name = *path.key("Name");
        if (auto obeyed = obey(name); !obeyed) return tl::unexpected(std::move(obeyed.error()));
        if (name == "large") return std::optional(cim::Instance(thing_class).set("Name", name).set("Text", large()));
        const std::lock_guard lock(mutex_);
        const auto found = things_.find(name);
        if (found == things_.end()) return std::nullopt;
        return instance(found->first, found->second);
    }

    // The instances themselves, and at the end whatever a created thing's text asks for.
    wsman::Result<std::unique_ptr<wsman::InstanceCursor>> enumerate() override {
        const std::lock_guard lock(mutex_);
        std::vector<cim::Instance> all;
        for (const auto& [name, thing] : things_) {
            if (auto obeyed = obey(name); !obeyed) return tl::unexpected(std::move(obeyed.error()));
            all.push_back(instance(name, thing));
        }
        return std::make_unique<Page>(std::move(all));
    }

    [[nodiscard]] std::span<const wsman::OptionDeclaration> options() const noexcept override { return known_options; }

    [[nodiscard]] const wsman::Method* method(std::string_view name) const noexcept override {
        return cim::equal_names(name, "Shout") ? &shout_ : nullptr;
    }

    [[nodiscard]] bool has_put() const noexcept override { return true; }
    wsman::Result<cim::Instance> put(const wsman::Call&, const cim::ObjectPath& path,
                                     const std::vector<wsman::PropertyValue>& changes) override {
        const std::lock_guard lock(mutex_);
        const auto found = things_.find(*path.key("Name"));
        if (found == things_.end()) return wsman::fail(wsman::faults::destination_unreachable);
        auto changed = found->second;
        if (auto obeyed = change(changed, changes); !obeyed) return tl::unexpected(std::move(obeyed.error()));
        found->second = changed;
        return instance(found->first, found->second);
    }

    [[nodiscard]] bool has_create() const noexcept override { return true; }
    wsman::Result<cim::ObjectPath> create(const wsman::Call&,
                                          const std::vector<wsman::PropertyValue>& values) override {
        std::string name;
        for (const auto& value : values) {
            if (value.property == 0) name = text_of(value.value);
        }
        if (name.empty()) return wsman::fail(wsman::faults::invalid_representation_missing_values, "Name is missing.");
        Thing thing;
        if (auto obeyed = change(thing, values); !obeyed) return tl::unexpected(std::move(obeyed.error()));
        const std::lock_guard lock(mutex_);
        const auto [at, added] = things_.emplace(name, thing);
        if (!added) return wsman::fail(wsman::faults::already_exists, "There is a thing of the name " + name + '.');
        return instance(at->first, at->second).path();
    }

    [[nodiscard]] bool has_delete() const noexcept override { return true; }
    wsman::Result<void> remove(const wsman::Call&, const cim::ObjectPath& path) override {
        const auto& name = *path.key("Name");
        const std::lock_guard lock(mutex_);
        if (things_.erase(name) == 0) return wsman::fail(wsman::faults::destination_unreachable);
        return {};
    }

  private:
    static constexpr std::array<std::string_view, 1> keys{"Name"};

    static std::string large() { return std::string(std::size_t{600} * 1024, 'x'); }

    static cim::Instance instance(const std::string& name, const Thing& thing) {
        cim::Instance made(thing_class);
        made.set("Name", name).set("Text", thing.text).set("Count", thing.count);
        return made;
    }

    // A text that asks for a fault gets it, and nothing is changed.
    static wsman::Result<void> change(Thing& thing, const std::vector<wsman::PropertyValue>& values) {
        for (const auto& value : values) {
            const auto name = properties[value.property].name;
            if (name == "Text") thing.text = value.value;
            if (name == "Count") thing.count = value.value;
        }
        return obey(text_of(thing.text));
    }

    std::mutex mutex_;
    std::map<std::string, Thing> things_;
    wsman::Method shout_;
};

}  // namespace

std::unique_ptr<wsman::Resource> make_thing() {
    return std::make_unique<ThingResource>();
}

}  // namespace provider
