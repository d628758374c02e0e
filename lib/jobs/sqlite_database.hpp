#pragma once
/// \file
/// A connection to an SQLite database and its prepared statements: just what the job store needs of them, errors as
/// values.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tintype/job_store.hpp"

namespace tintype::jobs {

/// A prepared statement. Thread safety: none, as its connection's.
class SqliteStatement {
  public:
    /// Sets a parameter, counted from 1. Text is not copied: it must live until the statement is reset. What can't be
    /// set is an error of the next step().
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::int64_t number);
    void bind(int parameter, const std::optional<std::int64_t>& number);

    /// \returns true if there is a row, false at the end; an error resets the statement.
    JobStoreResult<bool> step();
    /// Runs a statement that gives no rows, and resets it whatever comes of it.
    JobStoreResult<void> run();
    /// Makes it ready to be bound and run again, forgets what was bound, and lets go of the read lock.
    void reset() noexcept;

    /// Resets a statement at the end of its scope. A statement that an exception left in the middle of its rows would
    /// refuse to be bound, and give the rest of them to who asks next.
    class Scope {
      public:
        explicit Scope(SqliteStatement& statement) noexcept : statement_(statement) {}
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        ~Scope() { statement_.reset(); }

      private:
        SqliteStatement& statement_;
    };

    // A column of the row that step() found, counted from 0.
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] std::optional<std::int64_t> optional_number(int column) const;

  private:
    friend class SqliteConnection;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    void bound(int code) noexcept {
        if (bound_ == SQLITE_OK) bound_ = code;
    }

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = SQLITE_OK;  ///< What the first bind that failed since the last reset() had to say.
};

/// Thread safety: none.
class SqliteConnection {
  public:
    /// Opens the database, or makes it if it is not there.
    static JobStoreResult<SqliteConnection> open(const std::string& path);

    /// The SQL must be valid and stay so: it is ours.
    JobStoreResult<SqliteStatement> prepare(std::string_view sql);
    /// Runs statements, separated by semicolons, that need no parameters.
    JobStoreResult<void> execute(const char* sql);
    /// The first column of the first row, as text; empty if there is none.
    JobStoreResult<std::string> ask(std::string_view sql);

    /// Rows that the last statement changed.
    [[nodiscard]] std::size_t changes() const noexcept;
    /// The database is not the file of that name any more: what is written would be lost at the end.
    [[nodiscard]] bool has_moved() const noexcept;
    [[nodiscard]] bool is_open() const noexcept { return handle_ != nullptr; }
    [[nodiscard]] bool is_read_only() const noexcept { return sqlite3_db_readonly(handle_.get(), "main") == 1; }
    /// SQLite's extended code of the last error, as SQLITE_CONSTRAINT_PRIMARYKEY.
    [[nodiscard]] int last_error() const noexcept { return sqlite3_extended_errcode(handle_.get()); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace tintype::jobs
