"""Put, Create, Delete, fragments, references as selectors and reference parameters (DSP0226 5.1.2.2, 5.4.2, 7)."""

from wire import soap
from wire.provider import LINK, NUMBER, THING, ProviderCase

FRAGMENT = '<w:FragmentTransfer s:mustUnderstand="true">{}</w:FragmentTransfer>'


def representation(inside, name="Test_Thing", namespace=THING):
    return f'<p:{name} xmlns:p="{namespace}">{inside}</p:{name}>'


class ThingCase(ProviderCase):
    def create(self, name, inside="", **keywords):
        return self.daemon.post(soap.request(soap.CREATE, THING, representation(f"<p:Name>{name}</p:Name>{inside}"),
                                             **keywords))

    def put(self, name, inside, **keywords):
        return self.daemon.thing(name, soap.PUT, representation(inside), **keywords)

    def properties(self, name):
        answer = self.daemon.thing(name)
        self.assert_answer(answer)
        return answer.instance.properties


class Transfer(ThingCase):
    def test_what_was_created_is_there_until_it_is_deleted(self):
        answer = self.create("new", "<p:Text>first</p:Text><p:Count>7</p:Count>")
        self.assert_answer(answer, soap.CREATE + "Response")
        self.assertEqual(answer.payload.tag, f"{{{soap.TRANSFER}}}ResourceCreated")
        made = soap.Reference(answer.payload)
        self.assertEqual((made.resource, made.selectors["Name"]), (THING, "new"))
        for action, payload in ((soap.GET, "Test_Thing"), (soap.DELETE, None)):
            answer = self.daemon.post(soap.request(action, made.resource, selectors=made.selectors))
            self.assert_answer(answer, action + "Response")
            self.assertEqual(payload, None if answer.payload is None else soap.local(answer.payload.tag))
        for action in (soap.GET, soap.DELETE):
            self.assert_row(self.daemon.post(soap.request(action, made.resource, selectors=made.selectors)),
                            "wsa:DestinationUnreachable")

    def test_a_create_of_what_is_there_changes_nothing(self):
        self.assert_answer(self.create("twice", "<p:Text>first</p:Text>"))
        self.assert_row(self.create("twice", "<p:Text>second</p:Text>"), "wsman:AlreadyExists")
        self.assertEqual(self.properties("twice")["Text"], "first")

    def test_a_create_of_what_can_t_be_says_what_is_wrong(self):
        for name, inside in (("wxf:InvalidRepresentation/MissingValues", ""),
                             ("wxf:InvalidRepresentation/InvalidValues", "<p:Name>x</p:Name><p:Count>many</p:Count>"),
                             ("wxf:InvalidRepresentation/InvalidValues", "<p:Name>x</p:Name><p:Name>y</p:Name>"),
                             ("wxf:InvalidRepresentation", "<p:Name>x</p:Name><p:Colour>green</p:Colour>"),
                             ("wxf:InvalidRepresentation/InvalidNamespace", '<q:Name xmlns:q="urn:q">x</q:Name>')):
            with self.subTest(inside=inside):
                self.assert_row(self.daemon.post(soap.request(soap.CREATE, THING, representation(inside))), name)
        self.assert_row(self.daemon.thing("x"), "wsa:DestinationUnreachable")

    def test_a_put_gives_new_values_and_what_it_leaves_out_stays(self):
        self.create("put", "<p:Text>old</p:Text><p:Count>1</p:Count>")
        answer = self.put("put", "<p:Text>new</p:Text>")
        self.assert_answer(answer, soap.PUT + "Response")
        self.assertEqual((self.properties("put")["Text"], self.properties("put")["Count"]), ("new", "1"))
        self.assert_answer(self.put("put", f'<p:Count xsi:nil="true" xmlns:xsi="{soap.XSI}"/>'))
        self.assertEqual((self.properties("put")["Text"], self.properties("put")["Count"]), ("new", None))

    def test_what_a_get_brought_can_be_put_back_as_it_is(self):
        self.create("same", "<p:Text>a &lt; b</p:Text><p:Count>1</p:Count>")
        before = self.daemon.thing("same").text
        body = before[before.index("<p:Test_Thing"):before.index("</s:Body>")].replace(
            "<p:Test_Thing ", f'<p:Test_Thing xmlns:xsi="{soap.XSI}" ')
        answer = self.daemon.thing("same", soap.PUT, body)
        self.assert_answer(answer)
        self.assertEqual(self.properties("same"), {"Name": "same", "Text": "a < b", "Count": "1", "Secret": None})

    def test_what_can_t_be_changed_is_not_and_the_client_is_told(self):
        for inside in ("<p:Secret>told</p:Secret>", "<p:Name>other</p:Name>", "<p:Text>x</p:Text><p:Secret>told</p:Secret>"):
            with self.subTest(inside=inside):
                before = self.properties("ok")
                self.assert_row(self.put("ok", inside), "wxf:InvalidRepresentation/InvalidValues")
                self.assertEqual(self.properties("ok"), before)

    def test_a_put_that_is_no_representation_says_what_is_wrong(self):
        for name, body in (("wxf:InvalidRepresentation", representation("<p:Colour>green</p:Colour>")),
                           ("wxf:InvalidRepresentation/InvalidNamespace", representation("", namespace=NUMBER)),
                           ("wxf:InvalidRepresentation/InvalidNamespace", "<Test_Thing/>"),
                           ("wxf:InvalidRepresentation/InvalidValues", representation("<p:Count>-1</p:Count>")),
                           ("wxf:InvalidRepresentation/InvalidValues", representation("<p:Count>4294967296</p:Count>")),
                           ("wsa:ActionNotSupported/ActionMismatch", "")):
            with self.subTest(body=body):
                self.assert_row(self.daemon.thing("ok", soap.PUT, body), name)

    def test_a_put_of_what_is_not_there_reaches_nothing(self):
        self.assert_row(self.put("nobody", "<p:Text>x</p:Text>"), "wsa:DestinationUnreachable")

    def test_a_class_without_put_create_and_delete_does_not_support_them(self):
        body = representation("<p:Even>true</p:Even>", "Test_Number", NUMBER)
        for action, text in ((soap.PUT, body), (soap.CREATE, body), (soap.DELETE, "")):
            with self.subTest(action=action):
                self.assert_row(self.daemon.post(soap.request(action, NUMBER, text, selectors={"Number": "1"})),
                                "wsa:ActionNotSupported")

    def test_one_endpoint_reference_serves_every_operation(self):
        self.create("every")
        answer = self.daemon.thing("every", extra="<w:RequestEPR/>")
        reference = soap.Reference(answer.header_element("RequestedEPR", soap.WSMAN)[0])
        for action, body in ((soap.GET, ""), (soap.PUT, representation("<p:Text>x</p:Text>")),
                             (THING + "/Shout", f'<p:Shout_INPUT xmlns:p="{THING}"><p:Length>1</p:Length></p:Shout_INPUT>'),
                             (soap.DELETE, "")):
            with self.subTest(action=action):
                self.assert_answer(self.daemon.post(soap.request(action, reference.resource, body,
                                                                 selectors=reference.selectors)))

    def test_a_put_and_a_create_tell_the_name_that_is_asked_for(self):
        for answer in (self.create("told", extra="<w:RequestEPR/>"),
                       self.put("told", "<p:Text>x</p:Text>", extra="<w:RequestEPR/>")):
            self.assert_answer(answer)
            self.assertEqual(soap.Reference(answer.header_element("RequestedEPR", soap.WSMAN)[0]).selectors["Name"], "told")


class Fragments(ThingCase):
    def get_fragment(self, expression, name="ok", dialect=""):
        return self.daemon.thing(name, extra=FRAGMENT.replace(">{}", f"{dialect}>{{}}").format(expression))

    def put_fragment(self, expression, inside, name="ok"):
        return self.daemon.thing(name, soap.PUT, f"<w:XmlFragment>{inside}</w:XmlFragment>", extra=FRAGMENT.format(expression))

    def fragment(self, answer):
        self.assert_answer(answer)
        self.assertEqual(answer.payload.tag, f"{{{soap.WSMAN}}}XmlFragment")
        return answer.payload

    def test_a_fragment_is_what_was_selected_and_no_more(self):
        self.create("part", "<p:Text>words</p:Text><p:Count>3</p:Count>")
        found = self.fragment(self.get_fragment("Count", "part"))
        self.assertEqual([(each.tag, each.text) for each in found], [(f"{{{THING}}}Count", "3")])
        text = self.fragment(self.get_fragment("Text/text()", "part"))
        self.assertEqual((text.text, len(text)), ("words", 0))
        index = self.fragment(self.get_fragment("Text[1]", "part"))
        self.assertEqual([each.text for each in index], ["words"])

    def test_a_fragment_s_answer_says_of_what_it_is_one(self):
        header = self.get_fragment("Name").header_element("FragmentTransfer", soap.WSMAN)
        self.assertIsNotNone(header)
        self.assertEqual((header.text, header.get(f"{{{soap.SOAP}}}mustUnderstand")), ("Name", "true"))

    def test_a_fragment_in_another_dialect_is_refused(self):
        self.assert_row(self.get_fragment("Name", dialect=' Dialect="http://www.w3.org/TR/xquery/"'),
                        "wsman:FragmentDialectNotSupported")
        self.fragment(self.get_fragment("Name", dialect=' Dialect="http://www.w3.org/TR/1999/REC-xpath-19991116"'))

    def test_an_expression_that_can_t_be_is_refused(self):
        for expression in ("", "][", "Name[", "//*", "count(*)", "Name[0]", "@x", "Name | Text", "..", "/" * 5000):
            with self.subTest(expression=expression[:20]):
                fault = self.get_fragment(expression).fault
                self.assertIsNotNone(fault)
                self.assertIn(fault.subcode, ("wsman:CannotProcessFilter", "wxf:InvalidRepresentation"))

    def test_a_fragment_put_replaces_what_is_selected_and_nothing_else(self):
        self.create("patch", "<p:Text>old</p:Text><p:Count>3</p:Count>")
        self.assert_answer(self.put_fragment("Text", f'<p:Text xmlns:p="{THING}">new</p:Text>', "patch"), soap.PUT + "Response")
        self.assertEqual((self.properties("patch")["Text"], self.properties("patch")["Count"]), ("new", "3"))
        self.assert_answer(self.put_fragment("Count/text()", "4", "patch"))
        self.assertEqual((self.properties("patch")["Text"], self.properties("patch")["Count"]), ("new", "4"))

    def test_a_fragment_put_that_does_not_fit_its_expression_changes_nothing(self):
        before = self.properties("ok")
        for inside in (f'<p:Count xmlns:p="{THING}">1</p:Count>', "words", "", '<q:Text xmlns:q="urn:q">x</q:Text>'):
            with self.subTest(inside=inside):
                answer = self.put_fragment("Text", inside)
                self.assertEqual(answer.fault.subcode, "wxf:InvalidRepresentation")
                self.assertEqual(self.properties("ok"), before)

    def test_there_are_fragments_of_get_and_put_only(self):
        for action, body in ((soap.CREATE, representation("<p:Name>x</p:Name>")), (soap.DELETE, "")):
            with self.subTest(action=action):
                self.assert_row(self.daemon.thing("ok", action, body, extra=FRAGMENT.format("Text")),
                                "wsman:UnsupportedFeature/FragmentLevelAccess")
        self.properties("ok")


class References(ThingCase):
    def selectors(self, name="ok", number="3"):
        def reference(resource, selectors):
            return f"<a:EndpointReference>{soap.epr(resource, selectors)}</a:EndpointReference>"
        return {"Thing": reference(THING, {"Name": name}), "Number": reference(NUMBER, {"Number": number})}

    def test_a_key_that_is_a_reference_is_an_endpoint_reference_among_the_selectors(self):
        answer = self.daemon.get(LINK, self.selectors())
        self.assert_answer(answer)
        self.assertEqual(answer.instance["Number"].selectors["Number"], "3")
        self.assertEqual(answer.instance["Weight"], "0.75")
        for selectors in (self.selectors(name="nobody"), self.selectors(number="11")):
            self.assert_row(self.daemon.get(LINK, selectors), "wsa:DestinationUnreachable")

    def test_a_reference_among_the_selectors_may_be_an_object_path(self):
        answer = self.daemon.get(LINK, {"Thing": 'Test_Thing.Name="ok"', "Number": "\\\\host\\root\\test:Test_Number.Number=3"})
        self.assert_answer(answer)
        self.assertEqual(answer.instance["Number"].selectors["Number"], "3")

    def test_text_where_a_reference_is_needed_and_the_other_way_round_are_of_the_wrong_type(self):
        for resource, selectors in ((LINK, {**self.selectors(), "Number": "3"}),
                                    (THING, {"Name": self.selectors()["Thing"]})):
            with self.subTest(selectors=selectors):
                self.assert_row(self.daemon.get(resource, selectors), "wsman:InvalidSelectors/TypeMismatch")

    def test_a_reference_among_the_selectors_that_is_handed_out_leads_back(self):
        items = self.daemon.enumerate(LINK, "EnumerateObjectAndEPR")
        self.assertEqual(len(items), 10)
        for item in items[:3]:
            selectors = item[1].find(f".//{{{soap.WSMAN}}}SelectorSet")
            sent = {each.get("Name"): soap.Reference(each[0]) if len(each) else each.text for each in selectors}
            again = {name: each if isinstance(each, str) else f"<a:EndpointReference>"
                     f"{soap.epr(each.resource, each.selectors)}</a:EndpointReference>" for name, each in sent.items()}
            answer = self.daemon.get(LINK, again)
            self.assert_answer(answer)
            self.assertEqual(answer.instance["Weight"], soap.Instance(item[0])["Weight"])


class ReferenceParameters(ThingCase):
    BLOCK = '<q:Cookie xmlns:q="urn:q" q:kind="a">one &amp; two<q:In xmlns="urn:d"><e/></q:In></q:Cookie>'

    def ask(self, header, inside, name="ok", extra=""):
        block = (f"<a:{header}><a:Address>{soap.ANONYMOUS}</a:Address><a:ReferenceParameters>{inside}</a:ReferenceParameters>"
                 f"</a:{header}>")
        return self.daemon.thing(name, leave_out=[header], extra=block + extra)

    def assert_cookie(self, answer):
        cookie = answer.header_element("Cookie", "urn:q")
        self.assertIsNotNone(cookie, answer)
        self.assertEqual(cookie.text, "one & two")
        self.assertEqual([each.tag for each in cookie.iter()], ["{urn:q}Cookie", "{urn:q}In", "{urn:d}e"])

    def test_what_reply_to_refers_by_comes_back_as_headers_of_the_answer(self):
        answer = self.ask("ReplyTo", self.BLOCK + '<q:Second xmlns:q="urn:q"/>')
        self.assert_answer(answer)
        self.assert_cookie(answer)
        self.assertIsNotNone(answer.header_element("Second", "urn:q"))

    def test_what_reply_to_refers_by_comes_back_with_a_fault_as_well(self):
        answer = self.ask("ReplyTo", self.BLOCK, name="nobody")
        self.assert_row(answer, "wsa:DestinationUnreachable")
        self.assert_cookie(answer)

    def test_what_fault_to_refers_by_comes_back_as_headers_of_the_fault_only(self):
        answer = self.ask("FaultTo", self.BLOCK, name="nobody")
        self.assert_row(answer, "wsa:DestinationUnreachable")
        self.assert_cookie(answer)
        answer = self.ask("FaultTo", self.BLOCK)
        self.assert_answer(answer)
        self.assertIsNone(answer.header_element("Cookie", "urn:q"))

    def test_what_would_not_fit_is_left_out_of_a_fault_and_makes_one_of_an_answer(self):
        small = '<w:MaxEnvelopeSize s:mustUnderstand="true">8192</w:MaxEnvelopeSize>'
        many = f'<q:Cookie xmlns:q="urn:{"x" * 1000}"/>' * 100
        for header, fault in (("FaultTo", "wsa:DestinationUnreachable"),
                              ("ReplyTo", "wsman:EncodingLimit/MaxEnvelopeSizeExceeded")):
            with self.subTest(header=header):
                answer = self.ask(header, many, name="nobody", extra=small)
                self.assert_row(answer, fault)
                self.assertLessEqual(len(answer.body), 8192)
        self.assert_row(self.ask("ReplyTo", many, extra=small), "wsman:EncodingLimit/MaxEnvelopeSizeExceeded")
