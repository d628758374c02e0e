// The whole engine, bytes to bytes: every answer is well-formed XML that our own reader takes too, with a status that
// is said to be possible and, where it is a fault, one of the catalogue.
//
// Served are the snapshot service, the host's classes and the unit tests' lamps, which know Put, Create and Delete.
//
// The input: a byte for Content-Type and who asks, then one or more messages with the byte 1E between them, so that
// what one began another goes on with: `@CONTEXT@` stands for the context of the last enumeration, `@JOB@` for the last
// job.
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "desk_lamps.hpp"
#include "fuzz_input.hpp"
#include "reference_dom.hpp"
#include "soap/charset.hpp"
#include "soap/envelope_reader.hpp"
#include "soap/namespaces.hpp"
#include "tintype/authorization.hpp"
#include "tintype/backends.hpp"
#include "tintype/endpoint.hpp"
#include "tintype/host_service.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_service.hpp"
#include "tintype/wsman/fault_catalogue.hpp"

using namespace tintype;

namespace {

constexpr std::size_t most_messages = 6;

/// Work is done when the message that started it has been answered.
class Afterwards final : public Executor {
  public:
    void post(std::function<void()> work) override { work_.push_back(std::move(work)); }
    void run_all() {
        while (!work_.empty()) {
            auto work = std::move(work_);
            work_.clear();
            for (auto& one : work) one();
        }
    }

  private:
    std::vector<std::function<void()>> work_;
};

/// A machine with a chain of three snapshots, and one without any.
std::unique_ptr<MemoryBackend> make_backend() {
    auto backend = make_memory_backend({.machines = 0});
    const std::string vm = "11111111-AAAA-4000-8000-000000000001";
    const std::string root = "5E6F7081-0000-4000-8000-0000000000A0";
    const std::string middle = "5E6F7081-0000-4000-8000-0000000000A1";
    const std::string leaf = "5E6F7081-0000-4000-8000-0000000000A2";
    backend->put_machine({.id = vm, .name = "vm", .current_snapshot = leaf});
    backend->put_machine({.id = "11111111-AAAA-4000-8000-000000000002", .name = "a & <b>"});
    backend->put_snapshot({.id = root, .machine = vm, .name = "root", .notes = "]]> \"'"});
    backend->put_snapshot({.id = middle, .machine = vm, .parent = root, .name = "middle"});
    backend->put_snapshot({.id = leaf, .machine = vm, .parent = middle, .name = "leaf"});
    return backend;
}

/// A service in which nothing has changed yet.
class Fresh {
  public:
    explicit Fresh(Authorizer* authorizer) : endpoint_({snapshots_, host_, lamps_}, options_for(authorizer)) {
        lamps_.gate.open();
        cim::Instance lamp(::test::desk::lamp_class);
        lamp.set("Name", "desk").set("Floor", 2).set("On", false).set("Watts", 40).set("Label", "old");
        lamp.set("Colours", cim::Value(cim::Array{std::string("red"), std::string("blue")}));
        lamps_.shelf->lamps.emplace("desk", std::move(lamp));
    }
    ~Fresh() { workers_.run_all(); }
    Fresh(const Fresh&) = delete;
    Fresh& operator=(const Fresh&) = delete;

    Response answer(Request request) {
        auto response = endpoint_.handle(std::move(request));
        workers_.run_all();
        changed_ = changed_ || response.body.find("EnumerationContext") != std::string::npos;
        return response;
    }
    /// Whether something was carried out, or an enumeration begun: then the next input needs another one.
    [[nodiscard]] bool has_changed() const noexcept { return changed_; }

  private:
    EndpointOptions options_for(Authorizer* authorizer) {
        EndpointOptions options;
        options.host_name = "HV01";
        options.authorizer = authorizer;
        options.audit = [this](const AuditEvent& event) {
            static_cast<void>(audit_line(event, {}));
            changed_ = changed_ || event.kind == AuditKind::access_allowed;
        };
        return options;
    }

    bool changed_ = false;
    std::unique_ptr<MemoryBackend> backend_ = make_backend();
    std::unique_ptr<JobStore> store_ = make_memory_job_store();
    Afterwards workers_;
    SnapshotService snapshots_{*backend_, *store_, workers_};
    HostService host_{{.root = "/nonexistent"}};
    ::test::desk::LampFixture lamps_;
    Endpoint endpoint_;
};

using tintype::test::Node;

const Node* child(const Node* node, std::string_view uri, std::string_view local) {
    if (node == nullptr) return nullptr;
    for (const Node* one : node->children()) {
        if (one->name.first == uri && one->name.second == local) return one;
    }
    return nullptr;
}

/// The fault as `code subcode detail`, as far as it has them.
std::string fault_in(const Node& fault) {
    const Node* const code = child(&fault, soap::ns_soap, "Code");
    const Node* const value = child(code, soap::ns_soap, "Value");
    if (value == nullptr) return "a fault without a code";
    const Node* const subcode = child(child(code, soap::ns_soap, "Subcode"), soap::ns_soap, "Value");
    const Node* const detail = child(child(&fault, soap::ns_soap, "Detail"), soap::ns_wsman, "FaultDetail");
    const std::string uri = detail == nullptr ? "" : detail->text();
    return value->text() + " " + (subcode == nullptr ? "" : subcode->text()) + " " + uri.substr(uri.rfind('/') + 1);
}

bool is_in_catalogue(const std::string& fault) {
    static const std::vector<std::string> known = [] {
        constexpr const char* codes[] = {"s:Sender", "s:Receiver", "s:MustUnderstand", "s:VersionMismatch"};
        std::vector<std::string> all;
        for (const auto* entry : wsman::fault_catalogue) {
            all.push_back(std::string(codes[static_cast<std::size_t>(entry->code)]) + " " +
                          std::string(entry->subcode) + " " + std::string(entry->detail));
        }
        return all;
    }();
    return std::find(known.begin(), known.end(), fault) != known.end();
}

/// The answer in UTF-8.
std::string check(const Response& response) {
    constexpr unsigned statuses[] = {200, 400, 401, 415, 500};
    if (std::find(std::begin(statuses), std::end(statuses), response.status) == std::end(statuses))
        fuzz::expect_none("status " + std::to_string(response.status));
    if (response.body.empty()) {
        if (response.status == 200) fuzz::expect_none("200 without a body");
        return {};
    }
    std::string buffer;
    const auto decoded = soap::decode(response.body, soap::parse_content_type(response.content_type).charset, buffer);
    if (!decoded) fuzz::expect_none("the answer is not in " + response.content_type);
    std::string text(decoded->text);
    const auto document = tintype::test::parse_document(text);
    if (!document) fuzz::expect_none("the answer is no XML:\n" + text);
    const Node* const body = child(document->root.get(), soap::ns_soap, "Body");
    if (body == nullptr) fuzz::expect_none("an answer without a body:\n" + text);
    const Node* const fault = child(body, soap::ns_soap, "Fault");
    if ((fault != nullptr) == (response.status == 200))
        fuzz::expect_none("status " + std::to_string(response.status) + " with\n" + text);
    if (fault != nullptr && !is_in_catalogue(fault_in(*fault))) {
        fuzz::expect_none("no fault of ours: " + fault_in(*fault) + "\n" + text);
    }
    return text;
}

/// The text of the first element with this tag; empty if there is none.
std::string text_in(std::string_view xml, std::string_view tag) {
    const auto at = xml.find("<" + std::string(tag) + ">");
    if (at == std::string_view::npos) return {};
    const auto begin = at + tag.size() + 2;
    return std::string(xml.substr(begin, xml.find('<', begin) - begin));
}

void replace(std::string& text, std::string_view what, std::string_view by) {
    if (by.empty()) return;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

Authorizer& operators() {
    static const auto roles = make_role_authorizer({.members = {{"operator", {"alice"}}}});
    return **roles;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static std::array<std::unique_ptr<Fresh>, 2> services;
    auto& authorizer = operators();
    const fuzz::Budget budget;
    if (size == 0) return 0;
    const auto [content_type, messages] = fuzz::request_of(data, size);
    const unsigned who = data[0] / 8U % 4U;
    auto& service = services.at(who / 2);
    if (!service || service->has_changed()) service = std::make_unique<Fresh>(who < 2 ? nullptr : &authorizer);
    Principal principal{who == 3 ? "mallory" : "alice", "Basic", true};
    if (who == 1) principal = {};

    std::string context;
    std::string job;
    auto rest = messages;
    for (std::size_t count = 0; count < most_messages && (count == 0 || !rest.empty()); ++count) {
        const auto end = std::min(rest.find('\x1E'), rest.size());
        std::string message(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        replace(message, "@CONTEXT@", context);
        replace(message, "@JOB@", job);
        const auto text = check(service->answer({std::move(message), std::string(content_type), principal, "peer"}));
        if (auto found = text_in(text, "n:EnumerationContext"); !found.empty()) context = std::move(found);
        if (const auto at = text.find("<p:Job>"); at != std::string::npos) {
            const auto selector = text.find("InstanceID\">", at);
            if (selector != std::string::npos)
                job = text.substr(selector + 12, text.find('<', selector) - selector - 12);
        }
    }
    return 0;
}
