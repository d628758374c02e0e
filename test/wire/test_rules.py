"""Rules of DSP0226 that no other subject's tests prove, by clause (docs/conformance.md)."""

import time

from wire import soap
from wire.case import WireCase
from wire.provider import NUMBER, SLOW, TEST, THING, ProviderCase

class Addressing(ProviderCase):
    def get(self, extra="", **keywords):
        return self.daemon.thing("ok", extra=extra, **keywords)

    def test_to_names_whatever_the_client_calls_this_host(self):
        for to in ("http://localhost:5985/wsman", "https://hyperv.example.com/wsman", "http://[::1]/", soap.ANONYMOUS, "urn:x"):
            with self.subTest(to=to):
                self.assert_answer(self.get(f"<a:To>{to}</a:To>", leave_out=["To"]))

    def test_a_message_id_may_come_again_and_each_answer_has_its_own(self):
        answers = [self.get(message_id="uuid:again") for _ in range(3)]
        for answer in answers:
            self.assert_answer(answer, soap.GET + "Response", "uuid:again")
        self.assertEqual(len({answer.header("MessageID") for answer in answers}), 3)

    def test_from_means_nothing(self):
        for extra in ("<a:From><a:Address>http://192.0.2.1/</a:Address></a:From>", '<a:RelatesTo>uuid:0</a:RelatesTo>',
                      '<a:RelatesTo RelationshipType="a:Reply">uuid:0</a:RelatesTo>'):
            with self.subTest(extra=extra):
                self.assert_answer(self.get(extra, message_id="uuid:1"), relates_to="uuid:1")

    def test_a_header_for_another_role_is_none_of_ours(self):
        strange = '<q:Strange xmlns:q="urn:strange" s:mustUnderstand="true" s:role="{}"/>'
        for role in (f"{soap.SOAP}/role/none", "http://example.com/proxy"):
            with self.subTest(role=role):
                self.assert_answer(self.get(strange.format(role)))
        for role in (f"{soap.SOAP}/role/next", f"{soap.SOAP}/role/ultimateReceiver", ""):
            with self.subTest(role=role):
                self.assert_row(self.get(strange.format(role)), "MustUnderstand")

    def test_white_space_around_a_selector_s_value_is_not_significant(self):
        for name in (" ok", "ok\n", "\t ok "):
            with self.subTest(name=name):
                self.assert_answer(self.daemon.thing(name))
        self.assert_fault(self.daemon.thing("o k"), "wsa:DestinationUnreachable", family="addressing")

    def test_a_get_or_delete_with_a_body_is_a_mismatch(self):
        for action in (soap.GET, soap.DELETE):
            with self.subTest(action=action):
                self.assert_fault(self.daemon.thing("ok", action, "<d/>"), "wsa:ActionNotSupported", "ActionMismatch",
                                  family="addressing")
        self.assert_answer(self.get())

    def test_all_classes_at_once_can_only_be_queried(self):
        for resource in (TEST + "*", "http://schemas.dmtf.org/wbem/wscim/1/*"):
            for action in (soap.GET, soap.PUT, soap.CREATE, soap.DELETE):
                with self.subTest(resource=resource, action=action):
                    self.assert_fault(self.daemon.post(soap.request(action, resource)), "wsa:ActionNotSupported",
                                      family="addressing")

    def test_a_uri_of_2048_characters_is_taken(self):
        message_id = "urn:" + "x" * 2044
        self.assert_answer(self.get(message_id=message_id), relates_to=message_id)

    def test_each_action_of_eventing_is_not_supported(self):
        for name in ("Subscribe", "Renew", "GetStatus", "Unsubscribe", "SubscriptionEnd"):
            with self.subTest(name):
                body = f"<e:{name}><e:Delivery/></e:{name}>"
                self.assert_fault(self.daemon.post(soap.request(f"{soap.EVENTING}/{name}", THING, body)),
                                  "wsa:ActionNotSupported", family="addressing")


class Control(ProviderCase):
    provider_options = {"operation_timeout_ms": 200}

    def test_an_operation_without_a_timeout_has_the_service_s(self):
        self.assert_row(self.daemon.get(SLOW), "wsman:TimedOut")
        self.daemon.open_gate()

    def test_an_operation_timeout_bounds_one_message_not_the_enumeration(self):
        timeout = "<w:OperationTimeout>PT0.1S</w:OperationTimeout>"
        answer = self.daemon.post(soap.request(soap.ENUMERATE, NUMBER, soap.enumerate_body(), extra=timeout))
        end = time.monotonic() + 0.25
        while time.monotonic() < end:
            answer = self.daemon.post(soap.request(soap.PULL, NUMBER, soap.pull_body(answer.context), extra=timeout))
            self.assert_answer(answer)

    def test_an_envelope_size_counts_bytes_of_the_answer_in_its_encoding(self):
        def shout(length, flag='s:mustUnderstand="true"'):
            return soap.invoke("Shout", f"<p:Length>{length}</p:Length>", THING, selectors={"Name": "ok"},
                               extra=f"<w:MaxEnvelopeSize {flag}>8192</w:MaxEnvelopeSize>")

        self.assert_answer(self.daemon.post(shout(5000)))
        for body, kind in ((shout(9000), "UTF-8"), (shout(5000).encode("utf-16"), "UTF-16")):
            with self.subTest(charset=kind):
                answer = self.daemon.post(body, {"Content-Type": f"application/soap+xml;charset={kind}"})
                self.assert_row(answer, "wsman:EncodingLimit/UnreportableSuccess")
                self.assertLessEqual(len(answer.body), 8192)
        self.assert_answer(self.daemon.post(shout(9000, "")))

    def test_a_locale_that_is_no_language_tag_can_t_be_obeyed(self):
        for tag in ("", "-", "en US", "en_US", "x" * 100):
            with self.subTest(tag=tag):
                locale = f'<w:Locale xml:lang="{tag}" s:mustUnderstand="true"/>'
                self.assert_row(self.daemon.thing("ok", extra=locale), "wsman:UnsupportedFeature/Locale")

    def test_an_answer_says_its_language(self):
        for answer in (self.daemon.thing("ok"), self.daemon.thing("nobody")):
            self.assertEqual(answer.root.get(f"{{{soap.XML}}}lang"), "en-US")

    def test_a_locale_is_a_hint_in_a_pull_as_well(self):
        context = self.daemon.post(soap.request(soap.ENUMERATE, NUMBER, soap.enumerate_body(),
                                                extra='<w:Locale xml:lang="en-US" s:mustUnderstand="true"/>')).context
        self.assert_answer(self.daemon.post(soap.request(soap.PULL, NUMBER, soap.pull_body(context),
                                                         extra='<w:Locale xml:lang="tlh"/>')))

    def test_options_may_be_typed_null_or_repeated(self):
        for inside in ('<w:Option Name="Colour" Type="q:string" xmlns:q="http://www.w3.org/2001/XMLSchema">green</w:Option>',
                       f'<w:Option Name="Colour" xsi:nil="true" xmlns:xsi="{soap.XSI}"/>',
                       '<w:Option Name="Colour">green</w:Option><w:Option Name="Colour">blue</w:Option>'):
            with self.subTest(inside=inside):
                self.assert_answer(self.daemon.thing("ok", extra=f"<w:OptionSet>{inside}</w:OptionSet>"))

    def test_the_endpoint_reference_of_an_enumeration_is_not_there_to_be_asked_for(self):
        answer = self.daemon.post(soap.request(soap.ENUMERATE, NUMBER, soap.enumerate_body(), extra="<w:RequestEPR/>"))
        self.assert_answer(answer)
        self.assertIsNone(answer.header_element("RequestedEPR", soap.WSMAN))

    def test_an_envelope_of_400_000_bytes_is_taken(self):
        self.assert_answer(self.daemon.thing("ok", extra=f'<q:S xmlns:q="urn:s">{"x" * 400_000}</q:S>'))

    def test_a_fault_fits_into_the_smallest_envelope(self):
        small = '<w:MaxEnvelopeSize s:mustUnderstand="true">8192</w:MaxEnvelopeSize>'
        long = "x" * 100_000
        for name, request in (
                ("selector", soap.request(soap.GET, THING, selectors={long: "x"}, extra=small)),
                ("option", soap.request(soap.GET, THING, selectors={"Name": "ok"}, extra=small
                                        + f'<w:OptionSet><w:Option Name="{long}" MustComply="true"/></w:OptionSet>')),
                ("header", soap.request(soap.GET, THING, selectors={"Name": "ok"},
                                        extra=f'{small}<q:{long} xmlns:q="urn:q" s:mustUnderstand="1"/>')),
                ("mode", soap.request(soap.ENUMERATE, THING, soap.enumerate_body(mode=long), extra=small)),
                ("filter", soap.request(soap.ENUMERATE, THING, soap.enumerate_body(
                    extra=f'<w:Filter Dialect="{long}">x</w:Filter>'), extra=small)),
                ("query", soap.request(soap.ENUMERATE, THING, soap.enumerate_body(
                    extra=f'<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">select * from {long}</w:Filter>'),
                                       extra=small))):
            with self.subTest(name):
                answer = self.daemon.post(request)
                self.assertIsNotNone(answer.fault, answer)
                self.assertLessEqual(len(answer.body), 8192)


class Superclasses(WireCase):
    def test_an_instance_is_got_by_its_superclass_s_name(self):
        selectors = {"InstanceID": self.machine.instance_id("leaf")}
        for superclass in ("CIM_VirtualSystemSettingData", "CIM_SettingData", "CIM_ManagedElement"):
            with self.subTest(superclass=superclass):
                answer = self.daemon.get(soap.WMI + superclass, selectors)
                self.assert_answer(answer)
                self.assertEqual(answer.payload.tag, f"{{{soap.SETTINGS}}}Msvm_VirtualSystemSettingData")
                self.assertEqual(answer.instance["ElementName"], "leaf")


class Enumeration(ProviderCase):
    def begin(self, extra="", header="", resource=NUMBER, **keywords):
        answer = self.daemon.post(soap.request(soap.ENUMERATE, resource, soap.enumerate_body(extra=extra, **keywords),
                                               extra=header))
        # A context that is left would end in the middle of another test, which counts what there is.
        if not answer.fault and answer.context:
            self.addCleanup(self.daemon.post, soap.request(soap.RELEASE, NUMBER, soap.release_body(answer.context)))
        return answer

    def pull(self, context, maximum=None, extra=""):
        return self.daemon.post(soap.request(soap.PULL, NUMBER, soap.pull_body(context, maximum, extra)))

    def test_end_to_is_refused(self):
        self.assert_row(self.begin(f"<n:EndTo><a:Address>{soap.ANONYMOUS}</a:Address></n:EndTo>"),
                        "wsman:UnsupportedFeature/AddressingMode")

    def test_a_filter_is_text_or_one_element(self):
        selector = '<w:Selector Name="Even">true</w:Selector>'
        for dialect, inside in (("http://schemas.microsoft.com/wbem/wsman/1/WQL", "select * from <b>Test_Number</b>"),
                                ("http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter", f"<w:SelectorSet>{selector}</w:SelectorSet>" * 2),
                                ("http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter", f"text<w:SelectorSet>{selector}</w:SelectorSet>")):
            with self.subTest(inside=inside):
                self.assert_row(self.begin(f'<w:Filter Dialect="{dialect}">{inside}</w:Filter>'), "wsen:CannotProcessFilter")

    def filtered(self, dialect, inside):
        return self.begin(f'<w:Filter Dialect="{dialect}">{inside}</w:Filter>', optimised=True, maximum=10)

    def test_a_selector_filter_lets_through_what_has_all_its_values(self):
        def answer(*selectors):
            text = "".join(f'<w:Selector Name="{name}">{value}</w:Selector>' for name, value in selectors)
            return self.filtered("http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter",
                                 f"<w:SelectorSet>{text}</w:SelectorSet>")

        for selectors, expected in (([("Number", "7")], ["7"]), ([("number", "8"), ("EVEN", "true")], ["8"]),
                                    ([("Number", "7"), ("Even", "true")], [])):
            with self.subTest(selectors=selectors):
                found = answer(*selectors)
                self.assert_answer(found)
                self.assertEqual([soap.Instance(item)["Number"] for item in found.items], expected)
        for selectors in ([], [("Colour", "green")], [("Number", "7"), ("Number", "7")]):
            with self.subTest(selectors=selectors):
                self.assert_row(answer(*selectors), "wsen:CannotProcessFilter")

    def test_a_query_that_selects_properties_is_answered_with_fragments(self):
        answer = self.filtered("http://schemas.microsoft.com/wbem/wsman/1/WQL",
                               "select Even from Test_Number where Number = 12")
        self.assert_answer(answer)
        self.assertEqual([(item.tag, [each.text for each in item]) for item in answer.items],
                         [(f"{{{soap.WSMAN}}}XmlFragment", ["true"])])

    def test_two_enumerations_know_nothing_of_each_other(self):
        first, second = self.begin().context, self.begin().context
        self.assertNotEqual(first, second)
        self.assertEqual(len(self.pull(first, 10).items), 10)
        for context, number in ((second, "0"), (first, "10")):
            self.assertEqual(soap.Instance(self.pull(context).items[0])["Number"], number)

    def test_no_estimate_comes_unasked(self):
        self.assertIsNone(self.begin().header_element("TotalItemsCountEstimate", soap.WSMAN))

    def test_max_characters_bounds_what_a_pull_brings(self):
        answer = self.pull(self.begin().context, 1000, "<n:MaxCharacters>2000</n:MaxCharacters>")
        self.assert_answer(answer)
        self.assertTrue(0 < len(answer.items) < 20, len(answer.items))
        items = answer.text[answer.text.index("<n:Items>") + len("<n:Items>"):answer.text.index("</n:Items>")]
        self.assertLessEqual(len(items), 2000)

    def test_a_release_frees_what_the_context_held(self):
        before = self.daemon.process_property("LiveCursors")
        context = self.begin().context
        self.pull(context)
        self.assertEqual(self.daemon.process_property("LiveCursors"), before + 1)
        self.assert_answer(self.daemon.post(soap.request(soap.RELEASE, NUMBER, soap.release_body(context))))
        self.assertEqual(self.daemon.process_property("LiveCursors"), before)

    NOTHING = ('<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">'
               "select * from Test_Number where Even = true and not Even = true</w:Filter>")

    def test_a_pull_that_outlasts_its_max_time_is_timed_out_and_its_context_stays(self):
        context = self.begin(self.NOTHING).context
        for _ in range(2):
            began = time.monotonic()
            self.assert_row(self.pull(context, 10, "<n:MaxTime>PT0.05S</n:MaxTime>"), "wsen:TimedOut")
            self.assertLess(time.monotonic() - began, 5)

    def test_a_pull_that_finds_less_than_it_may_in_its_max_time_brings_that(self):
        answer = self.pull(self.begin().context, 1_000_000, "<n:MaxTime>PT10S</n:MaxTime>")
        self.assert_answer(answer)
        self.assertGreater(len(answer.items), 0)

    def test_a_context_ends_when_its_time_is_over(self):
        context = self.begin("<n:Expires>PT0.2S</n:Expires>").context
        end = time.monotonic() + 20
        while not (answer := self.pull(context)).fault:
            self.assertLess(time.monotonic(), end)
        self.assert_row(answer, "wsen:InvalidEnumerationContext")
