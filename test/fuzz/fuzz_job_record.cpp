// A job as somebody left it in the SQLite database: it is read as a record with a state that there is and a percentage
// that is one, which is written and read as the same; the service settles it, and shows it as XML.
//
// The input: numbers for the integer columns, then texts with the byte 1E between them, for the others and the
// elements.
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz_input.hpp"
#include "reference_dom.hpp"
#include "tintype/backends.hpp"
#include "tintype/endpoint.hpp"
#include "tintype/job_store.hpp"
#include "tintype/snapshot_service.hpp"

using namespace tintype;

namespace {

class Nobody final : public Executor {
  public:
    void post(std::function<void()> /*work*/) override {}
};

class Bytes {
  public:
    explicit Bytes(std::string_view bytes) : rest_(bytes) {}

    /// Small ones often, since most that mean something are small.
    std::int64_t number() {
        if (rest_.empty()) return 0;
        const auto kind = static_cast<unsigned char>(take(1).front());
        if (kind < 200) return kind;
        std::int64_t number = 0;
        const auto eight = take(8);
        std::memcpy(&number, eight.data(), eight.size());
        return number;
    }
    std::string_view text() {
        const auto end = std::min(rest_.find('\x1E'), rest_.size());
        const auto text = take(end);
        rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
        return text;
    }
    [[nodiscard]] bool empty() const { return rest_.empty(); }

  private:
    std::string_view take(std::size_t count) {
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view rest_;
};

/// A database in memory's file system if there is one, open twice: by the store, and by whoever changes its rows.
class Database {
  public:
    Database() {
        std::string name =
            ::access("/dev/shm", W_OK) == 0 ? "/dev/shm/tintype-fuzz-XXXXXX" : "/tmp/tintype-fuzz-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) fuzz::expect_none("no folder");
        folder_ = name;
        auto opened = open_sqlite_job_store(name + "/jobs");
        if (!opened) fuzz::expect_none(opened.error().message);
        store = std::move(*opened);
        if (sqlite3_open((name + "/jobs").c_str(), &connection_) != SQLITE_OK) fuzz::expect_none("no database");
        run("PRAGMA synchronous = OFF", {}, {});
        run("PRAGMA foreign_keys = OFF", {}, {});
    }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() {
        store.reset();
        sqlite3_close(connection_);
        std::filesystem::remove_all(folder_);
    }

    /// \returns false if the tables don't take it.
    bool run(const char* sql, const std::vector<std::string_view>& texts, const std::vector<std::int64_t>& numbers) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(connection_, sql, -1, &statement, nullptr) != SQLITE_OK)
            fuzz::expect_none(std::string(sql) + ": " + sqlite3_errmsg(connection_));
        int at = 0;
        for (const auto text : texts)
            sqlite3_bind_text(statement, ++at, text.data() == nullptr ? "" : text.data(), static_cast<int>(text.size()),
                              SQLITE_STATIC);
        for (const auto number : numbers) sqlite3_bind_int64(statement, ++at, number);
        const int stepped = sqlite3_step(statement);
        sqlite3_finalize(statement);
        return stepped == SQLITE_DONE || stepped == SQLITE_ROW;
    }

    std::unique_ptr<JobStore> store;

  private:
    std::string folder_;
    sqlite3* connection_ = nullptr;
};

void check_record(JobStore& store, const JobRecord& record) {
    switch (record.state) {
        case JobState::fresh:
        case JobState::starting:
        case JobState::running:
        case JobState::suspended:
        case JobState::shutting_down:
        case JobState::completed:
        case JobState::terminated:
        case JobState::killed:
        case JobState::exception:
        case JobState::completed_with_warnings:
            break;
        default:
            fuzz::expect_none("there is no state " + std::to_string(static_cast<int>(record.state)));
    }
    if (record.percent_complete > 100) fuzz::expect_none("more than all is done");
    if (const auto written = store.update(record); !written) fuzz::expect_none(written.error().message);
    const auto again = store.find(record.id);
    if (!again || !*again || **again != record) fuzz::expect_none("a record changes");
}

std::string envelope(std::string_view action, std::string_view body) {
    return "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
           "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
           "xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\"><s:Header><a:To>http://here/wsman</a:To>"
           "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
           "</a:ReplyTo><a:MessageID>uuid:11111111-2222-4333-8444-555555555555</a:MessageID>"
           "<w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_ConcreteJob"
           "</w:ResourceURI><a:Action>http://schemas.xmlsoap.org/ws/2004/09/enumeration/" +
           std::string(action) + "</a:Action></s:Header><s:Body>" + std::string(body) + "</s:Body></s:Envelope>";
}

void check_shown(const Response& response) {
    std::string text = response.body;
    if (response.status != 200) fuzz::expect_none("not shown:\n" + text);
    if (!test::parse_document(text)) fuzz::expect_none("no XML:\n" + text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Database database;
    const fuzz::Budget budget;
    Bytes bytes(fuzz::text_of(data, size));
    std::vector<std::int64_t> numbers(8);
    for (auto& number : numbers) number = bytes.number();
    std::vector<std::string_view> texts(9);
    for (auto& text : texts) text = bytes.text();
    const std::string id(texts.front());
    database.run("DELETE FROM job", {}, {});
    database.run("DELETE FROM job_element", {}, {});
    if (!database.run(
            "INSERT INTO job (id, caption, description, element_name, owner, queue, request, "
            "error_description, error_summary, type, cancellable, state, percent_complete, submitted, started, "
            "last_change, error_code) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            texts, numbers))
        return 0;
    for (std::int64_t position = 0; !bytes.empty() && position < 8; ++position)
        database.run("INSERT INTO job_element (job, element, role, position) VALUES (?1,?2,?3,?4)", {id, bytes.text()},
                     {position % 2 + 1, position});
    const auto page = database.store->page("", 10);
    if (!page) fuzz::expect_none(page.error().message);
    for (const auto& record : *page) check_record(*database.store, record);

    Nobody workers;
    const auto backend = make_memory_backend({.machines = 1, .snapshots_per_machine = 1});
    SnapshotService service(*backend, *database.store, workers, {.job_retention = std::chrono::hours(1'000'000)});
    if (const auto settled = service.recover(); !settled) fuzz::expect_none(settled.error().message);
    if (!database.store->unfinished().value().empty()) fuzz::expect_none("not settled");
    Endpoint endpoint(service);
    check_shown(endpoint.handle({envelope("Enumerate",
                                          "<n:Enumerate xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\">"
                                          "<w:OptimizeEnumeration/><w:MaxElements>10</w:MaxElements></n:Enumerate>"),
                                 "application/soap+xml;charset=UTF-8",
                                 {"alice", "Basic", true},
                                 "peer"}));
    return 0;
}
