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

// Others may write here too. Between times up to the year 2200 there is room in a TimePoint's duration.
TimePoint to_time(std::int64_t number) {
    number = std::clamp<std::int64_t>(number, 0, 7'258'118'400'000'000'000);
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

// A number that is no state makes a job that failed.
JobState to_state(std::int64_t number) {
    const auto state = static_cast<JobState>(number);
    const bool is_one = (number >= static_cast<std::int64_t>(JobState::fresh) &&
                         number <= static_cast<std::int64_t>(JobState::exception)) ||
                        number == static_cast<std::int64_t>(JobState::completed_with_warnings);
    return is_one ? state : JobState::exception;
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
    record.state = to_state(row.number(at++));
    record.percent_complete = static_cast<std::uint16_t>(std::clamp<std::int64_t>(row.number(at++), 0, 100));
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
        // Fails where SQLite has already rolled back by itself; either way nothing is left of it.
        try {
            JobStoreResult<void> done = body();
            if (done) done = commit.run();
            if (!done) static_cast<void>(rollback.run());
            return done;
        } catch (...) {
            static_cast<void>(rollback.run());
            throw;
        }
    }
};

/// The connection that reads; in WAL mode it need not wait for a write that is being synced.
struct Reader {
    SqliteConnection connection;
    SqliteStatement find, page, unfinished, elements;

    std::optional<JobStoreError> prepare() {
        Preparation sql(connection);
        find = sql(fmt::format("SELECT {} FROM job WHERE id = ?", columns));
        page = sql(fmt::format("SELECT {} FROM job WHERE id > ? ORDER BY id LIMIT ?", columns));
        unfinished = sql(fmt::format("SELECT {} FROM job WHERE state < 7 ORDER BY id", columns));
        elements = sql("SELECT role, element FROM job_element WHERE job = ? ORDER BY role, position");
        return std::move(sql.error);
    }

    JobStoreResult<void> read_lists(JobRecord& record) {
        const SqliteStatement::Scope scope(elements);
        elements.bind(1, record.id);
        auto row = elements.step();
        for (; row && *row; row = elements.step())
            (elements.number(0) == subject ? record.subjects : record.affected).push_back(elements.text(1));
        if (!row) return tl::make_unexpected(std::move(row.error()));
        return {};
    }

    /// All rows of a bound statement, which is reset then.
    JobStoreResult<std::vector<JobRecord>> read(SqliteStatement& statement) {
        const SqliteStatement::Scope scope(statement);
        std::vector<JobRecord> records;
        auto row = statement.step();
        for (; row && *row; row = statement.step()) {
            records.push_back(read_record(statement));
            if (auto lists = read_lists(records.back()); !lists) return tl::make_unexpected(std::move(lists.error()));
        }
        if (!row) return tl::make_unexpected(std::move(row.error()));
        return records;
    }
};

/// Both connections to one database, and what is prepared on them.
struct Connections {
    Writer writer;
    Reader reader;
};

JobStoreResult<Connections> connect(const std::string& path) {
    const auto open = [&]() -> JobStoreResult<SqliteConnection> {
        auto connection = SqliteConnection::open(path);
        if (!connection)
            return tl::make_unexpected(JobStoreError{
                fmt::format("The job database {} can't be opened: {}.", path, connection.error().message)});
        return connection;
    };
    const auto failed = [&](const JobStoreError& error) {
        return tl::make_unexpected(JobStoreError{fmt::format("job database {}: {}", path, error.message)});
    };
    Connections made;
    auto writer = open();
    if (!writer) return tl::make_unexpected(std::move(writer.error()));
    made.writer.connection = *std::move(writer);
    if (auto prepared = jobs::prepare_job_database(made.writer.connection, path); !prepared)
        return tl::make_unexpected(std::move(prepared.error()));
    auto reader = open();
    if (!reader) return tl::make_unexpected(std::move(reader.error()));
    made.reader.connection = *std::move(reader);
    if (auto error = made.writer.prepare()) return failed(*error);
    if (auto error = made.reader.prepare()) return failed(*error);
    return made;
}

class SqliteJobStore final : public JobStore {
  public:
    SqliteJobStore(std::string path, OwnershipLock lock, Connections connections, LogSink log)
        : path_(std::move(path)),
          lock_(std::move(lock)),
          log_(std::move(log)),
          writer_(std::move(connections.writer)),
          reader_(std::move(connections.reader)) {}

    [[nodiscard]] bool answers_from_memory() const noexcept override { return false; }

    JobStoreResult<void> insert(const JobRecord& record) override {
        const std::lock_guard lock(writing_);
        return reported(write([&]() -> JobStoreResult<void> {
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
        const std::lock_guard lock(writing_);
        return reported(write([&]() -> JobStoreResult<void> {
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
        const std::lock_guard lock(reading_);
        reader_.find.bind(1, id);
        auto found = reader_.read(reader_.find);
        if (!found) return failed(std::move(found.error()));
        if (found->empty()) return std::nullopt;
        return std::move(found->front());
    }

    JobStoreResult<std::vector<JobRecord>> page(std::string_view after, std::size_t limit) override {
        constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
        const std::lock_guard lock(reading_);
        reader_.page.bind(1, after);
        reader_.page.bind(2, static_cast<std::int64_t>(std::min<std::uint64_t>(limit, most)));
        return reported(reader_.read(reader_.page));
    }

    JobStoreResult<std::vector<JobRecord>> unfinished() override {
        const std::lock_guard lock(reading_);
        return reported(reader_.read(reader_.unfinished));
    }

    JobStoreResult<std::size_t> remove_finished_before(TimePoint time) override {
        const std::lock_guard lock(writing_);
        writer_.remove.bind(1, to_number(time));
        if (auto removed = writer_.remove.run(); !removed) return failed(std::move(removed.error()));
        return writer_.connection.changes();
    }

  private:
    /// A transaction of the writer's whose result is in the file of that name.
    template <class Body>
    JobStoreResult<void> write(Body&& body) {
        if (auto there = stay_in_place(); !there) return there;
        if (auto done = writer_.transact(body); !done) return done;
        if (!log_file_) log_file_ = jobs::find_log(path_);  // the first write makes it
        return stay_in_place();
    }

    /// Somebody may have removed or renamed the database, or its log. As long as it is open nothing of it is lost: all
    /// is written to a new file of that name. Errors: it can't be; then nothing may be promised.
    JobStoreResult<void> stay_in_place() {
        if (writer_.connection.is_open() && !writer_.connection.has_moved() &&
            (!log_file_ || log_file_ == jobs::find_log(path_)))
            return {};
        const std::lock_guard lock(reading_);
        if (writer_.connection.is_open()) {
            if (auto copied = jobs::copy_job_database(writer_.connection, path_); !copied) return copied;
            // The last to close an SQLite database tidies up behind it by name, so that comes before the new one.
            reader_ = {};
            writer_ = {};
            if (auto moved = jobs::replace_job_database(path_); !moved) return moved;
        }
        auto connections = connect(path_);
        if (!connections) return tl::make_unexpected(std::move(connections.error()));
        writer_ = std::move(connections->writer);
        reader_ = std::move(connections->reader);
        log_file_ = jobs::find_log(path_);
        if (log_)
            log_(LogLevel::warning,
                 fmt::format("The job database {} was removed while it was in use: it is written anew.", path_));
        return {};
    }

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
    const LogSink log_;
    std::mutex writing_;  ///< Guards the writer. Taken before the other, where both are.
    Writer writer_;
    std::optional<jobs::LogFile> log_file_ = jobs::find_log(path_);
    std::mutex reading_;  ///< Guards the reader.
    Reader reader_;
};

}  // namespace

JobStoreResult<std::unique_ptr<JobStore>> open_sqlite_job_store(const std::string& path, LogSink log) {
    auto located = jobs::locate_job_database(path);
    if (!located) return tl::make_unexpected(std::move(located.error()));
    auto lock = OwnershipLock::take(*located);
    if (!lock) return tl::make_unexpected(std::move(lock.error()));
    auto connections = connect(*located);
    if (!connections) return tl::make_unexpected(std::move(connections.error()));
    return std::make_unique<SqliteJobStore>(*std::move(located), *std::move(lock), *std::move(connections),
                                            std::move(log));
}

JobStoreResult<void> check_sqlite_job_store(const std::string& path) {
    const auto located = jobs::locate_job_database(path);
    if (!located) return tl::make_unexpected(located.error());
    return jobs::look_at_job_database(*located);
}

}  // namespace tintype
