#pragma once
/// \file
/// The job database as a file: who owns it, whether it is one of ours, its tables.

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>

#include "jobs/sqlite_database.hpp"

namespace tintype::jobs {

/// Holds FILE.lock, so that no second process settles or expires this one's jobs. The kernel lets go of it when the
/// process ends, however it ends; the empty file stays.
class OwnershipLock {
  public:
    /// Errors: somebody else holds it; it can't be made.
    static JobStoreResult<OwnershipLock> take(const std::string& database);

    OwnershipLock(OwnershipLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    OwnershipLock& operator=(OwnershipLock&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~OwnershipLock();

  private:
    explicit OwnershipLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

/// The absolute path with its links resolved, so that one file has one lock.
/// Errors: the folder is missing, the path names no file.
JobStoreResult<std::string> locate_job_database(const std::string& path);

/// Whether the file is an SQLite database, empty, or not there yet; changes nothing. Not in a process that has it open:
/// closing a file takes the process's locks away. Errors: a sentence that names the file.
[[nodiscard]] JobStoreResult<void> look_at_job_database(const std::string& path);

/// Makes the connection durable, checks that the file is a sound job database of a version we know, and makes the
/// tables in a new one. Errors: a sentence that names the file.
JobStoreResult<void> prepare_job_database(SqliteConnection& connection, const std::string& path);

/// Which file is the write-ahead log of a database; SQLite keeps it as long as a connection is open. Nothing: none.
struct LogFile {
    dev_t device;
    ino_t number;
    bool operator==(const LogFile&) const = default;
};
[[nodiscard]] std::optional<LogFile> find_log(const std::string& path);

/// Writes all that the connection sees, also of a database that has no name any more, to a new file beside `path`.
/// Errors: there is another file of that name, or no room.
[[nodiscard]] JobStoreResult<void> copy_job_database(SqliteConnection& connection, const std::string& path);
/// Gives that file the name `path`, once no connection is open. When this returns it is on the disk.
[[nodiscard]] JobStoreResult<void> replace_job_database(const std::string& path);

}  // namespace tintype::jobs
