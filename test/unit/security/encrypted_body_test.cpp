// The body that carries a sealed message: every form that clients write, every way to be wrong, and the form we write.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "security/encrypted_body.hpp"

namespace tintype::security {
namespace {

using namespace std::string_literals;

const std::string content_type =
    "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"Encrypted Boundary\"";
const std::string first_part =
    "--Encrypted Boundary\r\n"
    "\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
    "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=5\r\n";
const std::string second_part =
    "--Encrypted Boundary\r\n"
    "\tContent-Type: application/octet-stream\r\n";
const std::string payload = "\x04\0\0\0"s + "SIGN" + "\x01\x02\0\x04\x05"s;
const std::string closing = "--Encrypted Boundary--\r\n";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

std::string error_of(const std::string& type, const std::string& body) {
    const auto read = read_encrypted_body(type, body);
    return read ? "" : read.error();
}

void check_read(const std::string& type, const std::string& body) {
    CAPTURE(type);
    CAPTURE(body);
    const auto read = read_encrypted_body(type, body);
    REQUIRE_MESSAGE(read, read.error());
    CHECK(read->original_type == "application/soap+xml;charset=UTF-8");
    CHECK(read->length == 5);
    CHECK(read->header == "SIGN");
    CHECK(read->data == "\x01\x02\0\x04\x05"s);
}

TEST_CASE("a sealed body is read in every form that clients write") {
    const auto body = first_part + second_part + payload + closing;
    check_read(content_type, body);
    SUBCASE("part headers that are not indented, or by blanks") {
        check_read(content_type, replaced(body, "\t", ""));
        check_read(content_type, replaced(body, "\t", "  "));
    }
    SUBCASE("no line break after the closing boundary") {
        check_read(content_type, first_part + second_part + payload + "--Encrypted Boundary--");
    }
    SUBCASE("names and media types in other letters") {
        check_read(replaced(replaced(content_type, "multipart", "Multipart"), "SPNEGO", "spnego"),
                   replaced(replaced(body, "Content-Type", "content-type"), "SPNEGO", "Spnego"));
        check_read(content_type, replaced(replaced(body, "OriginalContent", "originalcontent"), "Length", "length"));
    }
    SUBCASE("a Content-Type with blanks, with its parameters in another order, with others too") {
        check_read(
            "multipart/encrypted ; boundary = \"Encrypted Boundary\" ; x ; y=\"a;b\"; protocol=\"application/"
            "HTTP-SPNEGO-session-encrypted\"",
            body);
    }
    SUBCASE("a protocol without quotes") {
        check_read(
            "multipart/encrypted;protocol=application/HTTP-SPNEGO-session-encrypted;boundary=\"Encrypted "
            "Boundary\"",
            body);
    }
}

TEST_CASE("any boundary that RFC 2046 allows is taken, quoted or not") {
    const auto body = first_part + second_part + payload + closing;
    for (const std::string boundary : {"x", "Encrypted Boundary", "'()+_,-./:=?", "-----=_0123"}) {
        const auto own = replaced(body, "Encrypted Boundary", boundary);
        check_read(replaced(content_type, "Encrypted Boundary", boundary), own);
        if (boundary.find(';') == std::string::npos) {
            check_read("multipart/encrypted;protocol=application/HTTP-SPNEGO-session-encrypted;boundary=" + boundary,
                       own);
        }
    }
    const std::string longest(70, 'b');
    check_read(replaced(content_type, "Encrypted Boundary", longest), replaced(body, "Encrypted Boundary", longest));
}

TEST_CASE("the protocol is the Content-Type's") {
    const auto body = first_part + second_part + payload + closing;
    CHECK(read_encrypted_body(content_type, body)->protocol == NegotiateScheme::negotiate);
    CHECK(read_encrypted_body(replaced(content_type, "SPNEGO", "Kerberos"), replaced(body, "SPNEGO", "Kerberos"))
              ->protocol == NegotiateScheme::kerberos);
}

TEST_CASE("what looks like a boundary inside of the ciphertext is ciphertext") {
    const auto data = "--Encrypted Boundary\r\n--Encrypted Boundary--\r\n--Encrypted Boundary--"s;
    const auto body = first_part + second_part + "\x04\0\0\0SIGN"s + data + closing;
    const auto read = read_encrypted_body(content_type, body);
    REQUIRE(read);
    CHECK(read->data == data);
}

TEST_CASE("reading copies nothing of the ciphertext") {
    const auto body = first_part + second_part + payload + closing;
    const auto read = read_encrypted_body(content_type, body);
    CHECK(read->data.data() == body.data() + first_part.size() + second_part.size() + 8);
}

TEST_CASE("a sealed body that is wrong is refused with words") {
    const auto good = first_part + second_part + payload + closing;
    const auto with = [&](std::string_view what, std::string_view other) { return replaced(good, what, other); };
    struct Case {
        std::string type;
        std::string body;
        std::string_view error;
    };
    const Case cases[] = {
        {"application/soap+xml", good, "the Content-Type is not multipart/encrypted"},
        {"multipart/encrypted", good, "names no protocol"},
        {replaced(content_type, "SPNEGO", "CredSSP"), good, "names no protocol"},
        {replaced(content_type, "boundary", "border"), good, "no boundary"},
        {replaced(content_type, "Encrypted Boundary", ""), good, "no boundary"},
        {replaced(content_type, "Encrypted Boundary", "Encrypted Boundary "), good, "no boundary"},
        {replaced(content_type, "Encrypted Boundary", "a@b"), good, "no boundary"},
        {replaced(content_type, "Encrypted Boundary", std::string(71, 'b')), good, "no boundary"},
        {content_type, "", "does not begin with the boundary"},
        {content_type, "\r\n" + good, "does not begin with the boundary"},
        {content_type, "--Encrypted Boundary", "does not begin with the boundary"},
        {replaced(content_type, "Encrypted", "Other"), good, "does not begin with the boundary"},
        {replaced(content_type, "SPNEGO", "Kerberos"), good, "the first part's Content-Type is not the protocol"},
        {content_type, with("\tOriginalContent", "\tOriginal"), "no OriginalContent"},
        {content_type, with("type=application", "application"), "does not read type=…;Length=…"},
        {content_type, with("type=application/soap+xml;charset=UTF-8;Length=5", "type=text"), "does not read type="},
        {content_type, with(";Length=5", ""), "does not end in a Length"},
        {content_type, with("Length=5", "Length="), "is no number"},
        {content_type, with("Length=5", "Length=-5"), "is no number"},
        {content_type, with("Length=5", "Length=0x5"), "is no number"},
        {content_type, with("Length=5", "Length=99999999999999999999999"), "is no number"},
        {content_type, with("Length=5", "Length=6"), "says that 6 bytes are sealed, and has 5"},
        {content_type, first_part, "the second part does not follow the first"},
        {content_type, first_part + closing, "the second part does not follow the first"},
        {content_type, first_part + "\r\n" + second_part + payload + closing, "the second part does not follow"},
        {content_type, with("octet-stream", "pdf"), "the second part's Content-Type"},
        {content_type, first_part + second_part + payload, "does not end with the closing boundary"},
        {content_type, good.substr(0, good.size() - 5), "does not end with the closing boundary"},
        {content_type, good + "x", "does not end with the closing boundary"},
        {content_type, first_part + second_part + closing, "ends before the length of the signature"},
        {content_type, first_part + second_part + "\x04\0\0"s + closing, "ends before the length of the signature"},
        {content_type, first_part + second_part + "\0\0\0\0ABCDE"s + closing, "has no signature"},
        {content_type, first_part + second_part + "\x0A\0\0\0"s + "SIGNABCDE" + closing,
         "says that its signature has 10 bytes, and has 9 after it"},
        {content_type, first_part + second_part + "\xFF\xFF\xFF\xFF"s + "SIGNABCDE" + closing,
         "says that its signature has 4294967295 bytes"},
    };
    for (const auto& one : cases) {
        CAPTURE(one.type);
        CAPTURE(one.body);
        CHECK_MESSAGE(error_of(one.type, one.body).find(one.error) != std::string::npos, error_of(one.type, one.body),
                      " instead of ", one.error);
    }
}

TEST_CASE("every truncation of a sealed body is refused, wherever it is cut") {
    const auto good = first_part + second_part + payload + closing;
    for (std::size_t size = 0; size < good.size() - 2; ++size) {
        CAPTURE(size);
        CHECK_FALSE(read_encrypted_body(content_type, good.substr(0, size)));
    }
}

TEST_CASE("a message must be as long as was said") {
    EncryptedBody body;
    body.length = 5;
    body.original_type = "application/soap+xml;charset=UTF-8";
    CHECK(original_message(body, "<a/>\n") == "<a/>\n");
    CHECK(original_message(body, "<a/>").error() == "says that 5 bytes are sealed, and they are 4");
    CHECK(original_message(body, "<a/> \n").error() == "says that 5 bytes are sealed, and they are 6");
}

TEST_CASE("two NUL bytes behind an 8-bit text, counted by the client, are taken off") {
    EncryptedBody body;
    body.length = 6;
    for (const std::string_view type :
         {"application/soap+xml;charset=UTF-8", "application/soap+xml", "application/soap+xml; charset=\"us-ascii\""}) {
        body.original_type = type;
        CHECK(original_message(body, "<a/>\0\0"s) == "<a/>");
        CHECK(original_message(body, "<a>\0\0\0"s) == "<a>\0"s);
    }
}

TEST_CASE("the last byte of a UTF-16 text is no NUL to take off") {
    EncryptedBody body;
    body.length = 4;
    body.original_type = "application/soap+xml;charset=UTF-16";
    CHECK(original_message(body, "\xFF\xFE>\0"s) == "\xFF\xFE>\0"s);
    body.original_type = "application/soap+xml;charset=\"utf-16le\"";
    CHECK(original_message(body, "<\0>\0"s) == "<\0>\0"s);
    body.original_type = "application/soap+xml";
    CHECK(original_message(body, "\xFF\xFE>\0"s) == "\xFF\xFE>\0"s);
}

TEST_CASE("what is written is, to the byte, what Windows writes") {
    CHECK(encrypted_content_type(NegotiateScheme::negotiate) == content_type);
    CHECK(write_encrypted_body(NegotiateScheme::negotiate, "application/soap+xml;charset=UTF-8", 5,
                               {"SIGN", "\x01\x02\0\x04\x05"s}) == first_part + second_part + payload + closing);
    CHECK(encrypted_content_type(NegotiateScheme::kerberos) == replaced(content_type, "SPNEGO", "Kerberos"));
    CHECK(write_encrypted_body(NegotiateScheme::kerberos, "application/soap+xml;charset=UTF-8", 5,
                               {"SIGN", "\x01\x02\0\x04\x05"s}) ==
          replaced(first_part, "SPNEGO", "Kerberos") + second_part + payload + closing);
}

TEST_CASE("what is written is read again, for signatures of any length") {
    for (const std::size_t size : {1U, 16U, 60U, 255U, 256U, 70'000U}) {
        const SealedMessage message{std::string(size, 'S'), "data"};
        const auto body = write_encrypted_body(NegotiateScheme::kerberos, "text/xml", 4, message);
        const auto read = read_encrypted_body(encrypted_content_type(NegotiateScheme::kerberos), body);
        REQUIRE(read);
        CHECK(read->header == message.header);
        CHECK(read->data == message.data);
    }
}

TEST_CASE("only multipart/encrypted announces a sealed message") {
    CHECK(is_encrypted("multipart/encrypted"));
    CHECK(is_encrypted("Multipart/Encrypted ;boundary=x"));
    CHECK_FALSE(is_encrypted("multipart/x-multi-encrypted;boundary=x"));
    CHECK_FALSE(is_encrypted("application/soap+xml;x=multipart/encrypted"));
    CHECK_FALSE(is_encrypted(""));
}

}  // namespace
}  // namespace tintype::security
