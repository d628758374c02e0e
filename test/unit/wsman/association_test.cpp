#include "own_classes.hpp"

using namespace test;

namespace {

std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<') {
            out += "&lt;";
        } else if (c == '&') {
            out += "&amp;";
        } else {
            out += c;
        }
    }
    return out;
}

Message wql(std::string_view query, std::string more = "<w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>") {
    return enumerate_own("*", more + "<w:Filter Dialect=\"http://schemas.microsoft.com/wbem/wsman/1/WQL\">" +
                                  escape(query) + "</w:Filter>");
}

std::string epr(std::string_view class_name, std::string_view name, std::string_view in = own) {
    return "<a:Address>" + std::string(anonymous) + "</a:Address><a:ReferenceParameters><w:ResourceURI>" +
           std::string(in) + std::string(class_name) + "</w:ResourceURI><w:SelectorSet><w:Selector Name=\"Name\">" +
           std::string(name) + "</w:Selector></w:SelectorSet></a:ReferenceParameters>";
}

Message association(const std::string& inside_filter, const std::string& more = {}) {
    return enumerate_own("*", "<w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>" + more +
                                  "<w:Filter xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\" "
                                  "Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter\">" +
                                  inside_filter + "</w:Filter>");
}

/// Names in an answer, in order: of people and teams by Name, associations by their class.
std::string items_of(const tintype::Response& response) {
    if (response.status != 200) return fault_of(response);
    std::string names;
    const std::string_view body = response.body;
    const auto begin = body.find("Items>");
    const auto items = body.substr(begin, body.find("Items>", begin + 6) - begin);
    for (auto at = items.find("<p:"); at != std::string_view::npos; at = items.find("<p:", at + 1)) {
        const auto tag = items.substr(at + 3, items.find_first_of(" >", at) - at - 3);
        std::string word;
        if (tag == "Name") {
            const auto text = items.find('>', at) + 1;
            word = items.substr(text, items.find('<', text) - text);
        } else if (tag == "Own_Member" || tag == "Own_Leader" || tag == "Own_Meeting") {
            word = tag.substr(4);
        }
        if (word.empty()) continue;
        if (!names.empty()) names += ' ';
        names += word;
    }
    return names;
}

/// Ann leads and is in the blue team, Bob is in the blue and the red one, Cyd is in none.
struct World : OwnClasses {
    World() {
        members->add_pair(blue, ann);
        members->add_pair(blue, bob);
        members->add_pair(red, bob);
        leaders->add_pair(blue, ann);
    }
    ObjectPath ann = add(*people, "Ann");
    ObjectPath bob = add(*people, "Bob");
    ObjectPath cyd = add(*people, "Cyd");
    ObjectPath blue = add(*teams, "Blue");
    ObjectPath red = add(*teams, "Red");
};

}  // namespace

TEST_CASE("ASSOCIATORS OF gives what is at the other end, each once however many associations lead there") {
    World world;
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Team.Name="Blue"})"))) == "Ann Bob");
    CHECK(items_of(world.send(wql(R"(associators of {Own_Person.Name='bob'})"))) == "Blue Red");
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Person.Name="Cyd"})"))).empty());
}

TEST_CASE("each clause of ASSOCIATORS OF limits the answer") {
    World world;
    struct Row {
        std::string clauses, expected;
    };
    const std::vector<Row> rows{
        {"AssocClass = Own_Leader", "Ann"},
        {"AssocClass = own_link", "Ann Bob"},
        {"AssocClass = Own_Meeting", ""},
        {"ResultClass = Own_Person", "Ann Bob"},
        {"ResultClass = Own_Element", "Ann Bob"},
        {"ResultClass = Own_Team", ""},
        {"Role = Group", "Ann Bob"},
        {"Role = Part", ""},
        {"Role = Nothing", ""},
        {"ResultRole = Part", "Ann Bob"},
        {"ResultRole = Group", ""},
        {"AssocClass = Own_Leader ResultClass = Own_Person Role = group ResultRole = part KeysOnly", "Ann"},
        // What names a class is not served, or what it names is no association.
        {"AssocClass = Own_Nothing", "500 n:CannotProcessFilter"},
        {"ResultClass = Own_Nothing", "500 n:CannotProcessFilter"},
        {"AssocClass = Own_Team", "500 n:CannotProcessFilter"},
        {"RequiredQualifier = Key", "500 n:CannotProcessFilter"},
        {"RequiredAssocQualifier = Aggregation", "500 n:CannotProcessFilter"},
        {"ClassDefsOnly", "500 n:CannotProcessFilter"},
        {"SchemaOnly", "500 n:CannotProcessFilter"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.clauses);
        CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Team.Name="Blue"} WHERE )" + row.clauses))) ==
              row.expected);
    }
    const auto unknown = world.send(wql(R"(ASSOCIATORS OF {Own_Team.Name="Blue"} WHERE AssocClass = Own_Nothing)"));
    CHECK(unknown.body.find("Own_Nothing is not served") != std::string::npos);
}

TEST_CASE("REFERENCES OF gives the associations themselves") {
    World world;
    const auto with = [&](const std::string& clauses) {
        return items_of(world.send(wql(R"(REFERENCES OF {Own_Team.Name="Blue"})" + clauses)));
    };
    CHECK(with("") == "Member Member Leader");
    CHECK(with(" WHERE ResultClass = Own_Leader") == "Leader");
    CHECK(with(" WHERE ResultClass = Own_Link Role = Group") == "Member Member Leader");
    CHECK(with(" WHERE Role = Part").empty());
    CHECK(with(" WHERE ResultClass = Own_Person") == "500 n:CannotProcessFilter");
    CHECK(with(" WHERE ResultClass = Own_Nothing") == "500 n:CannotProcessFilter");
}

TEST_CASE("KeysOnly leaves all but the keys null") {
    World world;
    world.people->rows.front().set("Age", 40);
    const auto answer =
        world.send(wql(R"(ASSOCIATORS OF {Own_Team.Name="Blue"} WHERE AssocClass=Own_Leader KeysOnly)"));
    CHECK(inside(answer.body, "p:Name") == "Ann");
    CHECK(answer.body.find("<p:Age xsi:nil=\"true\"/>") != std::string::npos);
}

TEST_CASE("an object that is not exactly one instance is CannotProcessFilter") {
    World world;
    for (const auto* object :
         {R"({Own_Team.Name="Green"})", R"({Own_Nothing.Name="Blue"})", R"({Own_Team.Color="Blue"})", "{Own_Team}",
          R"({\\H\root\other:Own_Team.Name="Blue"})"}) {
        CAPTURE(object);
        CHECK(fault_of(world.send(wql("ASSOCIATORS OF " + std::string(object)))) == "500 n:CannotProcessFilter");
    }
    for (const auto& object :
         {epr("Own_Team", "Green"), epr("Own_Nothing", "Blue"), std::string("hello"), std::string()}) {
        CAPTURE(object);
        CHECK(fault_of(world.send(association("<b:AssociatedInstances><b:Object>" + object +
                                              "</b:Object></b:AssociatedInstances>"))) == "500 n:CannotProcessFilter");
    }
}

TEST_CASE("the binding's association filter asks the same things as WQL") {
    World world;
    const auto associated = [&](const std::string& more) {
        return items_of(world.send(association("<b:AssociatedInstances><b:Object>" + epr("Own_Team", "Blue") +
                                               "</b:Object>" + more + "</b:AssociatedInstances>")));
    };
    CHECK(associated("") == "Ann Bob");
    CHECK(associated("<b:AssociationClassName>Own_Leader</b:AssociationClassName><b:Role>Group</b:Role>"
                     "<b:ResultClassName>Own_Person</b:ResultClassName><b:ResultRole>Part</b:ResultRole>") == "Ann");
    // As openwsman writes what it has nothing to say about.
    CHECK(
        associated("<b:AssociationClassName/><b:ResultClassName/><b:Role/><b:ResultRole/><b:IncludeResultProperty/>") ==
        "Ann Bob");
    const auto references = [&](const std::string& more) {
        return items_of(
            world.send(association("<b:AssociationInstances><b:Object><a:EndpointReference>" + epr("Own_Team", "Blue") +
                                   "</a:EndpointReference></b:Object>" + more + "</b:AssociationInstances>")));
    };
    CHECK(references("") == "Member Member Leader");
    CHECK(references("<b:ResultClassName>Own_Leader</b:ResultClassName>") == "Leader");
    CHECK(references("<b:Role>Part</b:Role><b:ResultRole/>").empty());
}

TEST_CASE("an association filter that is not as it should be is refused") {
    World world;
    const std::string object = "<b:Object>" + epr("Own_Team", "Blue") + "</b:Object>";
    const auto query = [](const std::string& content) {
        return "<b:AssociatedInstances>" + content + "</b:AssociatedInstances>";
    };
    const std::vector<std::string> bad{
        "",
        "text",
        "<w:SelectorSet/>",
        query(""),
        query(object + object),
        query(object) + query(object),
        query(object) + "<b:AssociationInstances>" + object + "</b:AssociationInstances>",
        query(object + "<b:Role>a</b:Role><b:Role>b</b:Role>"),
        query(object + "<b:Role>no name</b:Role>"),
        query(object + "<b:Role><b:Role/></b:Role>"),
        query(object + "<b:Color>red</b:Color>"),
        "<b:AssociationInstances>" + object + "<b:ResultRole>Part</b:ResultRole></b:AssociationInstances>",
    };
    for (const auto& content : bad) {
        CAPTURE(content);
        CHECK(fault_of(world.send(association(content))) == "500 n:CannotProcessFilter");
    }
}

TEST_CASE("IncludeResultProperty brings fragments with these properties") {
    World world;
    const auto answer = world.send(association("<b:AssociatedInstances><b:Object>" + epr("Own_Team", "Red") +
                                               "</b:Object><b:IncludeResultProperty>name</b:IncludeResultProperty>"
                                               "<b:IncludeResultProperty>Color</b:IncludeResultProperty>"
                                               "</b:AssociatedInstances>"));
    CHECK(answer.body.find("<w:XmlFragment xmlns:p=\"" + std::string(own) +
                           "Own_Person\"><p:Name>Bob</p:Name></w:XmlFragment>") != std::string::npos);
}

TEST_CASE("associated instances come as references too, and by polymorphism mode") {
    World world;
    const std::string filter = "<b:AssociatedInstances><b:Object>" + epr("Own_Team", "Red") +
                               "</b:Object><b:ResultClassName>Own_Element</b:ResultClassName></b:AssociatedInstances>";
    const auto as = [&](const std::string& more) { return world.send(association(filter, more)).body; };
    const auto mode = [](const std::string& name) {
        return "<b:PolymorphismMode xmlns:b=\"http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd\">" + name +
               "</b:PolymorphismMode>";
    };
    const auto references = as("<w:EnumerationMode>EnumerateEPR</w:EnumerationMode>");
    CHECK(count(references, "<a:EndpointReference>") == 1);
    CHECK(count(references, "<p:Own_Person ") == 0);
    const auto both = as("<w:EnumerationMode>EnumerateObjectAndEPR</w:EnumerationMode>");
    CHECK(count(both, "<w:Item><p:Own_Person ") == 1);
    CHECK(count(both, "<a:EndpointReference>") == 1);
    CHECK(count(as(mode("IncludeSubClassProperties")), "<p:Own_Person ") == 1);
    CHECK(count(as(mode("None")), "<p:Own_Person ") == 0);
    const auto excluded = as(mode("ExcludeSubClassProperties"));
    CHECK(count(excluded, "<p:Own_Element ") == 1);
    CHECK(count(excluded, "<p:Age") == 0);
}

TEST_CASE("a reference leads into another namespace") {
    World world;
    const auto dora = world.add(*world.distant, "Dora");
    world.members->add_pair(world.red, dora);
    const auto answer = world.send(wql(R"(ASSOCIATORS OF {Own_Team.Name="Red"})"));
    CHECK(items_of(answer) == "Bob Dora");
    CHECK(answer.body.find("/wmi/root/elsewhere/Own_Person") != std::string::npos);
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {root\elsewhere:Own_Person.Name="Dora"})"))) == "Red");
}

TEST_CASE("a reference that leads nowhere is left out") {
    World world;
    world.members->add_pair(world.red, name_of(person_class, "Nobody"));
    world.members->add_pair(world.red, name_of(number_class, "x"));
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Team.Name="Red"})"))) == "Bob");
    CHECK(items_of(world.send(wql(R"(REFERENCES OF {Own_Team.Name="Red"})"))) == "Member Member Member");
}

TEST_CASE("no instance comes twice, whatever the associations look like") {
    World world;
    const auto meet = [&](const std::string& id, const ObjectPath& host, const ObjectPath& guest,
                          const ObjectPath& place) {
        Instance row(meeting_class);
        row.set("Id", id)
            .set("Host", tintype::cim::Scalar(host))
            .set("Guest", tintype::cim::Scalar(guest))
            .set("Place", tintype::cim::Scalar(place));
        world.meetings->rows.push_back(std::move(row));
    };
    meet("1", world.ann, world.cyd, world.red);
    meet("2", world.cyd, world.ann, world.red);
    meet("3", world.ann, world.cyd, world.cyd);
    meet("4", world.ann, world.bob, world.blue);
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Person.Name="Ann"})"))) == "Blue Cyd Red Bob");
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Person.Name="Ann"} WHERE ResultRole = Guest)"))) == "Cyd Bob");
    CHECK(items_of(world.send(
              wql(R"(ASSOCIATORS OF {Own_Person.Name="Ann"} WHERE AssocClass=Own_Meeting ResultRole=Place)"))) ==
          "Red Cyd Blue");
    // To itself, and both ways round.
    world.members->add_pair(world.cyd, world.cyd);
    world.members->add_pair(world.cyd, world.bob);
    world.members->add_pair(world.bob, world.cyd);
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Person.Name="Cyd"} WHERE AssocClass=Own_Member)"))) ==
          "Cyd Bob");
    CHECK(items_of(world.send(wql(R"(REFERENCES OF {Own_Person.Name="Cyd"} WHERE ResultClass=Own_Member)"))) ==
          "Member Member Member");
}

TEST_CASE("an association query is asked under a class's URI, and in the DMTF's form") {
    World world;
    auto message = wql(R"(ASSOCIATORS OF {Own_Team.Name="Red"})");
    message.resource = std::string(own) + "Own_Team";
    CHECK(items_of(world.send(message)) == "Bob");
    message.resource = "http://schemas.dmtf.org/wbem/wscim/1/*";
    message.selectors = "__cimnamespace=root/own";
    CHECK(items_of(world.send(message)) == "Bob");
    CHECK(world.send(message).body.find("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/Own_Person") !=
          std::string::npos);
    message.selectors.clear();
    CHECK(items_of(world.send(message)) == "Bob");
    message.resource = std::string(own) + "Own_Nothing";
    CHECK(fault_of(world.send(message)) == "500 a:DestinationUnreachable/InvalidResourceURI");
}

TEST_CASE("an association query is pulled page by page") {
    World world;
    const auto context = context_of(world.send(wql(R"(REFERENCES OF {Own_Team.Name="Blue"})", "")));
    REQUIRE_FALSE(context.empty());
    CHECK(items_of(world.send(pull(context))) == "Member");
    CHECK(items_of(world.send(pull(context, "<n:MaxElements>5</n:MaxElements>"))) == "Member Leader");
    CHECK(fault_of(world.send(pull(context))) == "500 n:InvalidEnumerationContext");
}

TEST_CASE("nothing is scanned where an association looks things up") {
    World world;
    CHECK(items_of(world.send(wql(R"(ASSOCIATORS OF {Own_Team.Name="Blue"})"))) == "Ann Bob");
    CHECK(items_of(world.send(wql(R"(SELECT * FROM Own_Member WHERE Group = 'Own_Team.Name="Red"')"))) == "Member");
    for (const auto* table : {world.people, world.teams, world.members, world.leaders, world.meetings}) {
        CHECK(table->scans == 0);
    }
    CHECK(items_of(world.send(wql("SELECT * FROM Own_Member"))) == "Member Member Member");
    CHECK(world.members->scans == 1);
}
