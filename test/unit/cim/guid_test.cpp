#include "tintype/guid.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <set>
#include <string>

TEST_CASE("a GUID is one in either case, and nothing else is") {
    CHECK(tintype::is_guid("0f8fad5b-d9cb-469f-a165-70867728950e"));
    CHECK(tintype::upper_guid("0f8fad5b-d9cb-469f-a165-70867728950e") == "0F8FAD5B-D9CB-469F-A165-70867728950E");
    for (const char* other : {"", "{0f8fad5b-d9cb-469f-a165-70867728950e}", "0f8fad5bd9cb-469f-a165-70867728950e-",
                              "0f8fad5b-d9cb-469f-a165-70867728950g", "../../../../../../../../../../../etc"}) {
        CAPTURE(other);
        CHECK_FALSE(tintype::is_guid(other));
    }
}

TEST_CASE("new GUIDs are version 4, in upper case, and differ") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto guid = tintype::random_guid();
        REQUIRE(tintype::is_guid(guid));
        CHECK(tintype::upper_guid(guid) == guid);
        CHECK(guid[14] == '4');
        CHECK(std::string_view("89AB").find(guid[19]) != std::string_view::npos);
        seen.insert(guid);
    }
    CHECK(seen.size() == 1000);
}

TEST_CASE("GUIDs by time are version 7, in upper case, differ, and come in order of their milliseconds") {
    std::set<std::string> seen;
    std::string before;
    auto time = std::chrono::system_clock::time_point(std::chrono::milliseconds(0x0000'00FF'FFFF'FFF0));
    for (int i = 0; i < 1000; ++i) {
        std::string guid;
        tintype::append_ordered_guid(guid, time);
        REQUIRE(tintype::is_guid(guid));
        CHECK(tintype::upper_guid(guid) == guid);
        CHECK(guid[14] == '7');
        CHECK(std::string_view("89AB").find(guid[19]) != std::string_view::npos);
        if (i % 2 == 0) CHECK(guid > before);
        if (i % 2 == 1) CHECK(guid.substr(0, 13) == before.substr(0, 13));
        seen.insert(guid);
        if (i % 2 == 1) time += std::chrono::milliseconds(1);
        before = guid;
    }
    CHECK(seen.size() == 1000);
    std::string first;
    tintype::append_ordered_guid(first,
                                 std::chrono::system_clock::time_point(std::chrono::milliseconds(0x010203040506)));
    CHECK(first.substr(0, 13) == "01020304-0506");
}

TEST_CASE("a forked child's new GUIDs are not its parent's") {
    static_cast<void>(tintype::random_guid());  // so that there are random bytes that both could use
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const auto guid = tintype::random_guid();
        const bool written = ::write(ends[1], guid.data(), guid.size()) == static_cast<ssize_t>(guid.size());
        ::_exit(written ? 0 : 1);
    }
    std::string of_child(36, '\0');
    CHECK(::read(ends[0], of_child.data(), of_child.size()) == static_cast<ssize_t>(of_child.size()));
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    for (const int end : ends) ::close(end);
    CHECK(tintype::is_guid(of_child));
    for (int i = 0; i < 32; ++i) CHECK(tintype::random_guid() != of_child);
}
