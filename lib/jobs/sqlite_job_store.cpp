#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <mutex>
#include <utility>

#include "jobs/sqlite_database.hpp"
#include "jobs/sqlite_schema.hpp"
#include "tintype/job_store.hpp"

namespace tintype {
namespace {

using jobs::OwnershipLock;
using jobs::SqliteConnection;
using jobs::SqliteStatement;
using TimePoint = std::chrono::system_clock::time_point;

enum Role : std::int64_t { subject = 1, affected = 2 };

constexpr std::string_view columns =
    "id, type, caption, description, element_name, owner, queue, request, cancellable, state, percent_complete, "
    "submitted, started, last_change, error_code, error_description, error_summary";

std::int64_t to_number(TimePoint time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

TimePoint to_time(std::int64_t number) {
    return TimePoint(std::chrono::duration_cast<TimePoint::duration>(std::chrono::nanoseconds(number)));
}

void bind_record(SqliteStatement& statement, const JobRecord& record) {
    int at = 0;
    statement.bind(++at, record.id);
    statement.bind(++at, std::int64_t{record.type});
    statement.bind(++at, record.caption);
    statement.bind(++at, record.description);
    statement.bind(++at, record.element_name);
    statement.bind(++at, record.owner);
    statement.bind(++at, record.queue);
    statement.bind(++at, record.request);
    statement.bind(++at, std::int64_t{record.cancellable});
    statement.bind(++at, static_cast<std::int64_t>(record.state));
    statement.bind(++at, std::int64_t{record.percent_complete});
    statement.bind(++at, to_number(record.submitted));
    statement.bind(++at, record.started ? std::optional(to_number(*record.started)) : std::nullopt);
    statement.bind(++at, to_number(record.last_change));
    statement.bind(++at, std::int64_t{record.error_code});
    statement.bind(++at, record.error_description);
    statement.bind(++at, record.error_summary);
}

JobRecord read_record(const SqliteStatement& row) {
    JobRecord record;
    int at = 0;
    record.id = row.text(at++);
    record.type = static_cast<std::uint16_t>(row.number(at++));
    record.caption = row.text(at++);
    record.description = row.text(at++);
    record.element_name = row.text(at++);
    record.owner = row.text(at++);
    record.queue = row.text(at++);
    record.request = row.text(at++);
    record.cancellable = row.number(at++) != 0;
    record.state = static_cast<JobState>(row.number(at++));
    record.percent_complete = static_cast<std::uint16_t>(row.number(at++));
    record.submitted = to_time(row.number(at++));
    if (const auto started = row.optional_number(at++)) record.started = to_time(*started);
    record.last_change = to_time(row.number(at++));
    record.error_code = static_cast<std::uint16_t>(row.number(at++));
    record.error_description = row.text(at++);
    record.error_summary = row.text(at++);
    return record;
}

/// Prepares several statements and remembers the first that failed.
class Preparation {
  public:
    explicit Preparation(SqliteConnection& connection) : connection_(connection) {}
    SqliteStatement operator()(std::string_view sql) {
        auto prepared = connection_.prepare(sql);
        if (prepared) return std::move(*prepared);
        if (!error) error = std::move(prepared.error());
        return {};
    }
    std::optional<JobStoreError> error;

  private:
    SqliteConnection& connection_;
};

/// The connection that changes things, one transaction at a time.
struct Writer {
    SqliteConnection connection;
    SqliteStatement begin, commit, rollback, insert, update, insert_element, remove_elements, remove;
    std::mutex mutex;

    std::optional<JobStoreError> prepare() {
        Preparation sql(connection);
        begin = sql("BEGIN IMMEDIATE");
        commit = sql("COMMIT");
        rollback = sql("ROLLBACK");
        insert = sql(fmt::format("INSERT INTO job ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", columns));
        update = sql(fmt::format("UPDATE job SET ({}) = (?1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = ?1", columns));
        insert_element = sql("INSERT INTO job_element (job, role, position, element) VALUES (?,?,?,?)");
        remove_elements = sql("DELETE FROM job_element WHERE job = ?");
        remove = sql("DELETE FROM job WHERE state >= 7 AND last_change < ?");
        return std::move(sql.error);
    }

    JobStoreResult<void> write_elements(const JobRecord& record, Role role, const std::vector<std::string>& elements) {
        for (std::size_t i = 0; i < elements.size(); ++i) {
            insert_element.bind(1, record.id);
            insert_element.bind(2, std::int64_t{role});
            insert_element.bind(3, static_cast<std::int64_t>(i));
            insert_element.bind(4, elements[i]);
            if (auto written = insert_element.run(); !written) return written;
        }
        return {};
    }

    JobStoreResult<void> write_lists(const JobRecord& record) {
        if (auto written = write_elements(record, subject, record.subjects); !written) return written;
        return write_elements(record, affected, record.affected);
    }

    /// Runs the body inside a transaction: all of it is on the disk, or none.
    template <class Body>
    JobStoreResult<void> transact(Body&& body) {
        if (auto begun = begin.run(); !begun) return begun;
        JobStoreResult<void> done = body();
        if (done) done = commit.run();
        // Fails where SQLite has already rolled back by itself; either way nothing is left of it.
        if (!done) static_cast<void>(rollback.run());
        return done;
    }
};

/// The connection that reads; in WAL mode it need not wait for a write that is being synced.
struct Reader {
    SqliteConnection connection;
    SqliteStatement find, page, unfinished, elements;
    std::mutex mutex;

    std::optional<JobStoreError> prepare() {
        Preparation sql(connection);
        find = sql(fmt::format("SELECT {} FROM job WHERE id = ?", columns));
        page = sql(fmt::format("SELECT {} FROM job WHERE id > ? ORDER BY id LIMIT ?", columns));
        unfinished = sql(fmt::format("SELECT {} FROM job WHERE state < 7 ORDER BY id", columns));
        elements = sql("SELECT role, element FROM job_element WHERE job = ? ORDER BY role, position");
        return std::move(sql.error);
    }

    JobStoreResult<void> read_lists(JobRecord& record) {
        elements.bind(1, record.id);
        auto row = elements.step();
        for (; row && *row; row = elements.step())
            (elements.number(0) == subject ? record.subjects : record.affected).push_back(elements.text(1));
        if (!row) return tl::make_unexpected(std::move(row.error()));
        elements.reset();
        return {};
    }

    /// All rows of a bound statement.
    JobStoreResult<std::vector<JobRecord>> read(SqliteStatement& statement) {
        std::vector<JobRecord> records;
        auto row = statement.step();
        for (; row && *row; row = statement.step()) {
            records.push_back(read_record(statement));
            if (auto lists = read_lists(records.back()); !lists) {
                statement.reset();
                return tl::make_unexpected(std::move(lists.error()));
            }
        }
        if (!row) return tl::make_unexpected(std::move(row.error()));
        statement.reset();
        return records;
    }
};

class SqliteJobStore final : public JobStore {
  public:
    SqliteJobStore(std::string path, OwnershipLock lock, SqliteConnection writer, SqliteConnection reader)
        : path_(std::move(path)), lock_(std::move(lock)) {
        writer_.connection = std::move(writer);
        reader_.connection = std::move(reader);
    }

    JobStoreResult<void> prepare() {
        if (auto error = writer_.prepare()) return failed(std::move(*error));
        if (auto error = reader_.prepare()) return failed(std::move(*error));
        return {};
    }

    [[nodiscard]] bool answers_from_memory() const noexcept override { return false; }

    JobStoreResult<void> insert(const JobRecord& record) override {
        const std::lock_guard lock(writer_.mutex);
        return reported(writer_.transact([&]() -> JobStoreResult<void> {
            bind_record(writer_.insert, record);
            if (auto inserted = writer_.insert.run(); !inserted) {
                if (writer_.connection.last_error() == SQLITE_CONSTRAINT_PRIMARYKEY)
                    return tl::make_unexpected(JobStoreError{fmt::format("job {} is there already", record.id)});
                return inserted;
            }
            return writer_.write_lists(record);
        }));
    }

    JobStoreResult<void> update(const JobRecord& record) override {
        const std::lock_guard lock(writer_.mutex);
        return reported(writer_.transact([&]() -> JobStoreResult<void> {
            bind_record(writer_.update, record);
            if (auto updated = writer_.update.run(); !updated) return updated;
            if (writer_.connection.changes() == 0)
                return tl::make_unexpected(JobStoreError{fmt::format("there is no job {}", record.id)});
            writer_.remove_elements.bind(1, record.id);
            if (auto removed = writer_.remove_elements.run(); !removed) return removed;
            return writer_.write_lists(record);
        }));
    }

    JobStoreResult<std::optional<JobRecord>> find(std::string_view id) override {
        const std::lock_guard lock(reader_.mutex);
        reader_.find.bind(1, id);
        auto found = reader_.read(reader_.find);
        if (!found) return failed(std::move(found.error()));
        if (found->empty()) return std::nullopt;
        return std::move(found->front());
    }

    JobStoreResult<std::vector<JobRecord>> page(std::string_view after, std::size_t limit) override {
        constexpr std::size_t most = std::numeric_limits<std::int64_t>::max();
        const std::lock_guard lock(reader_.mutex);
        reader_.page.bind(1, after);
        reader_.page.bind(2, static_cast<std::int64_t>(std::min(limit, most)));
        return reported(reader_.read(reader_.page));
    }

    JobStoreResult<std::vector<JobRecord>> unfinished() override {
        const std::lock_guard lock(reader_.mutex);
        return reported(reader_.read(reader_.unfinished));
    }

    JobStoreResult<std::size_t> remove_finished_before(TimePoint time) override {
        const std::lock_guard lock(writer_.mutex);
        writer_.remove.bind(1, to_number(time));
        if (auto removed = writer_.remove.run(); !removed) return failed(std::move(removed.error()));
        return writer_.connection.changes();
    }

  private:
    [[nodiscard]] tl::unexpected<JobStoreError> failed(JobStoreError error) const {
        return tl::make_unexpected(JobStoreError{fmt::format("job database {}: {}", path_, error.message)});
    }
    template <class T>
    [[nodiscard]] JobStoreResult<T> reported(JobStoreResult<T> result) const {
        if (!result) return failed(std::move(result.error()));
        return result;
    }

    const std::string path_;
    OwnershipLock lock_;  ///< Released after the connections are closed.
    Writer writer_;
    Reader reader_;
};

}  // namespace

JobStoreResult<std::unique_ptr<JobStore>> open_sqlite_job_store(const std::string& path) {
    auto located = jobs::locate_job_database(path);
    if (!located) return tl::make_unexpected(std::move(located.error()));
    auto lock = OwnershipLock::take(*located);
    if (!lock) return tl::make_unexpected(std::move(lock.error()));

    const auto open = [&]() -> JobStoreResult<SqliteConnection> {
        auto connection = SqliteConnection::open(*located);
        if (!connection)
            return tl::make_unexpected(JobStoreError{
                fmt::format("The job database {} can't be opened: {}.", *located, connection.error().message)});
        return connection;
    };
    auto writer = open();
    if (!writer) return tl::make_unexpected(std::move(writer.error()));
    if (auto prepared = jobs::prepare_job_database(*writer, *located); !prepared)
        return tl::make_unexpected(std::move(prepared.error()));
    auto reader = open();
    if (!reader) return tl::make_unexpected(std::move(reader.error()));

    auto store = std::make_unique<SqliteJobStore>(*located, std::move(*lock), std::move(*writer), std::move(*reader));
    if (auto prepared = store->prepare(); !prepared) return tl::make_unexpected(std::move(prepared.error()));
    return store;
}

}  // namespace tintype
