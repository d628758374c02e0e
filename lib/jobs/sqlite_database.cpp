#include "jobs/sqlite_database.hpp"

#include <utility>

namespace tintype::jobs {
namespace {

tl::unexpected<JobStoreError> error_of(sqlite3* handle) {
    const int code = sqlite3_errcode(handle);
    // What sqlite3_errmsg() says of these two does not help an administrator.
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return tl::make_unexpected(JobStoreError{"another program holds the database locked"});
    return tl::make_unexpected(JobStoreError{sqlite3_errmsg(handle)});
}

}  // namespace

void SqliteStatement::bind(int parameter, std::string_view text) {
    // A null pointer would be bound as NULL, so an empty text needs one that is not.
    bound(sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                              SQLITE_UTF8));
}

void SqliteStatement::bind(int parameter, std::int64_t number) {
    bound(sqlite3_bind_int64(statement_.get(), parameter, number));
}

void SqliteStatement::bind(int parameter, const std::optional<std::int64_t>& number) {
    bound(number ? sqlite3_bind_int64(statement_.get(), parameter, *number)
                 : sqlite3_bind_null(statement_.get(), parameter));
}

JobStoreResult<bool> SqliteStatement::step() {
    if (!statement_) return tl::make_unexpected(JobStoreError{"it is not open"});
    // SQLite itself forgets that a bind failed, and would run with what was bound before.
    const int code = bound_ == SQLITE_OK ? sqlite3_step(statement_.get()) : bound_;
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const Scope scope(*this);
    if (bound_ != SQLITE_OK) return tl::make_unexpected(JobStoreError{sqlite3_errstr(bound_)});
    return error_of(sqlite3_db_handle(statement_.get()));
}

JobStoreResult<void> SqliteStatement::run() {
    const Scope scope(*this);
    const auto row = step();
    if (!row) return tl::make_unexpected(row.error());
    return {};
}

void SqliteStatement::reset() noexcept {
    bound_ = SQLITE_OK;
    if (!statement_) return;
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

std::string SqliteStatement::text(int column) const {
    const void* const bytes = sqlite3_column_text(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

std::int64_t SqliteStatement::number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> SqliteStatement::optional_number(int column) const {
    if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
    return number(column);
}

JobStoreResult<SqliteConnection> SqliteConnection::open(const std::string& path) {
    sqlite3* handle = nullptr;
    // Without SQLite's own mutex: the store guards each connection with one of its own.
    const int code = sqlite3_open_v2(path.c_str(), &handle,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    SqliteConnection connection;
    connection.handle_.reset(handle);
    if (handle == nullptr) return tl::make_unexpected(JobStoreError{"out of memory"});
    if (code != SQLITE_OK) return error_of(handle);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, 5000);
    return connection;
}

JobStoreResult<SqliteStatement> SqliteConnection::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return error_of(handle_.get());
    SqliteStatement prepared;
    prepared.statement_.reset(statement);
    return prepared;
}

JobStoreResult<void> SqliteConnection::execute(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error_of(handle_.get());
    return {};
}

JobStoreResult<std::string> SqliteConnection::ask(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return tl::make_unexpected(std::move(statement.error()));
    const auto row = statement->step();
    if (!row) return tl::make_unexpected(row.error());
    return *row ? statement->text(0) : std::string();
}

std::size_t SqliteConnection::changes() const noexcept {
    return static_cast<std::size_t>(sqlite3_changes64(handle_.get()));
}

bool SqliteConnection::has_moved() const noexcept {
    int moved = 0;
    return sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

}  // namespace tintype::jobs
