#pragma once
/// \file
/// A whole endpoint over the memory backend, and requests for it.

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "tintype/backends.hpp"
#include "tintype/endpoint.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_service.hpp"
#include "tintype/worker_pool.hpp"

namespace test {

inline constexpr std::string_view wmi = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/";
inline constexpr std::string_view anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous";
inline constexpr std::string_view get = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get";
inline constexpr std::string_view enumeration = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/";

inline const std::string machine_id = "11111111-AAAA-4000-8000-000000000001";
inline const std::string root_id = "5E6F7081-0000-4000-8000-0000000000A0";
inline const std::string middle_id = "5E6F7081-0000-4000-8000-0000000000A1";
inline const std::string leaf_id = "5E6F7081-0000-4000-8000-0000000000A2";

/// A request as its parts; text() is the envelope.
struct Message {
    std::string action{get};
    std::string resource = std::string(wmi) + "Msvm_ComputerSystem";
    std::string selectors;  ///< `Name=value` pairs, separated by `;`.
    std::string headers;    ///< Further header XML.
    std::string body;

    [[nodiscard]] std::string text() const {
        std::string out =
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
            "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
            "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
            "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\"><s:Header><a:To>http://h/wsman</a:To>"
            "<a:MessageID>uuid:1</a:MessageID><a:ReplyTo><a:Address>" +
            std::string(anonymous) + "</a:Address></a:ReplyTo><a:Action s:mustUnderstand=\"true\">" + action +
            "</a:Action>";
        if (!resource.empty()) out += "<w:ResourceURI>" + resource + "</w:ResourceURI>";
        if (!selectors.empty()) {
            out += "<w:SelectorSet>";
            std::string_view rest = selectors;
            while (!rest.empty()) {
                const auto end = rest.find(';');
                const auto pair = rest.substr(0, end);
                rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
                const auto equals = pair.find('=');
                out += "<w:Selector Name=\"" + std::string(pair.substr(0, equals)) + "\">" +
                       std::string(pair.substr(equals + 1)) + "</w:Selector>";
            }
            out += "</w:SelectorSet>";
        }
        return out + headers + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
    }
};

inline Message destroy(std::string_view snapshot) {
    const std::string service = std::string(wmi) + "Msvm_VirtualSystemSnapshotService";
    Message message;
    message.resource = service;
    message.action = service + "/DestroySnapshot";
    message.body =
        "<p:DestroySnapshot_INPUT xmlns:p=\"" + service + "\"><p:AffectedSnapshot><a:Address>" +
        std::string(anonymous) + "</a:Address><a:ReferenceParameters><w:ResourceURI>" + std::string(wmi) +
        "Msvm_VirtualSystemSettingData</w:ResourceURI><w:SelectorSet><w:Selector Name=\"InstanceID\">Microsoft:" +
        std::string(snapshot) +
        "</w:Selector></w:SelectorSet></a:ReferenceParameters></p:AffectedSnapshot>"
        "</p:DestroySnapshot_INPUT>";
    return message;
}

inline Message enumerate(std::string_view class_name, std::string inside = {}) {
    Message message;
    message.resource = std::string(wmi) + std::string(class_name);
    message.action = std::string(enumeration) + "Enumerate";
    message.body = "<n:Enumerate>" + inside + "</n:Enumerate>";
    return message;
}

inline Message pull(std::string_view context, std::string inside = {}) {
    Message message;
    message.action = std::string(enumeration) + "Pull";
    message.body =
        "<n:Pull><n:EnumerationContext>" + std::string(context) + "</n:EnumerationContext>" + inside + "</n:Pull>";
    return message;
}

/// Text between the first `<tag>` or `<tag …>` and the next `</`, empty if there is none.
inline std::string inside(std::string_view xml, std::string_view tag) {
    for (auto at = xml.find(tag); at != std::string_view::npos; at = xml.find(tag, at + 1)) {
        const auto after = at + tag.size();
        if (at == 0 || xml[at - 1] != '<' || after >= xml.size() || (xml[after] != '>' && xml[after] != ' ')) continue;
        const auto begin = xml.find('>', after) + 1;
        return std::string(xml.substr(begin, xml.find("</", begin) - begin));
    }
    return {};
}

inline std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

/// An endpoint with one machine and a chain of three snapshots.
class Fixture {
  public:
    explicit Fixture(tintype::EndpointOptions options = {}) {
        options.host_name = "HV01";
        backend->put_machine({.id = machine_id, .name = "vm", .current_snapshot = leaf_id});
        backend->put_snapshot({.id = root_id, .machine = machine_id, .name = "root"});
        backend->put_snapshot({.id = middle_id, .machine = machine_id, .parent = root_id, .name = "middle"});
        backend->put_snapshot({.id = leaf_id, .machine = machine_id, .parent = middle_id, .name = "leaf"});
        endpoint = std::make_unique<tintype::Endpoint>(service, options);
    }

    tintype::Response send(std::string body, std::string content_type = "application/soap+xml;charset=UTF-8",
                           std::string user = "alice") {
        return endpoint->handle({std::move(body), std::move(content_type), {std::move(user), "Basic", true}, "peer"});
    }
    tintype::Response send(const Message& message, std::string user = "alice") {
        return send(message.text(), "application/soap+xml;charset=UTF-8", std::move(user));
    }

    std::unique_ptr<tintype::MemoryBackend> backend = tintype::make_memory_backend({.machines = 0});
    std::unique_ptr<tintype::JobStore> store = tintype::make_memory_job_store();
    tintype::WorkerPool workers{2};
    tintype::SnapshotService service{*backend, *store, workers};
    std::unique_ptr<tintype::Endpoint> endpoint;
};

/// Subcode, detail and status of a fault answer in one text: `500 w:InvalidSelectors/UnexpectedSelectors`.
inline std::string fault_of(const tintype::Response& response) {
    const auto code = inside(response.body, "s:Value");
    auto subcode_at = response.body.find("<s:Subcode><s:Value");
    std::string name = code;
    if (subcode_at != std::string::npos) name = inside(std::string_view(response.body).substr(subcode_at), "s:Value");
    const auto detail = inside(response.body, "w:FaultDetail");
    if (!detail.empty()) name += detail.substr(detail.rfind('/'));
    return std::to_string(response.status) + ' ' + name;
}

}  // namespace test
