"""Faults: docs/faults.md has every row of the catalogue, and each is what its row says (DSP0226 14, facts/faults.md)."""

import re
import threading
import unittest

from wire import soap
from wire.daemon import PASSWORD, TOP, USER
from wire.provider import CATALOGUE, NUMBER, PROCESS, SLOW, TEST, THING, ProviderCase, catalogue

TABLE = TOP / "docs/faults.md"
def table():
    """Name to (who causes it, when or why not, test) of docs/faults.md, in its order."""
    rows = []
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `"):
            rows.append((cells[0].strip("`"), tuple(cells[1:])))
    assert len(dict(rows)) == len(rows), "a fault has two rows"
    return dict(rows)


class FaultTable(unittest.TestCase):
    def test_the_table_has_every_row_of_the_catalogue_in_its_order(self):
        self.assertEqual(list(table()), list(catalogue()))

    def test_each_row_says_who_causes_it_and_why_if_nobody_does(self):
        for name, (cause, why, _) in table().items():
            with self.subTest(fault=name):
                self.assertIn(cause, ("service", "class", "no"))
                self.assertGreater(len(why), 8)

    def test_what_the_table_says_the_service_causes_is_what_is_tried(self):
        for name, (cause, _, test) in table().items():
            with self.subTest(fault=name):
                self.assertEqual("_the_service_finds_" in test, name in CausedByTheService.REQUESTS)
                self.assertEqual(cause == "no", test == "–")
                self.assertEqual(cause == "class", "_a_class_may_answer_" in test)

    def test_what_the_table_says_the_service_causes_is_what_its_source_causes(self):
        rows = dict(re.findall(r'FaultEntry (\w+)\{\s*("[^"]*",\s*FaultCode::\w+,\s*"[^"]*",\s*FaultFamily::\w+)',
                               CATALOGUE.read_text()))
        self.assertEqual(len(rows), len(catalogue()))
        names = dict(zip(rows, catalogue()))
        used = {names[each] for file in (TOP / "lib/wsman").glob("*.cpp")
                for each in re.findall(r"faults::(\w+)", file.read_text()) if each in names}
        self.assertEqual({name for name, (cause, _, _) in table().items() if cause == "service"}, used)


def get(extra="", resource=THING, selectors=None, action=soap.GET, body="", leave_out=()):
    return soap.envelope(soap.headers(action, resource, extra=extra, leave_out=leave_out,
                                      selectors={"Name": "ok"} if selectors is None else selectors), body)


def put(body, extra=""):
    return get(extra, action=soap.PUT, body=body)


def fragment(expression, attributes=""):
    return f'<w:FragmentTransfer s:mustUnderstand="true"{attributes}>{expression}</w:FragmentTransfer>'


def thing(inside, namespace=THING, name="Test_Thing"):
    return f'<p:{name} xmlns:p="{namespace}">{inside}</p:{name}>'


def enumerate_with(extra, resource=NUMBER, action=soap.ENUMERATE):
    return get(resource=resource, action=action, selectors={}, body=soap.enumerate_body(extra=extra))


def shout(inside, extra="", name="Shout"):
    return get(extra, action=THING + "/Shout", body=f'<p:{name}_INPUT xmlns:p="{THING}">{inside}</p:{name}_INPUT>')


def option(text, attributes=""):
    return get(f'<w:OptionSet><w:Option Name="{text}"{attributes}>x</w:Option></w:OptionSet>')


SMALL = '<w:MaxEnvelopeSize s:mustUnderstand="true">8192</w:MaxEnvelopeSize>'


class CausedByAClass(ProviderCase):
    def test_a_class_may_answer_with_every_fault_of_the_catalogue(self):
        for number, row in enumerate(catalogue().values()):
            with self.subTest(fault=row.name):
                answer = self.daemon.thing(row.wish, message_id=f"uuid:{number}")
                self.assert_row(answer, row.name, relates_to=f"uuid:{number}")

    def test_the_words_of_a_failing_backend_are_its_provider_fault(self):
        answer = self.daemon.thing("failing", message_id="uuid:7")
        self.assert_row(answer, "wsman:InternalError", relates_to="uuid:7")
        words = answer.find("ProviderFault", soap.WSMAN_FAULT)
        self.assertIsNotNone(words, answer)
        self.assertEqual(words.text, "disk <2> is on fire & smoking")

    def test_an_exception_of_a_class_is_an_internal_error_that_tells_nothing(self):
        answer = self.daemon.thing("throwing", message_id="uuid:8")
        self.assert_row(answer, "wsman:InternalError", relates_to="uuid:8")
        self.assertNotIn("thrown by the provider", answer.text)
        self.assert_answer(self.daemon.thing("ok"))

    def test_a_fault_of_a_put_changes_nothing(self):
        for name in ("wsman:AccessDenied", "wsman:Concurrency", "wsa:EndpointUnavailable", "wxf:InvalidRepresentation"):
            with self.subTest(fault=name):
                wish = catalogue()[name].wish
                self.assert_row(self.daemon.post(put(thing(f"<p:Text>{wish}</p:Text>"))), name)
                self.assertNotEqual(self.daemon.thing("ok").instance["Text"], wish)


class CausedByTheService(ProviderCase):
    # What each fault is answered to. Those that need more than one request are prepared in the test.
    REQUESTS = {
        "VersionMismatch": lambda: soap.envelope(soap.headers(soap.GET, THING), soap="urn:soap"),
        "MustUnderstand": lambda: get('<q:Strange xmlns:q="urn:strange" s:mustUnderstand="true"/>'),
        "wsa:ActionNotSupported": lambda: get(action=THING + "/Sing"),
        "wsa:ActionNotSupported/ActionMismatch": lambda: shout("", name="Whisper"),
        "wsa:DestinationUnreachable": lambda: get(selectors={"Name": "nobody"}),
        "wsa:DestinationUnreachable/InvalidResourceURI": lambda: get(resource=THING + "s"),
        "wsa:InvalidMessageInformationHeader": lambda: get("<w:MaxEnvelopeSize>much</w:MaxEnvelopeSize>"),
        "wsa:InvalidMessageInformationHeader/InvalidTimeout":
            lambda: get("<w:OperationTimeout>PT0S</w:OperationTimeout>"),
        "wsa:MessageInformationHeaderRequired": lambda: get(leave_out=["ReplyTo"]),
        "wsen:CannotProcessFilter": lambda: enumerate_with(
            '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">select from</w:Filter>'),
        "wsen:FilterDialectRequestedUnavailable": lambda: enumerate_with('<w:Filter Dialect="urn:x">y</w:Filter>'),
        "wsen:InvalidEnumerationContext": lambda: get(action=soap.PULL, resource=NUMBER, selectors={},
                                                      body=soap.pull_body("uuid:1")),
        "wsen:InvalidExpirationTime": lambda: enumerate_with("<n:Expires>PT0S</n:Expires>"),
        "wsman:CannotProcessFilter": lambda: get(fragment("][")),
        "wsman:EncodingLimit": lambda: get(body="<d>" * 100 + "</d>" * 100),
        "wsman:EncodingLimit/CharacterSet": lambda: get(),
        "wsman:EncodingLimit/MaxEnvelopeSizeExceeded": lambda: get(selectors={"Name": "large"}),
        "wsman:EncodingLimit/MinimumEnvelopeLimit": lambda: get(SMALL.replace("8192", "8191")),
        "wsman:EncodingLimit/OptionLimit": lambda: get(
            "<w:OptionSet>" + '<w:Option Name="o"/>' * 65 + "</w:OptionSet>"),
        "wsman:EncodingLimit/SelectorLimit": lambda: get(selectors=[(f"k{i}", "v") for i in range(65)]),
        "wsman:EncodingLimit/URILimitExceeded": lambda: get(resource=THING + "s" * 2048),
        "wsman:EncodingLimit/UnreportableSuccess": lambda: shout("<p:Length>9000</p:Length>", SMALL),
        "wsman:FragmentDialectNotSupported": lambda: get(fragment("Text", ' Dialect="urn:x"')),
        "wsman:InternalError": lambda: get(selectors={"Name": "throwing"}),
        "wsman:InvalidOptions": lambda: get('<w:OptionSet>' + '<w:Option Name="Volume">1</w:Option>' * 2 + '</w:OptionSet>'),
        "wsman:InvalidOptions/InvalidName": lambda: option(""),
        "wsman:InvalidOptions/InvalidValue": lambda: option("Volume"),
        "wsman:InvalidOptions/NotSupported": lambda: option("Colour", ' MustComply="true"'),
        "wsman:InvalidParameter": lambda: shout(""),
        "wsman:InvalidParameter/InvalidName": lambda: shout("<p:Length>1</p:Length><p:Colour>green</p:Colour>"),
        "wsman:InvalidParameter/TypeMismatch": lambda: shout("<p:Length>long</p:Length>"),
        "wsman:InvalidSelectors": lambda: get(selectors={"": "ok"}),
        "wsman:InvalidSelectors/AmbiguousSelectors": lambda: get(resource=TEST + "Test_AnyProcess", selectors={}),
        "wsman:InvalidSelectors/DuplicateSelectors": lambda: get(selectors=[("Name", "ok"), ("NAME", "ok")]),
        "wsman:InvalidSelectors/InsufficientSelectors": lambda: get(selectors={}),
        "wsman:InvalidSelectors/InvalidValue": lambda: get(selectors={"Name": "<a:EndpointReference></a:EndpointReference>"}),
        "wsman:InvalidSelectors/TypeMismatch": lambda: get(selectors={"Name": soap_epr()}),
        "wsman:InvalidSelectors/UnexpectedSelectors": lambda: get(selectors={"Name": "ok", "Colour": "green"}),
        "wsman:SchemaValidationError": lambda: get()[:-30],
        "wsman:UnsupportedFeature/AddressingMode": lambda: get(
            leave_out=["ReplyTo"], extra="<a:ReplyTo><a:Address>http://192.0.2.1/</a:Address></a:ReplyTo>"),
        "wsman:UnsupportedFeature/EnumerationMode": lambda: enumerate_with(
            "<w:EnumerationMode>EnumerateDreams</w:EnumerationMode>"),
        "wsman:UnsupportedFeature/FragmentLevelAccess": lambda: get(
            fragment("Text"), resource=NUMBER, action=soap.ENUMERATE, selectors={}, body=soap.enumerate_body()),
        "wsman:UnsupportedFeature/MaxEnvelopePolicy": lambda: get(
            SMALL.replace("<w:MaxEnvelopeSize", '<w:MaxEnvelopeSize Policy="Shrink"')),
        "wsman:UnsupportedFeature/Locale": lambda: get('<w:Locale xml:lang="tlh" s:mustUnderstand="true"/>'),
        "wsmb:PolymorphismModeNotSupported": lambda: enumerate_with("<b:PolymorphismMode>Sideways</b:PolymorphismMode>"),
        "wxf:InvalidRepresentation": lambda: put(thing("<p:Colour>green</p:Colour>")),
        "wxf:InvalidRepresentation/InvalidFragment": lambda: put("<w:Fragment/>", fragment("Text")),
        "wxf:InvalidRepresentation/InvalidNamespace": lambda: put(thing("", namespace="urn:x")),
        "wxf:InvalidRepresentation/InvalidValues": lambda: put(thing("<p:Count>many</p:Count>")),
        "wxf:InvalidRepresentation/MissingValues": lambda: put("<w:XmlFragment/>", fragment("Text")),
    }
    # Before there is a message, there is nothing to relate to, and HTTP says that the request was bad.
    STATUS = {"wsman:SchemaValidationError": 400}
    HTTP = {"wsman:EncodingLimit/CharacterSet": {"Content-Type": "application/soap+xml;charset=KOI8-R"}}

    def test_each_fault_that_the_service_finds_is_as_its_row_says(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        connection.connect()
        port = connection.sock.getsockname()[1]
        for name, request in self.REQUESTS.items():
            with self.subTest(fault=name):
                text = request()
                message_id = re.search(r"<a:MessageID>(.*?)</a:MessageID>", text).group(1)
                readable = name not in ("wsman:EncodingLimit/CharacterSet", "VersionMismatch")
                answer = self.daemon.post(text, self.HTTP.get(name), connection=connection)
                self.assert_row(answer, name, relates_to=message_id if readable else None,
                                status=self.STATUS.get(name, 500))
                self.assertEqual(connection.sock.getsockname()[1], port, "the connection was not kept")
        self.assert_answer(self.daemon.post(get(), connection=connection))


def soap_epr():
    return f"<a:EndpointReference>{soap.epr(THING, {'Name': 'ok'})}</a:EndpointReference>"


class CausedWhileOthersWait(ProviderCase):
    provider_options = {"users": {USER: PASSWORD, "bob": PASSWORD}}
    def in_background(self, text):
        """Sends it on a connection of its own and returns once it waits in the class; answers collect in a list."""
        before, answers = self.daemon.process_property("Waiting"), []
        sender = threading.Thread(target=lambda: answers.append(self.daemon.post(text)))
        sender.start()
        self.addCleanup(sender.join)
        self.addCleanup(self.daemon.open_gate)
        self.daemon.wait_for_property("Waiting", before + 1)
        return sender, answers

    def test_two_pulls_at_once_on_one_context_are_a_concurrency_fault(self):
        context = self.daemon.post(soap.request(soap.ENUMERATE, SLOW, soap.enumerate_body())).context
        pull = soap.request(soap.PULL, SLOW, soap.pull_body(context))
        sender, answers = self.in_background(pull)
        self.assert_row(self.daemon.post(pull), "wsman:Concurrency")
        self.daemon.open_gate()
        sender.join()
        self.assert_answer(answers[0])
        self.assertEqual(len(answers[0].items), 1)

    def test_a_class_that_waits_holds_up_nobody_else(self):
        sender, answers = self.in_background(soap.request(soap.GET, SLOW))
        self.assert_answer(self.daemon.get(PROCESS))
        self.assert_answer(self.daemon.thing("ok"))
        self.assertEqual(answers, [])
        self.daemon.open_gate()
        sender.join()
        self.assert_answer(answers[0])

    def test_an_operation_that_outlasts_its_timeout_is_timed_out(self):
        answer = self.daemon.post(soap.request(soap.GET, SLOW, message_id="uuid:9",
                                               extra="<w:OperationTimeout>PT0.2S</w:OperationTimeout>"))
        self.assert_row(answer, "wsman:TimedOut", relates_to="uuid:9")
        self.daemon.open_gate()

    def test_more_contexts_than_a_user_may_have_are_a_quota_limit(self):
        connection = self.daemon.connection()
        self.addCleanup(connection.close)
        opened = []
        begin = soap.request(soap.ENUMERATE, NUMBER, soap.enumerate_body())
        while len(opened) < 1001:
            answer = self.daemon.post(begin, user="bob", connection=connection)
            if answer.fault:
                break
            opened.append(answer.context)
        self.assertEqual(len(opened), 1000)
        self.assert_row(answer, "wsman:QuotaLimit")
        release = soap.request(soap.RELEASE, NUMBER, soap.release_body(opened[0]))
        self.assert_answer(self.daemon.post(release, user="bob", connection=connection))
        self.assert_answer(self.daemon.post(begin, user="bob", connection=connection))
