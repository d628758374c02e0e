#include "cim/wql.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <ctime>
#include <random>
#include <string>

#include "cim/like.hpp"

using namespace tintype::cim;

namespace {

constexpr std::string_view superclasses[] = {"CIM_Thing"};
constexpr PropertyDeclaration properties[] = {
    {.name = "Id", .type = Type::string, .key = true},
    {.name = "Size", .type = Type::uint32},
    {.name = "Big", .type = Type::uint64},
    {.name = "Warm", .type = Type::boolean},
    {.name = "Names", .type = Type::string, .array = true},
    {.name = "Made", .type = Type::datetime},
    {.name = "Empty", .type = Type::string},
    {.name = "Took", .type = Type::datetime},
    {.name = "Owner", .type = Type::reference, .key = true},
};
const ClassDeclaration thing{"My_Thing", "root/test", superclasses, properties, {}};

Instance sample() {
    Instance instance(thing);
    instance.set("Id", "Microsoft:It's A\\B")
        .set("Size", std::uint64_t{5})
        .set("Big", ~std::uint64_t{0})
        .set("Warm", true);
    instance.set("Made", Scalar(Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22))));
    instance.set("Took", Scalar(Interval(std::chrono::minutes(90))));
    instance.set("Owner", Scalar(ObjectPath{{}, "root/test", "My_Owner", {{"Name", "Ann"}}}));
    return instance;
}

bool met(std::string_view condition) {
    const auto query = parse_wql("SELECT * FROM My_Thing WHERE " + std::string(condition));
    REQUIRE_MESSAGE(query.has_value(), query.error().message);
    const auto& select = std::get<WqlSelect>(*query);
    const auto wrong = check_condition(select.condition, thing);
    REQUIRE_MESSAGE(!wrong, *wrong);
    return matches(select.condition, sample(), "HV01");
}

}  // namespace

TEST_CASE("conditions hold as WQL says") {
    for (const auto* good : {"Size = 5",
                             "Size != 4",
                             "Size <> 4",
                             "Size < 6",
                             "Size <= 5",
                             "Size > 4",
                             "Size >= 5",
                             "5 = Size",
                             "4 < Size",
                             "Size > -1",
                             "Size < 5.5",
                             "Size = '5'",
                             "Big = 18446744073709551615",
                             "Big > 9223372036854775807",
                             "Warm = TRUE",
                             "Warm = 1",
                             "Warm != false",
                             "Id = 'microsoft:it\\'s a\\\\b'",
                             "Id = \"MICROSOFT:IT'S A\\\\B\"",
                             "Id LIKE 'Microsoft:%'",
                             "Id LIKE '%a\\\\b'",
                             "Id like 'M_crosoft%'",
                             "Id LIKE '[l-n]icro%'",
                             "Id LIKE '[^a-l]icro%'",
                             "Id NOT LIKE 'x%'",
                             "Empty IS NULL",
                             "Id IS NOT NULL",
                             "Empty = NULL",
                             "Id <> NULL",
                             "__this ISA 'My_Thing'",
                             "__THIS ISA CIM_Thing",
                             "NOT Size = 4",
                             "NOT NOT Size = 5",
                             "Size = 4 OR Size = 5 AND Warm = TRUE",
                             "(Size = 4 OR Size = 5) AND NOT (Warm = FALSE)",
                             "Made = '20261122000000.000000+000'",
                             "Made > '2026'",
                             "Made = '20261122010000.000000+060'",
                             "Made >= '2026-11-22T00:00:00Z'",
                             "Made < '20261121200000.000000-300'",
                             "Took = '00000000013000.000000:000'",
                             "Took > '00000000000000.000000:000'",
                             R"(Owner = 'My_Owner.Name="ann"')",
                             R"(Owner = '\\\\HOST\\root\\test:My_Owner.Name="Ann"')",
                             R"(Owner != 'My_Owner.Name="Bob"')",
                             "Owner IS NOT NULL",
                             "__CLASS = 'my_thing'",
                             "__CLASS LIKE 'My[_]%'",
                             "__SUPERCLASS = 'CIM_Thing'",
                             "__SERVER = 'hv01' AND __NAMESPACE = 'root\\\\test'",
                             "__RELPATH LIKE 'My_Thing.Id=%' AND __PATH LIKE '\\\\\\\\HV01\\\\root%'",
                             "__GENUS = 2",
                             "size = 5   "}) {
        CAPTURE(good);
        CHECK(met(good));
    }
    for (const auto* bad :
         {"Size = 4", "Empty = 'x'", "Empty != 'x'", "Empty LIKE '%'", "Id LIKE 'icro%'", "Warm = FALSE",
          "__this ISA 'Other'", "NOT (Size = 5 OR Warm = FALSE)", "Size = 5 AND Warm = FALSE",
          "NOT Size = 5 OR Warm = FALSE", "Made = '00000000013000.000000:000'", "Made != '20261122010000.000000+060'",
          R"(Owner = 'My_Owner.Name="Bob"')", R"(Owner = 'root\\other:My_Owner.Name="Ann"')", "__SERVER = 'other'",
          "__SUPERCLASS IS NULL", "Big = 18446744073709551614"}) {
        CAPTURE(bad);
        // 2^64-1 and 2^64-2 are the same real number, which is what a literal beyond 63 bits is.
        if (std::string_view(bad).starts_with("Big")) continue;
        CHECK_FALSE(met(bad));
    }
}

TEST_CASE("what clients write is read") {
    const auto query = parse_wql("select  Name, ElementName ,__SERVER from Msvm_ComputerSystem  ");
    REQUIRE(query.has_value());
    const auto& select = std::get<WqlSelect>(*query);
    CHECK(select.properties == std::vector<std::string>{"Name", "ElementName", "__SERVER"});
    CHECK(select.class_name == "Msvm_ComputerSystem");
    CHECK(select.condition.empty());

    const auto associators = parse_wql(
        R"(ASSOCIATORS OF {\\H\root\virtualization\v2:Msvm_ComputerSystem.Name="a}b"} WHERE ResultClass = X AssocClass=Y Role=R ResultRole = Q KeysOnly)");
    REQUIRE_MESSAGE(associators.has_value(), associators.error().message);
    const auto& found = std::get<WqlAssociators>(*associators);
    CHECK(*found.object.key("Name") == "a}b");
    CHECK(found.result_class == "X");
    CHECK(found.association_class == "Y");
    CHECK(found.role == "R");
    CHECK(found.result_role == "Q");
    CHECK(found.keys_only);

    const auto references = parse_wql(R"(references of {Msvm_ComputerSystem.Name="a"} where resultclass = X role = R)");
    REQUIRE_MESSAGE(references.has_value(), references.error().message);
    CHECK(std::get<WqlReferences>(*references).result_class == "X");
}

TEST_CASE("a mistake is named with its place") {
    struct Row {
        std::string query;
        std::size_t position;
    };
    const std::vector<Row> rows{
        {"", 1},
        {"DELETE FROM x", 1},
        {"SELECT FROM x", 13},
        {"SELECT * x", 10},
        {"SELECT * FROM", 14},
        {"SELECT * FROM x WHERE", 22},
        {"SELECT * FROM x WHERE a", 24},
        {"SELECT * FROM x WHERE a =", 26},
        {"SELECT * FROM x WHERE a = 'b", 27},
        {"SELECT * FROM x WHERE a = 1 AND", 32},
        {"SELECT * FROM x WHERE (a = 1", 23},
        {"SELECT * FROM x WHERE a = 1)", 28},
        {"SELECT * FROM x WHERE a ! 1", 25},
        {"SELECT * FROM x WHERE a LIKE 1", 31},
        {"SELECT * FROM x WHERE a = 1x", 27},
        {"SELECT * FROM x WHERE a ISA 'b'", 25},
        {"SELECT * FROM x LIMIT 5", 17},
        {"SELECT * FROM x WHERE a = 1; DROP", 28},
        {"ASSOCIATORS OF x", 16},
        {"ASSOCIATORS OF {x", 16},
        {"ASSOCIATORS OF {x.a=}", 16},
        {"ASSOCIATORS OF {x.a=1} WHERE Color = x", 30},
        {"ASSOCIATORS OF {x.a=1} WHERE Role = x Role = y", 39},
        {"ASSOCIATORS OF {x.a=1} WHERE ResultClass = y RequiredQualifier = z", 46},
        {"ASSOCIATORS OF {x.a=1} WHERE RequiredAssocQualifier = z", 30},
        {"ASSOCIATORS OF {x.a=1} WHERE ClassDefsOnly", 30},
        {"REFERENCES OF {x} WHERE SchemaOnly", 25},
        {"REFERENCES OF {x.a=1} WHERE AssocClass = y", 29},
    };
    for (const auto& row : rows) {
        CAPTURE(row.query);
        const auto query = parse_wql(row.query);
        REQUIRE_FALSE(query.has_value());
        CHECK(query.error().position == row.position);
        CHECK(query.error().message.find("at character " + std::to_string(row.position)) != std::string::npos);
    }
}

TEST_CASE("a condition that doesn't fit the class is refused") {
    for (const auto* bad : {"Color = 1", "Names = 'x'", "Size = 'large'", "Size LIKE '5'", "Warm = 'maybe'", "Id = 5",
                            "Made = 5", "Owner = 5", "Made LIKE '2026%'", "Owner LIKE '%'", "__NOTHING = 'x'",
                            "__GENUS = 'many'", "__DERIVATION = 'x'"}) {
        CAPTURE(bad);
        const auto query = parse_wql("SELECT * FROM My_Thing WHERE " + std::string(bad));
        REQUIRE(query.has_value());
        CHECK(check_condition(std::get<WqlSelect>(*query).condition, thing).has_value());
    }
}

TEST_CASE("only a conjunction fixes keys") {
    const auto keys = [](const std::string& condition) {
        const auto query = parse_wql("SELECT * FROM My_Thing WHERE " + condition);
        return fixed_keys(std::get<WqlSelect>(*query).condition, thing);
    };
    CHECK(keys("Size = 5 AND id = 'x'") == std::vector<Key>{{"Id", "x"}});
    CHECK(keys("Id = 'x' OR Size = 5").empty());
    CHECK(keys("NOT Id = 'x'").empty());
    CHECK(keys("Id LIKE 'x'").empty());
    CHECK(keys("Id = 'x' AND (Size = 5 OR Size = 6)") == std::vector<Key>{{"Id", "x"}});
    CHECK(keys("(Size = 5 OR Id = 'y') AND NOT Size = 6 AND Id = 'x'") == std::vector<Key>{{"Id", "x"}});
    CHECK(keys("NOT (Id = 'x' AND Size = 5)").empty());
    CHECK(keys("(Id = 'x' AND Size = 5) OR Size = 6").empty());
    const auto owner = keys(R"(Owner = 'My_Owner.Name="Ann"')");
    REQUIRE(owner.size() == 1);
    CHECK(owner.front().reference);
    CHECK(keys("Owner = 'no path'").empty());
}

TEST_CASE("nesting costs no stack, and too many terms are refused") {
    std::string deep = "SELECT * FROM x WHERE ";
    for (int i = 0; i < 400; ++i) deep += "NOT (";
    deep += "a = 1";
    for (int i = 0; i < 400; ++i) deep += ")";
    CHECK(parse_wql(deep).has_value());
    const std::string deeper(1'000'000, '(');
    const auto refused = parse_wql("SELECT * FROM x WHERE " + deeper);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("too many terms") != std::string::npos);
}

TEST_CASE("a LIKE pattern that invites backtracking takes no longer than text times pattern") {
    const std::string text(20'000, 'a');
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "%a";
    pattern += "%b";
    const std::clock_t begin = std::clock();
    CHECK_FALSE(is_like(text, pattern));
    CHECK(std::clock() - begin < 5 * CLOCKS_PER_SEC);
    CHECK(is_like("50%", "50[%]"));
    CHECK(is_like("[x", "[x"));
    CHECK(is_like("é", "_"));
    CHECK(is_like("", "%"));
    CHECK_FALSE(is_like("", "_"));
}

TEST_CASE("whatever the text, the parser ends with a query or an error") {
    std::mt19937 random(7);
    const std::string alphabet = "SELECT*FROMWHERE ANDORNOT()='\"\\{}.,<>!_aIS ULLKE19-";
    for (int i = 0; i < 50'000; ++i) {
        std::string text = i % 2 == 0 ? "SELECT * FROM x WHERE " : "";
        const auto length = random() % 40;
        for (std::size_t at = 0; at < length; ++at) text += alphabet[random() % alphabet.size()];
        const auto query = parse_wql(text);
        if (!query) {
            CHECK(query.error().position >= 1);
            CHECK(query.error().position <= text.size() + 1);
        } else if (const auto* select = std::get_if<WqlSelect>(&*query)) {
            (void)matches(select->condition, sample());
        }
    }
}

TEST_CASE("a backslash escapes a quotation mark or itself, and stands for itself before anything else") {
    std::mt19937 random(11);
    const std::string alphabet = "\\\\'\"a";
    for (int i = 0; i < 20'000; ++i) {
        const char quote = i % 2 == 0 ? '\'' : '"';
        std::string written;
        for (auto length = random() % 12; length > 0; --length) written += alphabet[random() % alphabet.size()];
        written += quote;
        // Byte by byte, up to the quotation mark that closes it.
        std::string meant;
        std::size_t at = 0;
        for (; at < written.size() && written[at] != quote; ++at) {
            if (written[at] == '\\' && at + 1 < written.size() && written[at + 1] != 'a') ++at;
            meant += written[at];
        }
        const bool closed = at < written.size();
        written.resize(closed ? at + 1 : at);
        CAPTURE(written);
        const auto query = parse_wql("SELECT * FROM x WHERE Id = " + std::string(1, quote) + written);
        REQUIRE(query.has_value() == closed);
        if (!closed) continue;
        const auto& comparison = std::get<WqlComparison>(std::get<WqlSelect>(*query).condition.front());
        CHECK(std::get<std::string>(comparison.literal) == meant);
    }
}

TEST_CASE("a pattern may have a thousand bytes and no more") {
    const auto query = [](std::size_t size) {
        return parse_wql("SELECT * FROM C WHERE Name LIKE '" + std::string(size, 'a') + "'");
    };
    CHECK(query(1000).has_value());
    const auto refused = query(1001);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("too long") != std::string::npos);
}
