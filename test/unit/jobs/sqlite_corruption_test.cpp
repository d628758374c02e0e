// What the SQLite store says of files that it can't or must not use: one sentence that names the file.

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "jobs/support.hpp"
#include "tintype/job_store.hpp"

using namespace tintype;
using namespace tintype::jobs::test;

namespace {

std::string refusal(const std::string& path) {
    const auto store = open_sqlite_job_store(path);
    REQUIRE_FALSE(store);
    return store.error().message;
}

void write_file(const std::string& path, const std::string& content) {
    std::ofstream(path) << content;
}

std::string read_file(const std::string& path) {
    std::ostringstream content;
    content << std::ifstream(path).rdbuf();
    return content.str();
}

void run_sql(const std::string& path, const char* sql) {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> closer(database, sqlite3_close);
    REQUIRE(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

void fill(const std::string& path, int jobs) {
    const auto store = open_sqlite_job_store(path).value();
    for (int i = 0; i < jobs; ++i) {
        JobRecord record;
        record.id = "job " + std::to_string(i);
        record.description = std::string(3000, 'x');
        REQUIRE(store->insert(record));
    }
}

/// File accesses of this thread are an ordinary user's, also when the tests run as root.
class OrdinaryUser {
  public:
    OrdinaryUser() : was_(static_cast<uid_t>(::setfsuid(::geteuid() == 0 ? 65534 : ::geteuid()))) {}
    OrdinaryUser(const OrdinaryUser&) = delete;
    OrdinaryUser& operator=(const OrdinaryUser&) = delete;
    ~OrdinaryUser() { ::setfsuid(was_); }

  private:
    uid_t was_;
};

}  // namespace

TEST_CASE("records are there when the database is opened again") {
    const TemporaryFolder folder;
    fill(folder.file("jobs.db"), 3);
    CHECK(open_sqlite_job_store(folder.file("jobs.db")).value()->page("", 9).value().size() == 3);
}

TEST_CASE("an empty file becomes a job database") {
    const TemporaryFolder folder;
    write_file(folder.file("jobs.db"), "");
    CHECK(open_sqlite_job_store(folder.file("jobs.db")));
}

TEST_CASE("a file that is no database is refused and left as it is") {
    const TemporaryFolder folder;
    const std::string path = folder.file("jobs.db");
    const std::string text(5000, 'T');
    write_file(path, text);
    CHECK(refusal(path) == path + " is no SQLite database.");
    CHECK(read_file(path) == text);
}

TEST_CASE("another program's database is refused and left as it is") {
    const TemporaryFolder folder;
    const std::string path = folder.file("photos.db");
    run_sql(path, "CREATE TABLE photo (name TEXT)");
    const std::string before = read_file(path);
    CHECK(refusal(path) == path + " is an SQLite database, but not one of jobs.");
    CHECK(read_file(path) == before);
}

TEST_CASE("a database of a newer version is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.file("jobs.db");
    fill(path, 1);
    run_sql(path, "PRAGMA user_version = 7");
    CHECK(refusal(path) == "The job database " + path +
                               " was written by a newer version of Tintype: its schema is 7, this program knows 1.");
}

TEST_CASE("a truncated database is refused, wherever it was cut") {
    const TemporaryFolder folder;
    const std::string whole = folder.file("whole.db");
    fill(whole, 50);
    const std::string content = read_file(whole);
    REQUIRE(content.size() > 40'000);
    for (const std::size_t size : {content.size() - 4096, content.size() / 2, std::size_t{4096}, std::size_t{100}}) {
        CAPTURE(size);
        const std::string path = folder.file("cut.db");
        write_file(path, content.substr(0, size));
        CHECK(refusal(path).find(path) != std::string::npos);
        CHECK(read_file(path).size() == size);
    }
}

TEST_CASE("a database with a page of rubbish is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.file("jobs.db");
    fill(path, 50);
    std::string content = read_file(path);
    content.replace(8 * 4096, 4096, 4096, '\xA5');
    write_file(path, content);
    CHECK(refusal(path).find("is damaged") != std::string::npos);
}

TEST_CASE("a missing folder, a folder in the file's place and an empty path are refused") {
    const TemporaryFolder folder;
    CHECK(refusal(folder.file("none/jobs.db")) ==
          "The folder " + folder.file("none") + " for the job database is missing.");
    CHECK(refusal(folder.file(".")).find("is a folder, not a file.") != std::string::npos);
    ::mkdir(folder.file("sub").c_str(), 0700);
    CHECK(refusal(folder.file("sub")) == "The job database " + folder.file("sub") + " is a folder, not a file.");
    CHECK(refusal("") == "'' names no file for the job database.");
}

TEST_CASE("a database that this user may not write is refused") {
    const TemporaryFolder folder;
    const std::string path = folder.file("jobs.db");
    fill(path, 1);
    ::chmod(path.c_str(), 0444);
    ::chmod(folder.file("jobs.db.lock").c_str(), 0666);
    ::chmod(folder.file("").c_str(), 0777);
    {
        const OrdinaryUser user;
        CHECK(refusal(path) == "The job database " + path + " can't be written to.");
    }
    ::chmod(path.c_str(), 0666);
    ::chmod(folder.file("jobs.db.lock").c_str(), 0444);
    ::chmod(folder.file("").c_str(), 0555);
    {
        const OrdinaryUser user;
        CHECK(refusal(path) == "The lock file " + path + ".lock can't be made: Permission denied.");
    }
    ::chmod(folder.file("").c_str(), 0700);
}

TEST_CASE("one database serves one endpoint at a time, under whatever name") {
    const TemporaryFolder folder;
    const std::string path = folder.file("jobs.db");
    auto store = open_sqlite_job_store(path).value();
    CHECK(refusal(path) == "The job database " + path + " is in use by another endpoint; each needs its own.");
    REQUIRE(::symlink(path.c_str(), folder.file("link.db").c_str()) == 0);
    CHECK(refusal(folder.file("link.db")) ==
          "The job database " + path + " is in use by another endpoint; each needs its own.");
    store.reset();
    CHECK(open_sqlite_job_store(path));
}
