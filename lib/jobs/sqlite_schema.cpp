#include "jobs/sqlite_schema.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace tintype::jobs {
namespace {

// PRAGMA user_version. Raise it with every change of the tables, and bring older files up to it here.
constexpr int schema_version = 1;

// Times are nanoseconds since 1970. A list is kept as rows, so that SQL can ask for what touched a snapshot.
// application_id is "TTjb": it tells our database from somebody else's.
constexpr const char* schema = R"(
    BEGIN IMMEDIATE;
    CREATE TABLE job (
        id TEXT NOT NULL PRIMARY KEY,
        type INTEGER NOT NULL,
        caption TEXT NOT NULL,
        description TEXT NOT NULL,
        element_name TEXT NOT NULL,
        owner TEXT NOT NULL,
        queue TEXT NOT NULL,
        request TEXT NOT NULL,
        cancellable INTEGER NOT NULL,
        state INTEGER NOT NULL,
        percent_complete INTEGER NOT NULL,
        submitted INTEGER NOT NULL,
        started INTEGER,
        last_change INTEGER NOT NULL,
        error_code INTEGER NOT NULL,
        error_description TEXT NOT NULL,
        error_summary TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX job_unfinished ON job (id) WHERE state < 7;
    CREATE INDEX job_finished ON job (last_change) WHERE state >= 7;
    CREATE TABLE job_element (
        job TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
        role INTEGER NOT NULL,
        position INTEGER NOT NULL,
        element TEXT NOT NULL,
        PRIMARY KEY (job, role, position)
    ) STRICT, WITHOUT ROWID;
    PRAGMA application_id = 0x54546A62;
    PRAGMA user_version = 1;
    COMMIT;
)";
constexpr std::string_view application_id = "1414818402";

tl::unexpected<JobStoreError> wrong(std::string message) {
    return tl::make_unexpected(JobStoreError{std::move(message)});
}

std::string copy_of(const std::string& path) {
    return path + ".copy";
}

/// Waits until a file or folder is on the disk; 0 or an errno.
int sync(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return errno;
    const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    return failed;
}

JobStoreResult<void> check_identity(SqliteConnection& connection, const std::string& path) {
    if (connection.is_read_only()) return wrong(fmt::format("The job database {} can't be written to.", path));
    const auto tables = connection.ask("SELECT count(*) FROM sqlite_schema");
    if (!tables) {
        if ((connection.last_error() & 0xFF) == SQLITE_NOTADB)
            return wrong(fmt::format("{} is no SQLite database.", path));
        return wrong(fmt::format("The job database {} can't be read: {}.", path, tables.error().message));
    }
    if (*tables == "0") return {};
    const auto application = connection.ask("PRAGMA application_id");
    const auto version = connection.ask("PRAGMA user_version");
    if (!application || *application != application_id || !version)
        return wrong(fmt::format("{} is an SQLite database, but not one of jobs.", path));
    if (std::stoi(*version) > schema_version)
        return wrong(
            fmt::format("The job database {} was written by a newer version of Tintype: its schema is {}, this "
                        "program knows {}.",
                        path, *version, schema_version));
    return {};
}

/// Expiry keeps the database small, so looking at all of it costs milliseconds.
JobStoreResult<void> check_soundness(SqliteConnection& connection, const std::string& path) {
    const auto verdict = connection.ask("PRAGMA quick_check(1)");
    if (verdict && *verdict == "ok") return {};
    return wrong(fmt::format("The job database {} is damaged ({}). Move it away to begin with an empty one.", path,
                             verdict ? *verdict : verdict.error().message));
}

}  // namespace

JobStoreResult<OwnershipLock> OwnershipLock::take(const std::string& database) {
    const std::string path = database + ".lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return wrong(fmt::format("The lock file {} can't be made: {}.", path, std::generic_category().message(errno)));
    OwnershipLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno == EWOULDBLOCK)
        return wrong(fmt::format("The job database {} is in use by another endpoint; each needs its own.", database));
    return wrong(fmt::format("The lock file {} can't be locked: {}.", path, std::generic_category().message(errno)));
}

OwnershipLock::~OwnershipLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

JobStoreResult<std::string> locate_job_database(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path absolute = fs::weakly_canonical(fs::absolute(path, error), error);
    if (path.empty() || error || !absolute.has_filename())
        return wrong(fmt::format("'{}' names no file for the job database.", path));
    if (fs::is_directory(absolute, error))
        return wrong(fmt::format("The job database {} is a folder, not a file.", absolute.string()));
    if (!fs::is_directory(absolute.parent_path(), error))
        return wrong(fmt::format("The folder {} for the job database is missing.", absolute.parent_path().string()));
    return absolute.string();
}

JobStoreResult<void> look_at_job_database(const std::string& path) {
    // SQLite itself would make a log beside it, even to read.
    constexpr std::string_view beginning("SQLite format 3\0", 16);
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        if (errno == ENOENT) return {};
        if (errno == EACCES || errno == EROFS)
            return wrong(fmt::format("The job database {} can't be written to.", path));
        return wrong(
            fmt::format("The job database {} can't be read: {}.", path, std::generic_category().message(errno)));
    }
    std::array<char, beginning.size()> bytes{};
    const auto length = ::read(descriptor, bytes.data(), bytes.size());
    ::close(descriptor);
    if (length == 0 || std::string_view(bytes.data(), bytes.size()) == beginning) return {};
    return wrong(fmt::format("{} is no SQLite database.", path));
}

JobStoreResult<void> prepare_job_database(SqliteConnection& connection, const std::string& path) {
    if (auto checked = check_identity(connection, path); !checked) return checked;
    if (auto checked = check_soundness(connection, path); !checked) return checked;
    // WAL: readers do not wait for a writer's fsync. FULL: the log is on the disk when a commit returns; with NORMAL a
    // power cut loses jobs that a client was already told of.
    const auto mode = connection.ask("PRAGMA journal_mode = WAL");
    if (!mode || *mode != "wal")
        return wrong(fmt::format("The job database {} can't keep a write-ahead log: {}.", path,
                                 mode ? "its file system lacks what SQLite needs for it" : mode.error().message));
    if (auto set = connection.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"); !set)
        return wrong(fmt::format("The job database {} can't be used: {}.", path, set.error().message));
    const auto version = connection.ask("PRAGMA user_version");
    if (version && *version != "0") return {};
    if (auto made = connection.execute(schema); !made)
        return wrong(fmt::format("The tables of the job database {} can't be made: {}.", path, made.error().message));
    return {};
}

std::optional<LogFile> find_log(const std::string& path) {
    struct stat facts {};
    if (::stat((path + "-wal").c_str(), &facts) != 0) return std::nullopt;
    return LogFile{facts.st_dev, facts.st_ino};
}

JobStoreResult<void> copy_job_database(SqliteConnection& connection, const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (connection.has_moved() && fs::exists(path, error))
        return wrong("another file has taken its place while it was in use");
    const std::string copy = copy_of(path);
    fs::remove(copy, error);
    auto statement = connection.prepare("VACUUM INTO ?");
    if (!statement) return tl::make_unexpected(std::move(statement.error()));
    statement->bind(1, std::string_view(copy));
    if (auto done = statement->run(); !done)
        return wrong(
            fmt::format("it was removed while it was in use, and can't be written anew: {}", done.error().message));
    return {};
}

JobStoreResult<void> replace_job_database(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    // A log that belongs to another file would be read into the new one.
    for (const char* const rest : {"-wal", "-shm"}) {
        fs::remove(path + rest, error);
        if (error) return wrong(fmt::format("{}{} can't be removed: {}", path, rest, error.message()));
    }
    const std::string copy = copy_of(path);
    if (const int failed = sync(copy); failed != 0)
        return wrong(fmt::format("{} can't be written: {}", copy, std::generic_category().message(failed)));
    fs::rename(copy, path, error);
    if (error) return wrong(fmt::format("{} can't be renamed: {}", copy, error.message()));
    if (const int failed = sync(fs::path(path).parent_path().string()); failed != 0)
        return wrong(fmt::format("its folder can't be written: {}", std::generic_category().message(failed)));
    return {};
}

}  // namespace tintype::jobs
