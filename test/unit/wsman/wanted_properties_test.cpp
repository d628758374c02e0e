// An instance that is made of the properties that a query wants only: the same as the whole one, for every class.
#include <set>
#include <thread>
#include <vector>

#include "support.hpp"
#include "tintype/host_service.hpp"
#include "tintype/wsman/router.hpp"

using namespace test;

namespace {

namespace cim = tintype::cim;
namespace wsman = tintype::wsman;

constexpr std::string_view wql = "http://schemas.microsoft.com/wbem/wsman/1/WQL";

// Changes from one look to the next.
const std::set<std::string_view> of_the_moment{
    "LocalDateTime",          "LastBootUpTime",    "FreePhysicalMemory", "FreeVirtualMemory",
    "FreeSpaceInPagingFiles", "NumberOfProcesses", "NumberOfUsers",      "ElapsedTime"};

std::vector<cim::Instance> all_of(wsman::Resource& resource) {
    auto cursor = resource.enumerate().value();
    return cursor->next(100).value();
}

/// A machine with snapshots and all there is of it; a job that ran.
struct Everything : Fixture {
    Everything() {
        backend->put_machine({.id = machine_id,
                              .name = "vm \"1\"",
                              .state = tintype::MachineState::running,
                              .notes = "notes",
                              .created = std::chrono::system_clock::now(),
                              .on_time = std::chrono::minutes(1),
                              .process_id = 7,
                              .current_snapshot = leaf_id});
        backend->put_snapshot({.id = "5E6F7081-0000-4000-8000-0000000000A3",
                               .machine = machine_id,
                               .parent = leaf_id,
                               .name = "another <&>",
                               .notes = "a\nb",
                               .created = std::chrono::system_clock::now(),
                               .holds_memory = true});
        const auto destroyed = send(destroy(root_id));
        Message job;
        job.resource = std::string(wmi) + "Msvm_ConcreteJob";
        job.selectors = "InstanceID=" + destroyed.summary.substr(destroyed.summary.rfind(' ') + 1);
        while (send(job).body.find("<p:JobState>7</p:JobState>") == std::string::npos) std::this_thread::yield();
        service.add_to(router, "HV01");
        host.add_to(router, "HV01");
    }

    tintype::HostService host;
    wsman::Router router;
};

std::string select(Fixture& fixture, const std::string& properties, std::string_view class_name) {
    auto answer = fixture.send(enumerate(
        "*", "<w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements><w:Filter Dialect=\"" + std::string(wql) +
                 "\">SELECT " + properties + " FROM " + std::string(class_name) + "</w:Filter>"));
    CHECK(answer.status == 200);
    const auto begin = answer.body.find("<w:Items>");
    return answer.body.substr(begin, answer.body.find("</w:Items>") - begin);
}

std::string replace_all(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

}  // namespace

TEST_CASE("an instance made of one property has it as the whole instance has, for every class and property") {
    Everything everything;
    std::size_t compared = 0;
    for (auto* const resource : everything.router.all({})) {
        const auto& declaration = resource->declaration();
        CAPTURE(declaration.name);
        const auto whole = all_of(*resource);
        for (std::size_t property = 0; property < declaration.properties.size(); ++property) {
            CAPTURE(declaration.properties[property].name);
            cim::PropertySet wanted(declaration);
            wanted.add(property);
            cim::InstancePage page;
            page.want(&wanted);
            auto cursor = resource->enumerate().value();
            CHECK_FALSE(cursor->fill(page, 100).value());
            REQUIRE(page.size() == whole.size());
            for (std::size_t i = 0; i < whole.size(); ++i) {
                if (of_the_moment.contains(declaration.properties[property].name)) continue;
                CHECK(page[i].values()[property] == whole[i].values()[property]);
                ++compared;
            }
        }
    }
    CHECK(compared > 500);
}

TEST_CASE("an instance that is found in a page is the one that get() gives, also where another stood before") {
    Everything everything;
    cim::InstancePage page;
    for (auto* const resource : everything.router.all({})) {
        const auto& declaration = resource->declaration();
        CAPTURE(declaration.name);
        for (const auto& one : all_of(*resource)) {
            page.clear(1);
            const auto path = one.path();
            REQUIRE(resource->find(path, page).value());
            REQUIRE(page.size() == 1);
            const auto got = resource->get(path).value();
            REQUIRE(got.has_value());
            for (std::size_t i = 0; i < declaration.properties.size(); ++i) {
                CAPTURE(declaration.properties[i].name);
                if (of_the_moment.contains(declaration.properties[i].name)) continue;
                CHECK(page[0].values()[i] == one.values()[i]);
                CHECK(got->values()[i] == one.values()[i]);
            }
        }
    }
}

TEST_CASE("a query that names all properties gets what one that names none does, for every class") {
    Everything everything;
    for (auto* const resource : everything.router.all("root/virtualization/v2")) {
        const auto& declaration = resource->declaration();
        if (declaration.name == "Msvm_ConcreteJob") continue;  // how long it has run changes
        CAPTURE(declaration.name);
        const std::string name(declaration.name);
        std::string properties;
        // Backwards, since a fragment has them in the class's order whatever the query's is.
        for (std::size_t i = declaration.properties.size(); i-- > 0;)
            properties += std::string(declaration.properties[i].name) + (i > 0 ? ", " : "");
        auto whole = select(everything, "*", name);
        whole = replace_all(std::move(whole), "<p:" + name + " xmlns", "<w:XmlFragment xmlns");
        whole = replace_all(std::move(whole), " xsi:type=\"p:" + name + "_Type\"", "");
        whole = replace_all(std::move(whole), "</p:" + name + ">", "</w:XmlFragment>");
        CHECK(select(everything, properties, name) == whole);
    }
}

TEST_CASE("a condition sees properties that the query doesn't select") {
    Fixture fixture;
    const auto found =
        select(fixture, "ElementName", "Msvm_VirtualSystemSettingData WHERE Parent LIKE '%" + middle_id + "%'");
    CAPTURE(found);
    CHECK(count(found, "<w:XmlFragment") == 1);
    CHECK(found.find("<p:ElementName>leaf</p:ElementName>") != std::string::npos);
    const auto system = select(fixture, "__RELPATH, IsSaved", "Msvm_VirtualSystemSettingData WHERE Notes IS NULL");
    CHECK(count(system, "<p:__RELPATH>Msvm_VirtualSystemSettingData.InstanceID=\"Microsoft:") == 4);
}

TEST_CASE("what one request was about is nothing that the next one finds") {
    Fixture fixture;
    Message one;
    one.selectors = "Name=" + machine_id;
    const auto of_nothing = enumerate("Msvm_ConcreteJob", "<w:OptimizeEnumeration/>");
    const auto by_key = "Msvm_VirtualSystemSettingData WHERE InstanceID = 'Microsoft:" + leaf_id + "'";
    for (int i = 0; i < 2; ++i) {
        CHECK(count(fixture.send(one).body, "<p:Msvm_ComputerSystem ") == 1);
        CHECK(fixture.send(of_nothing).body.find("<w:Items></w:Items>") != std::string::npos);
        CHECK(count(fixture.send(one).body, "<p:Msvm_ComputerSystem ") == 1);
        CHECK(count(select(fixture, "*", by_key), "<p:InstanceID>") == 1);
        CHECK(count(select(fixture, "*", by_key), "<p:Msvm_VirtualSystemSettingData ") == 1);
    }
}

TEST_CASE("references are enumerated with all of their keys") {
    Fixture fixture;
    const auto answer = fixture.send(enumerate("Msvm_ComputerSystem",
                                               "<w:OptimizeEnumeration/><w:MaxElements>9</w:MaxElements>"
                                               "<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>"));
    CHECK(count(answer.body, "<w:Selector Name=\"Name\">") == 2);
    CHECK(count(answer.body, "<w:Selector Name=\"CreationClassName\">Msvm_ComputerSystem<") == 2);
}
