#include <doctest/doctest.h>

#include <string>

#include "http/answer.hpp"
#include "http/head_scanner.hpp"
#include "http/log_line.hpp"

using tintype::http::HeadScanner;
using tintype::http::printable;
using State = HeadScanner::State;
using namespace std::string_literals;

TEST_CASE("a head's end is found however it arrives") {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nX: \ty \r\n\r\n";
    const std::string text = head + "body\n\n";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        CAPTURE(step);
        HeadScanner scanner;
        State state = State::incomplete;
        for (std::size_t size = step; state == State::incomplete; size += step) {
            state = scanner.scan(std::string_view(text).substr(0, size));
        }
        CHECK(state == State::complete);
        CHECK(scanner.size() == head.size());
    }
}

TEST_CASE("a head with bare line ends, folded lines or control characters is malformed") {
    for (const std::string& text :
         {std::string("POST / HTTP/1.1\nHost: a\r\n\r\n"), std::string("POST / HTTP/1.1\r\nHost: a\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: a\r\n\n"), std::string("POST / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nHost:\r\n\ta\r\n\r\n"), std::string("POST / HTTP/1.1\r\n Host: a\r\n\r\n"),
          std::string(" POST / HTTP/1.1\r\n\r\n"), "POST / HTTP/1.1\r\nX: a\0b\r\n\r\n"s,
          std::string("\x16\x03\x01\x02"), std::string("POST / HTTP/1.1\r\nX: \x7F\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nX: a\r\r\n\r\n")}) {
        CAPTURE(text);
        CHECK(HeadScanner().scan(text) == State::malformed);
    }
    CHECK(HeadScanner().scan("POST / HTTP/1.1\r\nHost: a\r\n\r") == State::incomplete);
    CHECK(HeadScanner().scan("") == State::incomplete);
}

TEST_CASE("text from clients can't forge a line of the log") {
    CHECK(printable("alice") == "alice");
    CHECK(printable("\xC3\xA9mile") == "\xC3\xA9mile");
    CHECK(printable("a\r\nb\t") == "a\\x0d\\x0ab\\x09");
    CHECK(printable("\"a\\") == "\\x22a\\x5c");
    CHECK(printable("\x1B[31m") == "\\x1b[31m");
    CHECK(printable("\xFF\xC3") == "\\xff\\xc3");
    CHECK(printable("\xC2\x85") == "\\xc2\\x85");           // NEL
    CHECK(printable("\xE2\x80\xA8") == "\\xe2\\x80\\xa8");  // LINE SEPARATOR
    CHECK(printable("\xE2\x80\xAE") == "\\xe2\\x80\\xae");  // RIGHT-TO-LEFT OVERRIDE
    CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(printable("abcdef", 3) == "abc\xE2\x80\xA6");
}

TEST_CASE("an answer has Server, Date and Content-Length, and says when it is the last") {
    tintype::http::DateField date;
    std::string out;
    tintype::http::Answer answer;
    answer.content_type = "application/soap+xml;charset=UTF-8";
    answer.body = "<x/>";
    write_answer(answer, date, out);
    CHECK(out.starts_with("HTTP/1.1 200 OK\r\nServer: Tintype\r\nDate: "));
    CHECK(out.find(" GMT\r\nContent-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: 4\r\n\r\n<x/>") !=
          std::string::npos);
    answer = {};
    answer.status = 405;
    answer.close = true;
    write_answer(answer, date, out);
    CHECK(out.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
    CHECK(out.ends_with("Content-Length: 0\r\nAllow: POST\r\nConnection: close\r\n\r\n"));
}
