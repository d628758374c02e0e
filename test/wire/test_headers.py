"""Header blocks of a request: missing, twice, unknown, malformed (DSP0226 5 and 6, facts/faults.md)."""

from wire import soap
from wire.case import WireCase

INFORMATION = "wsa:InvalidMessageInformationHeader"


class Headers(WireCase):
    def ask(self, extra="", leave_out=(), resource=soap.SERVICE, action=soap.GET, **keywords):
        """A Get of the snapshot service with something about its headers changed."""
        return self.daemon.post(soap.envelope(
            soap.headers(action, resource, extra=extra, leave_out=leave_out, **keywords)))

    def test_each_addressing_header_is_required(self):
        for name in ("To", "Action", "MessageID", "ReplyTo"):
            with self.subTest(missing=name):
                self.assert_fault(self.ask(leave_out=[name]), "wsa:MessageInformationHeaderRequired", family="addressing",
                                  windows=2150858769)

    def test_a_missing_resource_uri_reaches_nothing(self):
        self.assert_fault(self.ask(leave_out=["ResourceURI"]), "wsa:DestinationUnreachable", "InvalidResourceURI",
                          family="addressing", windows=2150858811)

    def test_no_header_may_be_there_twice(self):
        second = {
            "To": "<a:To>http://localhost/wsman</a:To>",
            "Action": f"<a:Action>{soap.GET}</a:Action>",
            "MessageID": "<a:MessageID>uuid:2</a:MessageID>",
            "ReplyTo": f"<a:ReplyTo><a:Address>{soap.ANONYMOUS}</a:Address></a:ReplyTo>",
            "ResourceURI": f"<w:ResourceURI>{soap.SERVICE}</w:ResourceURI>",
            "SelectorSet": "<w:SelectorSet/><w:SelectorSet/>",
            "OperationTimeout": "<w:OperationTimeout>PT5S</w:OperationTimeout>" * 2,
            "MaxEnvelopeSize": "<w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize>" * 2,
            "Locale": '<w:Locale xml:lang="en-US"/>' * 2,
            "OptionSet": "<w:OptionSet/>" * 2,
        }
        for name, text in second.items():
            with self.subTest(twice=name):
                self.assert_fault(self.ask(extra=text), INFORMATION, family="addressing", windows=2150858767)

    def test_an_unknown_header_matters_only_if_it_must_be_understood(self):
        for flag in ("true", "1"):
            with self.subTest(mustUnderstand=flag):
                answer = self.ask(extra=f'<q:Strange xmlns:q="urn:strange" s:mustUnderstand="{flag}"/>', message_id="uuid:42")
                self.assert_fault(answer, "", code="MustUnderstand", family="addressing", relates_to="uuid:42")
                named = answer.header_element("NotUnderstood", soap.SOAP)
                self.assertIsNotNone(named, answer)
                prefix, _, name = named.get("qname").partition(":")
                self.assertEqual((answer.prefixes[prefix], name), ("urn:strange", "Strange"))
        for attribute in ('s:mustUnderstand="false"', 's:mustUnderstand="0"', "", 'mustUnderstand="true"'):
            with self.subTest(attribute=attribute):
                self.assert_answer(self.ask(extra=f'<q:Strange xmlns:q="urn:strange" {attribute}/>'))

    def test_another_soap_version_is_named_and_ours_offered(self):
        for other in ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2099/soap-envelope", "urn:x"):
            with self.subTest(soap=other):
                answer = self.daemon.post(soap.envelope(soap.headers(soap.GET, soap.SERVICE), soap=other))
                self.assert_fault(answer, "", code="VersionMismatch", family="addressing", windows=2150858765)
                upgrade = answer.header_element("Upgrade", soap.SOAP)
                self.assertIsNotNone(upgrade, answer)
                self.assertEqual([each.tag for each in upgrade], [f"{{{soap.SOAP}}}SupportedEnvelope"])

    def test_relates_to_is_the_message_id_to_the_letter(self):
        for message_id in ("uuid:7B2EA79A-0F38-4A2B-9C7D-AA4B7A0E1B11", "urn:uuid:7b2ea79a-0f38-4a2b-9c7d-aa4b7a0e1b11", "0",
                           "http://example.com/?a=1&amp;b=%3C2"):
            with self.subTest(message_id=message_id):
                answer = self.ask(message_id=message_id)
                self.assert_answer(answer, soap.GET + "Response", message_id.replace("&amp;", "&"))
                self.assert_fault(self.ask(message_id=message_id, resource=soap.WMI + "No_SuchClass"),
                                  "wsa:DestinationUnreachable", "InvalidResourceURI", family="addressing",
                                  relates_to=message_id.replace("&amp;", "&"))

    def test_an_empty_message_id_is_answered_as_a_client_sends_it(self):
        answer = self.ask(leave_out=["MessageID"], extra="<a:MessageID s:mustUnderstand='true'/>")
        self.assert_answer(answer, soap.GET + "Response")

    def test_the_operation_and_session_ids_of_windows_are_echoed(self):
        operation = "uuid:0F2C7B2E-A79A-0F38-4A2B-9C7DAA4B7A0E"
        answer = self.ask(extra=f'<p:OperationID s:mustUnderstand="false">{operation}</p:OperationID>'
                          '<p:SessionId s:mustUnderstand="false">uuid:AA</p:SessionId><p:SequenceId s:mustUnderstand="false">1'
                          '</p:SequenceId>')
        self.assert_answer(answer)
        self.assertEqual(answer.header("OperationID", soap.MICROSOFT), operation)
        self.assertEqual(answer.header("SessionId", soap.MICROSOFT), "uuid:AA")

    def test_white_space_around_uris_is_not_significant(self):
        answer = self.daemon.post(soap.envelope(
            f"<a:To> http://localhost/wsman </a:To><w:ResourceURI>\n\t{soap.SERVICE}\n </w:ResourceURI>"
            f"<a:ReplyTo><a:Address>\n{soap.ANONYMOUS} </a:Address></a:ReplyTo><a:Action>  {soap.GET}\n</a:Action>"
            f"<a:MessageID>uuid:1</a:MessageID>"))
        self.assert_answer(answer, soap.GET + "Response", "uuid:1")

    def test_an_operation_timeout_is_a_positive_duration(self):
        for text in ("PT0S", "-PT5S", "soon", "60", ""):
            with self.subTest(timeout=text):
                self.assert_fault(self.ask(extra=f"<w:OperationTimeout>{text}</w:OperationTimeout>"), INFORMATION,
                                  "InvalidTimeout", family="wsman", windows=2150858881)
        for text in ("PT20S", "PT60.000S", "PT1M30S", "P1D"):
            with self.subTest(timeout=text):
                self.assert_answer(self.ask(extra=f"<w:OperationTimeout>{text}</w:OperationTimeout>"))

    def test_an_envelope_size_below_8192_is_refused(self):
        for size in ("0", "1", "8191"):
            with self.subTest(size=size):
                self.assert_fault(self.ask(extra=f'<w:MaxEnvelopeSize s:mustUnderstand="true">{size}</w:MaxEnvelopeSize>'),
                                  "wsman:EncodingLimit", "MinimumEnvelopeLimit", windows=2150858878)
        for size in ("8192", "102400", "153600", "524288"):
            with self.subTest(size=size):
                self.assert_answer(self.ask(extra=f'<w:MaxEnvelopeSize s:mustUnderstand="true">{size}</w:MaxEnvelopeSize>'))

    def test_an_envelope_size_that_is_no_number_is_an_invalid_header(self):
        for size in ("much", "-1", "", "8192.5"):
            with self.subTest(size=size):
                self.assert_fault(self.ask(extra=f"<w:MaxEnvelopeSize>{size}</w:MaxEnvelopeSize>"), INFORMATION,
                                  family="addressing")

    def test_a_locale_is_a_hint_unless_it_must_be_understood(self):
        self.assert_answer(self.ask(extra='<w:Locale xml:lang="tlh" s:mustUnderstand="false"/>'))
        self.assert_answer(self.ask(extra='<w:Locale xml:lang="en-GB" s:mustUnderstand="true"/>'))
        self.assert_fault(self.ask(extra='<w:Locale xml:lang="tlh" s:mustUnderstand="true"/>'),
                          "wsman:UnsupportedFeature", "Locale")

    def test_an_option_matters_only_if_it_must_be_complied_with(self):
        option = '<w:OptionSet s:mustUnderstand="true"><w:Option Name="Colour"{}>green</w:Option></w:OptionSet>'
        self.assert_answer(self.ask(extra=option.format("")))
        self.assert_answer(self.ask(extra=option.format(' MustComply="false"')))
        self.assert_answer(self.ask(extra='<w:OptionSet s:mustUnderstand="true"></w:OptionSet>'))
        self.assert_fault(self.ask(extra=option.format(' MustComply="true"')), "wsman:InvalidOptions", "NotSupported",
                          windows=2150858833)

    def test_an_answer_goes_nowhere_but_back(self):
        for name in ("ReplyTo", "FaultTo"):
            with self.subTest(header=name):
                elsewhere = f"<a:{name}><a:Address>http://192.0.2.1/collect</a:Address></a:{name}>"
                self.assert_fault(self.ask(leave_out=[name], extra=elsewhere), "wsman:UnsupportedFeature", "AddressingMode")

    def test_the_endpoint_reference_that_is_asked_for_comes_along(self):
        answer = self.ask(extra="<w:RequestEPR/>")
        self.assert_answer(answer)
        requested = answer.header_element("RequestedEPR", soap.WSMAN)
        self.assertIsNotNone(requested, answer)
        self.assertEqual(soap.Reference(requested[0]).resource.lower(), soap.SERVICE.lower())

    def test_a_uri_of_more_than_2048_characters_is_too_long(self):
        self.assert_fault(self.ask(resource=soap.WMI + "x" * 2048), "wsman:EncodingLimit", "URILimitExceeded",
                          windows=2150858797)

    def test_a_message_id_that_is_too_long_is_not_echoed_by_its_fault(self):
        for extra in ("", "<w:Locale>"):  # refused as it is, and as a message that is no XML
            with self.subTest(extra=extra):
                answer = self.ask(message_id="uuid:" + "x" * 2048, extra=extra)
                self.assertIsNotNone(answer.fault, answer)
                self.assertNotIn("xxx", answer.text)
                self.assertIsNone(answer.header("RelatesTo"))
        longest = "uuid:" + "x" * 2043
        self.assert_answer(self.ask(message_id=longest), soap.GET + "Response", longest)

    def test_more_selectors_and_options_than_the_limit_are_refused(self):
        self.assert_fault(self.ask(selectors=[(f"k{i}", "v") for i in range(65)]), "wsman:EncodingLimit", "SelectorLimit",
                          windows=2150858826)
        options = "".join(f'<w:Option Name="o{i}">v</w:Option>' for i in range(65))
        self.assert_fault(self.ask(extra=f"<w:OptionSet>{options}</w:OptionSet>"), "wsman:EncodingLimit", "OptionLimit",
                          windows=2150858827)

    def test_an_unknown_action_is_not_supported(self):
        for action in ("http://example.com/Action", soap.TRANSFER + "/Fetch", soap.SERVICE + "/NoSuchMethod"):
            with self.subTest(action=action):
                self.assert_fault(self.ask(action=action), "wsa:ActionNotSupported", family="addressing")

    def test_an_action_that_does_not_fit_its_body_is_a_mismatch(self):
        answer = self.daemon.post(soap.request(soap.PULL, soap.SETTINGS, soap.enumerate_body()))
        self.assert_fault(answer, "wsa:ActionNotSupported", "ActionMismatch", family="addressing")

    def test_a_resource_uri_that_names_no_class_of_ours_reaches_nothing(self):
        for resource in (soap.WMI + "Msvm_NoSuchClass", "http://example.com/thing", "urn:x",
                         "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Msvm_ComputerSystem"):
            with self.subTest(resource=resource):
                self.assert_fault(self.ask(resource=resource), "wsa:DestinationUnreachable", "InvalidResourceURI",
                                  family="addressing", windows=2150858811)

    def test_what_is_no_soap_message_is_a_fault_with_status_400(self):
        for body in ("", "not XML", "<a><b></a>", "<a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
                     f'<s:Envelope xmlns:s="{soap.SOAP}"/>', soap.request(soap.GET, soap.SERVICE) + "trailing",
                     soap.request(soap.GET, soap.SERVICE)[:-20], "<?pi?>" + soap.request(soap.GET, soap.SERVICE),
                     soap.envelope("<w:SelectorSet><unbound:Selector/></w:SelectorSet>"), "\0"):
            with self.subTest(body=body[:60]):
                answer = self.daemon.post(body)
                self.assert_fault(answer, "wsman:SchemaValidationError", status=400)

    def test_what_is_too_deep_or_too_much_is_refused_and_the_next_request_is_answered(self):
        deep = soap.request(soap.GET, soap.SERVICE, "<d>" * 100 + "</d>" * 100)
        many = soap.request(soap.GET, soap.SERVICE, "<d>" + "<e/>" * 10_001 + "</d>")
        attributes = soap.request(soap.GET, soap.SERVICE, "<d " + " ".join(f'a{i}="1"' for i in range(33)) + "/>")
        namespaces = soap.request(soap.GET, soap.SERVICE, "<d " + " ".join(f'xmlns:a{i}="urn:{i}"' for i in range(257)) + "/>")
        for name, body in (("deep", deep), ("many", many), ("attributes", attributes), ("namespaces", namespaces)):
            with self.subTest(name):
                answer = self.daemon.post(body)
                self.assertIsNotNone(answer.fault, answer)
                self.assertEqual(answer.fault.subcode, "wsman:EncodingLimit")
        self.assert_answer(self.ask())
