#pragma once
/// \file
/// Classes of the tests' own, in a namespace of their own: people, teams and what ties them together, and a million
/// numbers. Each counts how it is asked.

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cim/same_object.hpp"
#include "support.hpp"
#include "tintype/service.hpp"
#include "tintype/wsman/resource.hpp"
#include "tintype/wsman/router.hpp"

namespace test {

using tintype::cim::ClassDeclaration;
using tintype::cim::Instance;
using tintype::cim::ObjectPath;
using tintype::cim::PropertyDeclaration;
using tintype::wsman::InstanceCursor;
using tintype::wsman::Resource;
using tintype::wsman::Result;

inline constexpr std::string_view own = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/own/";

inline constexpr std::array<std::string_view, 1> element_of{"Own_Element"};
inline constexpr std::array<std::string_view, 1> link_of{"Own_Link"};
inline constexpr std::array person_properties{
    PropertyDeclaration{.name = "Name", .key = true, .origin = "Own_Element"},
    PropertyDeclaration{.name = "Age", .type = tintype::cim::Type::uint16},
};
inline constexpr ClassDeclaration person_class{"Own_Person", "root/own", element_of, person_properties, {}};
inline constexpr std::array team_properties{PropertyDeclaration{.name = "Name", .key = true, .origin = "Own_Element"}};
inline constexpr ClassDeclaration team_class{"Own_Team", "root/own", element_of, team_properties, {}};
inline constexpr ClassDeclaration distant_class{"Own_Person", "root/elsewhere", element_of, person_properties, {}};

constexpr PropertyDeclaration end(std::string_view name) {
    return {.name = name, .type = tintype::cim::Type::reference, .key = true, .reference_class = "Own_Element"};
}
inline constexpr std::array pair_properties{end("Group"), end("Part")};
inline constexpr ClassDeclaration member_class{.name = "Own_Member",
                                               .cim_namespace = "root/own",
                                               .superclasses = link_of,
                                               .properties = pair_properties,
                                               .methods = {},
                                               .association = true};
inline constexpr ClassDeclaration leader_class{.name = "Own_Leader",
                                               .cim_namespace = "root/own",
                                               .superclasses = link_of,
                                               .properties = pair_properties,
                                               .methods = {},
                                               .association = true};
inline constexpr std::array meeting_properties{PropertyDeclaration{.name = "Id", .key = true}, end("Host"),
                                               end("Guest"), end("Place")};
inline constexpr ClassDeclaration meeting_class{.name = "Own_Meeting",
                                                .cim_namespace = "root/own",
                                                .superclasses = link_of,
                                                .properties = meeting_properties,
                                                .methods = {},
                                                .association = true};

inline ObjectPath name_of(const ClassDeclaration& declaration, std::string name) {
    return {{}, std::string(declaration.cim_namespace), std::string(declaration.name), {{"Name", std::move(name)}}};
}

/// A few instances, given a page at a time.
class TableCursor final : public InstanceCursor {
  public:
    explicit TableCursor(std::vector<Instance> rows) : rows_(std::move(rows)) {}
    Result<std::vector<Instance>> next(std::size_t limit) override {
        std::vector<Instance> page;
        while (page.size() < limit && at_ < rows_.size()) page.push_back(rows_[at_++]);
        return page;
    }

  private:
    std::vector<Instance> rows_;
    std::size_t at_ = 0;
};

/// A class whose instances are in a list. `gets`, `scans` and `lookups` count what it was asked for.
class Table final : public Resource {
  public:
    explicit Table(const ClassDeclaration& declaration) : declaration_(&declaration) {
        for (const auto& one : declaration.properties)
            if (one.key) keys_.push_back(one.name);
    }

    [[nodiscard]] const ClassDeclaration& declaration() const noexcept override { return *declaration_; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return keys_; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }

    Result<std::optional<Instance>> get(const ObjectPath& keys) override {
        ++gets;
        const ObjectPath wanted{{}, {}, std::string(declaration_->name), keys.keys};
        for (const auto& row : rows)
            if (tintype::cim::same_object(row.path(), wanted)) return row;
        return std::nullopt;
    }
    Result<std::unique_ptr<InstanceCursor>> enumerate() override {
        ++scans;
        return std::make_unique<TableCursor>(rows);
    }
    Result<std::unique_ptr<InstanceCursor>> references(const ObjectPath& object, std::string_view role) override {
        ++lookups;
        std::vector<Instance> found;
        for (const auto& row : rows) {
            const bool refers =
                std::any_of(declaration_->properties.begin(), declaration_->properties.end(),
                            [&](const auto& property) { return stands_in(row, property, object, role); });
            if (refers) found.push_back(row);
        }
        return std::make_unique<TableCursor>(std::move(found));
    }
    [[nodiscard]] std::optional<std::uint64_t> instance_count() const override { return rows.size(); }

    void add_pair(const ObjectPath& first, const ObjectPath& second) {
        Instance row(*declaration_);
        row.set(keys_[0], tintype::cim::Scalar(first)).set(keys_[1], tintype::cim::Scalar(second));
        rows.push_back(std::move(row));
    }

    std::vector<Instance> rows;
    int gets = 0;
    int scans = 0;
    int lookups = 0;

  private:
    static bool stands_in(const Instance& row, const PropertyDeclaration& property, const ObjectPath& object,
                          std::string_view role) {
        if (property.type != tintype::cim::Type::reference) return false;
        if (!role.empty() && !tintype::cim::equal_names(property.name, role)) return false;
        const auto* scalar = std::get_if<tintype::cim::Scalar>(&row.get(property.name));
        return scalar != nullptr && tintype::cim::same_object(std::get<ObjectPath>(*scalar), object);
    }

    const ClassDeclaration* declaration_;
    std::vector<std::string_view> keys_;
};

inline constexpr std::array number_properties{
    PropertyDeclaration{.name = "Number", .type = tintype::cim::Type::uint64, .key = true},
    PropertyDeclaration{.name = "Text"}};
inline constexpr ClassDeclaration number_class{"Own_Number", "root/own", {}, number_properties, {}};

/// What the million says of itself.
struct Counts {
    std::atomic<std::uint64_t> size = 1'000'000;
    std::atomic<std::size_t> made = 0;
    std::atomic<std::size_t> largest_page = 0;
    std::atomic<std::size_t> cursors = 0;
    std::atomic<int> error_at = -1;          ///< The number at which a cursor fails, once.
    std::atomic<std::size_t> text_size = 1;  ///< Of each number's text.
};

/// A million numbers, none of which is there before it is asked for.
class Million final : public Resource {
  public:
    explicit Million(Counts& counts) : counts_(&counts) {}
    [[nodiscard]] const ClassDeclaration& declaration() const noexcept override { return number_class; }
    [[nodiscard]] std::span<const std::string_view> required_keys() const noexcept override { return keys; }
    [[nodiscard]] bool may_block() const noexcept override { return false; }
    Result<std::optional<Instance>> get(const ObjectPath& path) override {
        return number(*counts_, std::stoull(*path.key("Number")));
    }
    Result<std::unique_ptr<InstanceCursor>> enumerate() override { return std::make_unique<Cursor>(*counts_); }

  private:
    static Instance number(Counts& counts, std::uint64_t value) {
        ++counts.made;
        Instance instance(number_class);
        instance.set("Number", value).set("Text", std::string(counts.text_size, 'x'));
        return instance;
    }

    class Cursor final : public InstanceCursor {
      public:
        explicit Cursor(Counts& counts) : counts_(&counts) { ++counts_->cursors; }
        ~Cursor() override { --counts_->cursors; }
        Result<std::vector<Instance>> next(std::size_t limit) override {
            counts_->largest_page = std::max(counts_->largest_page.load(), limit);
            std::vector<Instance> page;
            while (page.size() < limit && at_ < counts_->size) {
                if (counts_->error_at == static_cast<int>(at_)) {
                    counts_->error_at = -1;
                    at_ -= page.size();
                    return tintype::wsman::fail(tintype::wsman::faults::internal_error, "The disk is gone.");
                }
                page.push_back(number(*counts_, at_++));
            }
            return page;
        }

      private:
        Counts* counts_;
        std::uint64_t at_ = 0;
    };

    static constexpr std::array<std::string_view, 1> keys{"Number"};
    Counts* counts_;
};

/// An endpoint over these classes alone.
class OwnClasses : public tintype::Service {
  public:
    explicit OwnClasses(tintype::EndpointOptions options = {}) {
        options.host_name = "HV01";
        endpoint = std::make_unique<tintype::Endpoint>(*this, options);
    }

    void add_to(tintype::wsman::Router& router, const std::string& /*host_name*/) override {
        const auto add = [&](const ClassDeclaration& declaration) {
            auto table = std::make_unique<Table>(declaration);
            auto* const made = table.get();
            router.add(std::move(table));
            return made;
        };
        people = add(person_class);
        teams = add(team_class);
        members = add(member_class);
        leaders = add(leader_class);
        meetings = add(meeting_class);
        distant = add(distant_class);
        router.add(std::make_unique<Million>(counts));
    }

    tintype::Response send(const Message& message, std::string user = "alice") {
        return endpoint->handle(
            {message.text(), "application/soap+xml;charset=UTF-8", {std::move(user), "Basic", true}, "peer"});
    }

    ObjectPath add(Table& table, std::string name) {
        Instance row(table.declaration());
        row.set("Name", name);
        table.rows.push_back(std::move(row));
        return name_of(table.declaration(), std::move(name));
    }

    Table* people = nullptr;
    Table* teams = nullptr;
    Table* members = nullptr;
    Table* leaders = nullptr;
    Table* meetings = nullptr;
    Table* distant = nullptr;
    Counts counts;
    std::unique_ptr<tintype::Endpoint> endpoint;
};

inline Message enumerate_own(std::string_view class_name, std::string inside = {}) {
    auto message = enumerate(class_name, std::move(inside));
    message.resource = std::string(own) + std::string(class_name);
    return message;
}

inline std::string context_of(const tintype::Response& response) {
    return inside(response.body, "n:EnumerationContext");
}

}  // namespace test
