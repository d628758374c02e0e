"""Enumerate, Pull and Release in every mode (DSP0226 8, facts/wire.md)."""

import unittest

from wire import soap
from wire.case import WireCase
from wire.daemon import Daemon

INVALID_CONTEXT = dict(subcode="wsen:InvalidEnumerationContext", family="enumeration", code="Receiver", windows=2150858779)


class Enumeration(WireCase):
    # One machine with four snapshots: five settings.

    def begin(self, resource=soap.SETTINGS, **keywords):
        return self.daemon.post(soap.request(soap.ENUMERATE, resource, soap.enumerate_body(**keywords)))

    def pull(self, context, maximum=None, resource=soap.SETTINGS, **keywords):
        return self.daemon.post(soap.request(soap.PULL, resource, soap.pull_body(context, maximum)), **keywords)

    def ids(self, answer):
        return [soap.Instance(item)["InstanceID"] for item in answer.items]

    def expected(self):
        return sorted(["Microsoft:" + self.machine.id, *map(self.machine.instance_id, self.machine.names())])

    def test_a_plain_enumerate_answers_a_context_and_no_items(self):
        answer = self.begin()
        self.assert_answer(answer, soap.ENUMERATE + "Response")
        self.assertEqual(answer.payload.tag, f"{{{soap.ENUMERATION}}}EnumerateResponse")
        self.assertIsNone(answer.items)
        self.assertTrue(answer.context)

    def test_a_pull_without_max_elements_brings_one(self):
        context, seen = self.begin().context, []
        for left in range(4, -1, -1):
            answer = self.pull(context)
            self.assert_answer(answer, soap.PULL + "Response")
            seen += self.ids(answer)
            self.assertEqual(len(answer.items), 1)
            if left:
                self.assertIsNone(answer.end_of_sequence)
                context = answer.context
            else:
                break
        while answer.end_of_sequence is None:
            answer = self.pull(answer.context)
            self.assertEqual(answer.items, [])
        self.assertIsNone(answer.context)
        self.assertEqual(answer.end_of_sequence, soap.ENUMERATION)
        self.assertEqual(sorted(seen), self.expected())

    def test_an_optimised_enumerate_without_max_elements_brings_one(self):
        answer = self.begin(optimised=True)
        self.assertEqual(len(answer.items), 1)
        self.assertTrue(answer.context)
        self.assertIsNone(answer.end_of_sequence)

    def test_an_optimised_enumerate_that_holds_all_ends_in_the_wsman_namespace(self):
        answer = self.begin(optimised=True, maximum=100)
        self.assert_answer(answer)
        self.assertEqual(sorted(self.ids(answer)), self.expected())
        self.assertEqual(answer.end_of_sequence, soap.WSMAN)
        self.assertIsNone(answer.context)
        self.assertEqual(answer.find("Items", soap.WSMAN).tag, f"{{{soap.WSMAN}}}Items")

    def test_pages_of_any_size_bring_everything_once(self):
        for size in (1, 2, 3, 4, 5, 6, 1000):
            with self.subTest(size=size):
                answer = self.begin(optimised=True, maximum=size)
                seen = self.ids(answer)
                while answer.context:
                    answer = self.pull(answer.context, size)
                    self.assert_answer(answer)
                    self.assertLessEqual(len(answer.items), size)
                    seen += self.ids(answer)
                self.assertEqual(sorted(seen), self.expected())

    def test_items_are_there_even_when_empty(self):
        answer = self.daemon.post(soap.request(soap.ENUMERATE, soap.JOB, soap.enumerate_body(10, True)))
        self.assert_answer(answer)
        self.assertEqual((answer.items, answer.end_of_sequence), ([], soap.WSMAN))
        answer = self.begin(resource=soap.JOB)
        answer = self.pull(answer.context, resource=soap.JOB)
        self.assert_answer(answer)
        self.assertEqual((answer.items, answer.end_of_sequence), ([], soap.ENUMERATION))

    def test_references_alone(self):
        answer = self.begin(optimised=True, maximum=100, mode="EnumerateEPR")
        self.assert_answer(answer)
        self.assertEqual({item.tag for item in answer.items}, {f"{{{soap.ADDRESSING}}}EndpointReference"})
        found = [soap.Reference(item) for item in answer.items]
        self.assertEqual(sorted(each.selectors["InstanceID"] for each in found), self.expected())
        self.assertEqual({each.selectors["__cimnamespace"] for each in found}, {soap.CIM_NAMESPACE})
        self.assertEqual({each.resource for each in found}, {soap.SETTINGS})
        for each in found:
            self.assert_answer(self.daemon.get(each.resource, each.selectors))

    def test_objects_with_their_references(self):
        answer = self.begin(optimised=True, maximum=100, mode="EnumerateObjectAndEPR")
        self.assert_answer(answer)
        self.assertEqual({item.tag for item in answer.items}, {f"{{{soap.WSMAN}}}Item"})
        for item in answer.items:
            instance, reference = item
            self.assertEqual(soap.Instance(instance)["InstanceID"], soap.Reference(reference).selectors["InstanceID"])

    def test_an_unknown_mode_is_refused(self):
        self.assert_fault(self.begin(mode="EnumerateEverything"), "wsman:UnsupportedFeature", "EnumerationMode",
                          windows=2150858886)

    def test_polymorphism_modes_are_known_and_others_refused(self):
        for mode in ("None", "IncludeSubClassProperties", "ExcludeSubClassProperties"):
            with self.subTest(mode=mode):
                self.assert_answer(self.begin(extra=f"<b:PolymorphismMode>{mode}</b:PolymorphismMode>"))
        self.assert_fault(self.begin(extra="<b:PolymorphismMode>Sideways</b:PolymorphismMode>"),
                          "wsmb:PolymorphismModeNotSupported", code="Receiver", windows=2150859063)

    def test_a_superclass_answers_with_its_subclasses_instances(self):
        management = soap.WMI + "Msvm_VirtualSystemManagementService"
        for superclass, subclasses in (("CIM_VirtualSystemSettingData", [soap.SETTINGS]),
                                       ("CIM_ComputerSystem", [soap.MACHINE]),
                                       ("CIM_Service", [soap.SERVICE, management])):
            with self.subTest(superclass=superclass):
                answer = self.begin(resource=soap.WMI + superclass, optimised=True, maximum=100)
                self.assert_answer(answer)
                self.assertEqual(len(answer.items), sum(len(self.daemon.enumerate(one)) for one in subclasses))
                self.assertEqual({soap.local(item.tag) for item in answer.items},
                                 {one.rpartition("/")[2] for one in subclasses})

    def test_the_host_is_one_of_the_computer_systems(self):
        captions = [soap.Instance(item)["Caption"] for item in self.daemon.enumerate(soap.MACHINE)]
        self.assertEqual(sorted(captions), ["Hosting Computer System", "Virtual Machine"])

    def test_a_pull_may_name_another_resource_than_its_enumerate(self):
        for resource in (soap.MACHINE, soap.WMI + "*", soap.DMTF + "Msvm_VirtualSystemSettingData"):
            with self.subTest(resource=resource):
                self.assert_answer(self.pull(self.begin().context, resource=resource))

    def test_a_released_context_is_gone(self):
        context = self.begin().context
        release = soap.request(soap.RELEASE, soap.SETTINGS, soap.release_body(context))
        answer = self.daemon.post(release)
        self.assert_answer(answer, soap.RELEASE + "Response")
        self.assert_fault(self.pull(context), **INVALID_CONTEXT)
        self.assert_fault(self.daemon.post(release), **INVALID_CONTEXT)

    def test_a_context_that_never_was_or_has_ended_is_invalid(self):
        ended = self.begin(maximum=None)
        context, answer = ended.context, ended
        while answer.context:
            context = answer.context
            answer = self.pull(context, 100)
        for name in ("uuid:00000000-0000-0000-0000-000000000000", "", "&lt;x/&gt;", context):
            with self.subTest(context=name):
                self.assert_fault(self.pull(name), **INVALID_CONTEXT)

    def test_a_filter_in_a_dialect_that_is_not_there_is_refused(self):
        dialects = ["http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf", "http://example.com/dialect", "http://www.w3.org/TR/1999/REC-xpath-19991116"]
        for dialect in dialects:
            with self.subTest(dialect=dialect):
                answer = self.begin(extra=f'<w:Filter Dialect="{dialect}">select * from x</w:Filter>')
                self.assertIsNotNone(answer.fault, answer)
                self.assertEqual(answer.fault.subcode, "wsen:FilterDialectRequestedUnavailable")
                self.assert_form(answer, soap.FAULT_ACTION["enumeration"])

    def test_an_estimate_of_all_items_comes_with_the_answer_when_asked_for(self):
        answer = self.daemon.post(soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body(),
                                               extra="<w:RequestTotalItemsCountEstimate/>"))
        self.assert_answer(answer)
        estimate = answer.header_element("TotalItemsCountEstimate", soap.WSMAN)
        self.assertIsNotNone(estimate, answer)
        self.assertTrue(estimate.get(f"{{{soap.XSI}}}nil") == "true" or int(estimate.text) == 5)

    def test_a_small_envelope_brings_shorter_pages_and_still_everything(self):
        small = '<w:MaxEnvelopeSize s:mustUnderstand="true">8192</w:MaxEnvelopeSize>'
        answer = self.daemon.post(soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body(100, True), extra=small))
        seen = []
        while True:
            self.assert_answer(answer)
            self.assertLessEqual(len(answer.body), 8192)
            seen += self.ids(answer)
            if not answer.context:
                break
            answer = self.daemon.post(soap.request(soap.PULL, soap.SETTINGS, soap.pull_body(answer.context, 100), extra=small))
        self.assertEqual(sorted(seen), self.expected())

    def test_a_max_elements_that_is_no_positive_number_is_a_fault(self):
        for text in ("0", "-1", "many"):
            with self.subTest(maximum=text):
                self.assertIsNotNone(self.begin(maximum=text, optimised=True).fault)

    def test_an_expiration_in_the_past_is_refused(self):
        for text in ("PT0S", "-PT60S", "2001-01-01T00:00:00Z", "soon"):
            with self.subTest(expires=text):
                answer = self.begin(extra=f"<n:Expires>{text}</n:Expires>")
                self.assertIsNotNone(answer.fault, answer)
                self.assertEqual(answer.fault.subcode, "wsen:InvalidExpirationTime")

    def about(self, operation, context, extra=""):
        body = f"<n:{operation}><n:EnumerationContext>{context}</n:EnumerationContext>{extra}</n:{operation}>"
        return self.daemon.post(soap.request(f"{soap.ENUMERATION}/{operation}", soap.SETTINGS, body))

    def expires(self, answer):
        return answer.find("Expires", soap.ENUMERATION).text

    def test_renew_moves_the_end_of_a_context_and_get_status_tells_it(self):
        context = self.begin().context
        answer = self.about("Renew", context, "<n:Expires>PT5M</n:Expires>")
        self.assert_answer(answer, f"{soap.ENUMERATION}/RenewResponse")
        self.assertEqual(self.expires(answer), "P0DT0H5M0S")
        answer = self.about("GetStatus", context)
        self.assert_answer(answer, f"{soap.ENUMERATION}/GetStatusResponse")
        self.assertRegex(self.expires(answer), r"^P0DT0H(5M0|4M\d+(\.\d+)?)S$")
        self.assert_answer(self.pull(context))

    def test_renew_and_get_status_know_only_open_contexts(self):
        context = self.begin().context
        self.assert_fault(self.about("Renew", context, "<n:Expires>PT0S</n:Expires>"), "wsen:InvalidExpirationTime",
                          family="enumeration", windows=2150858774)
        self.assert_answer(self.about("Release", context))
        for operation in ("Renew", "GetStatus", "Release"):
            for name in (context, "uuid:00000000-0000-0000-0000-000000000000", ""):
                with self.subTest(operation=operation, context=name):
                    self.assert_fault(self.about(operation, name), **INVALID_CONTEXT)

    def test_an_expiration_that_was_asked_for_is_granted_and_told(self):
        for asked, granted in (("PT90S", r"P0DT0H1M30S"), ("P1D", r"P0DT0H10M0S"), ("2099-01-01T00:00:00Z", r"\d{4}-.*Z")):
            with self.subTest(asked):
                answer = self.begin(extra=f"<n:Expires>{asked}</n:Expires>")
                self.assert_answer(answer)
                self.assertRegex(self.expires(answer), f"^{granted}$")
        self.assertIsNone(self.begin().find("Expires", soap.ENUMERATION))

    def test_a_singletons_count_is_known(self):
        answer = self.daemon.post(soap.request(soap.ENUMERATE, soap.SERVICE, soap.enumerate_body(),
                                               extra="<w:RequestTotalItemsCountEstimate/>"))
        self.assert_answer(answer)
        self.assertEqual(answer.header("TotalItemsCountEstimate", soap.WSMAN), "1")

    def test_system_properties_come_where_a_query_names_them(self):
        query = "SELECT __CLASS, __RELPATH, ElementName FROM Msvm_VirtualSystemSettingData WHERE __CLASS LIKE 'Msvm%'"
        answer = self.begin(resource=soap.WMI + "*", optimised=True, maximum=100, extra=
                            f'<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">{query}</w:Filter>')
        self.assert_answer(answer)
        self.assertEqual(len(answer.items), 5)
        for item in answer.items:
            fragment = soap.Instance(item)
            self.assertEqual(fragment.order, ["ElementName", "__CLASS", "__RELPATH"])
            self.assertEqual(fragment["__CLASS"], "Msvm_VirtualSystemSettingData")

    def test_excluded_subclass_properties_are_left_out(self):
        answer = self.begin(resource=soap.WMI + "CIM_VirtualSystemSettingData", optimised=True, maximum=100,
                            extra="<b:PolymorphismMode>ExcludeSubClassProperties</b:PolymorphismMode>")
        self.assert_answer(answer)
        self.assertEqual({soap.local(item.tag) for item in answer.items}, {"CIM_VirtualSystemSettingData"})
        self.assertEqual(sorted(self.ids(answer)), self.expected())
        self.assertNotIn("SecureBootEnabled", soap.Instance(answer.items[0]))
        answer = self.begin(resource=soap.WMI + "CIM_VirtualSystemSettingData", optimised=True, maximum=100,
                            extra="<b:PolymorphismMode>None</b:PolymorphismMode>")
        self.assertEqual(answer.items, [])


class ContextsBelongToTheirUser(WireCase):
    daemon_options = {"users": {"alice": "Passw0rd!", "mallory": "Secr3t??"}}

    def test_another_user_can_neither_pull_nor_release(self):
        context = self.daemon.post(soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body())).context
        other = dict(user="mallory", password="Secr3t??")
        for action, body in ((soap.PULL, soap.pull_body(context)), (soap.RELEASE, soap.release_body(context))):
            with self.subTest(action=action):
                answer = self.daemon.post(soap.request(action, soap.SETTINGS, body), **other)
                self.assertIsNotNone(answer.fault, answer)
                self.assertIn(answer.fault.subcode, ("wsen:InvalidEnumerationContext", "wsman:AccessDenied"))
        self.assert_answer(self.daemon.post(soap.request(soap.PULL, soap.SETTINGS, soap.pull_body(context))))


class ManyMachines(unittest.TestCase):
    def test_a_thousand_snapshots_come_in_pages(self):
        with Daemon(backend="machines = 100\nsnapshots_per_machine = 10") as daemon:
            self.assertEqual(len(daemon.snapshots()), 1000)
            self.assertEqual(len(daemon.enumerate(soap.MACHINE, maximum=7)), 101)

    def test_a_search_that_finds_nothing_in_time_is_timed_out_and_goes_on(self):
        with Daemon(backend="machines = 20000\nsnapshots_per_machine = 1") as daemon:
            query = ('<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">SELECT * FROM Msvm_ComputerSystem '
                     "WHERE ElementName = 'vm-20000'</w:Filter>")
            context = daemon.post(soap.request(soap.ENUMERATE, soap.MACHINE, soap.enumerate_body(extra=query))).context
            brief = soap.pull_body(context, 5, extra="<n:MaxTime>PT0.001S</n:MaxTime>")
            answer = daemon.post(soap.request(soap.PULL, soap.MACHINE, brief))
            self.assertEqual(answer.fault.subcode, "wsen:TimedOut", answer)
            answer = daemon.post(soap.request(soap.PULL, soap.MACHINE, soap.pull_body(context, 5)))
            self.assertEqual([soap.Instance(item)["ElementName"] for item in answer.items], ["vm-20000"])
            self.assertIsNotNone(answer.end_of_sequence)
