"""Classes on request, as CimCmdlets ask for them (DSP0227 15, MS-WSMV 3.1.4.1.38, 3.1.4.2, 3.1.4.8)."""

import unittest
import xml.etree.ElementTree as ElementTree

from wire import soap
from wire.case import WireCase

CLASS = "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/"
ANY = CLASS + "*"
WS_CIM = "http://schemas.dmtf.org/wbem/ws-cim/1/cim-schema/2/"

# What Get-CimClass sends (and MI_Session_GetClass, which is under it).
CIM_CMDLETS = {"IncludeInheritanceHierarchy": "true", "IncludeInheritedElements": "true", "IncludeQualifiers": "true"}


def options(values, must_comply=False):
    return "<w:OptionSet>" + "".join(
        f'<w:Option Name="{name}" Type="xs:boolean"{" MustComply=" + chr(34) + "true" + chr(34) if must_comply else ""}>{value}</w:Option>'
        for name, value in values.items()) + "</w:OptionSet>" if values else ""


class Classes(WireCase):
    def ask(self, name="", resource=ANY, cim_namespace=soap.CIM_NAMESPACE, action=soap.GET, body="", must_comply=False,
            **chosen):
        selectors = {}
        if cim_namespace:
            selectors["__cimnamespace"] = cim_namespace
        if name:
            selectors["ClassName"] = name
        return self.daemon.post(soap.request(action, resource, body, selectors=selectors, extra=options(chosen, must_comply)))

    def get_class(self, name, **keywords):
        answer = self.ask(name, **keywords)
        self.assert_answer(answer, soap.GET + "Response")
        self.assertEqual(answer.payload.tag, "CLASS")
        return answer.payload

    def list_classes(self, name="", mode=None, maximum=1000, **chosen):
        body = soap.enumerate_body(maximum, True, mode)
        answer = self.ask(name, action=soap.ENUMERATE, body=body, **chosen)
        self.assert_answer(answer, soap.ENUMERATE + "Response")
        items = list(answer.items)
        while answer.context:
            answer = self.daemon.post(soap.request(soap.PULL, ANY, soap.pull_body(answer.context, maximum)))
            self.assert_answer(answer, soap.PULL + "Response")
            items += answer.items
        return items

    def names(self, *arguments, **keywords):
        return [each.get("NAME") for each in self.list_classes(*arguments, **keywords)]

    # Get

    def test_a_class_is_named_by_selectors(self):
        found = self.get_class("Msvm_ConcreteJob")
        self.assertEqual((found.get("NAME"), found.get("SUPERCLASS")), ("Msvm_ConcreteJob", "CIM_ConcreteJob"))

    def test_a_class_is_named_at_the_end_of_the_uri(self):
        for resource in (CLASS + "Msvm_ConcreteJob", CLASS + "msvm_CONCRETEjob"):
            for cim_namespace in (soap.CIM_NAMESPACE, "ROOT\\virtualization\\V2", None):
                with self.subTest(resource=resource, cim_namespace=cim_namespace):
                    found = self.get_class("", resource=resource, cim_namespace=cim_namespace)
                    self.assertEqual(found.get("NAME"), "Msvm_ConcreteJob")
        found = self.get_class("", resource=CLASS + "Msvm_ConcreteJob?__cimnamespace=root/virtualization/v2", cim_namespace=None)
        self.assertEqual(found.get("NAME"), "Msvm_ConcreteJob")

    def test_without_options_there_is_what_the_class_adds_and_no_more(self):
        found = self.get_class("Msvm_ConcreteJob")
        self.assertEqual([each.get("NAME") for each in found], ["Cancellable", "JobType", "GetErrorEx"])
        self.assertIsNone(found.find(".//QUALIFIER"))
        self.assertIsNone(found.get("DERIVATION"))
        self.assertTrue(all(each.get("CLASSORIGIN") is None and each.get("PROPAGATED") is None for each in found))

    def test_as_cim_cmdlets_ask_for_it(self):
        found = self.get_class("Msvm_ConcreteJob", **CIM_CMDLETS)
        self.assertEqual(found.get("DERIVATION"),
                         "CIM_ConcreteJob,CIM_Job,CIM_LogicalElement,CIM_ManagedSystemElement,CIM_ManagedElement")
        properties = {each.get("NAME"): each for each in found if each.tag.startswith("PROPERTY")}
        self.assertEqual(len(properties), 41)
        self.assertEqual((properties["JobState"].get("TYPE"), properties["JobState"].get("PROPAGATED")), ("uint16", "true"))
        self.assertEqual(properties["OperationalStatus"].tag, "PROPERTY.ARRAY")
        key = [each.get("NAME").lower() for each in properties["InstanceID"].iterfind("QUALIFIER")]
        self.assertIn("key", key)
        self.assertIsNone(properties["JobType"].get("PROPAGATED"))

    def test_a_method_has_its_parameters_in_order(self):
        found = self.get_class("Msvm_VirtualSystemSnapshotService", **CIM_CMDLETS)
        method = found.find("METHOD[@NAME='CreateSnapshot']")
        self.assertEqual(method.get("TYPE"), "uint32")
        self.assertEqual([(each.tag, each.get("NAME"), each.get("REFERENCECLASS") or each.get("TYPE"))
                          for each in method if each.tag.startswith("PARAMETER")],
                         [("PARAMETER.REFERENCE", "AffectedSystem", "CIM_ComputerSystem"),
                          ("PARAMETER", "SnapshotSettings", "string"), ("PARAMETER", "SnapshotType", "uint16"),
                          ("PARAMETER.REFERENCE", "ResultingSnapshot", "CIM_VirtualSystemSettingData"),
                          ("PARAMETER.REFERENCE", "Job", "CIM_ConcreteJob")])

    def test_the_class_origin_is_told_if_asked_for(self):
        found = self.get_class("Msvm_ConcreteJob", IncludeClassOrigin="true", IncludeInheritedElements="TRUE")
        origin = {each.get("NAME"): each.get("CLASSORIGIN") for each in found}
        self.assertEqual(origin["PercentComplete"], "CIM_Job")
        self.assertEqual(origin["Description"], "CIM_ManagedElement")
        self.assertEqual(origin["JobType"], "Msvm_ConcreteJob")
        self.assertEqual(origin["RequestStateChange"], "CIM_ConcreteJob")

    def test_a_superclass_is_known_by_what_derives_from_it(self):
        found = self.get_class("CIM_Job", IncludeQualifiers="true")
        self.assertEqual(found.get("SUPERCLASS"), "CIM_LogicalElement")
        self.assertIn("PercentComplete", [each.get("NAME") for each in found])
        self.assertNotIn("JobState", [each.get("NAME") for each in found])
        self.assertIn("Abstract", [each.get("NAME") for each in found.iterfind("QUALIFIER")])
        root = self.get_class("CIM_ManagedElement", **CIM_CMDLETS)
        self.assertIsNone(root.get("SUPERCLASS"))
        self.assertEqual(root.get("DERIVATION"), "")

    def test_a_class_that_nobody_knows(self):
        self.assert_fault(self.ask("Msvm_Nothing"), "wsa:DestinationUnreachable", family="addressing")
        self.assert_fault(self.ask("", resource=CLASS + "Msvm_Nothing"), "wsa:DestinationUnreachable", "InvalidResourceURI",
                          family="addressing")
        self.assert_fault(self.ask("Msvm_ConcreteJob", cim_namespace="root/nowhere"), "wsa:DestinationUnreachable",
                          family="addressing")

    def test_selectors_that_name_no_class(self):
        self.assert_fault(self.ask(), "wsman:InvalidSelectors", "InsufficientSelectors")
        self.assert_fault(self.ask("CIM_Job", resource=CLASS + "CIM_ConcreteJob"), "wsman:InvalidSelectors", "InvalidValue")
        answer = self.daemon.post(soap.request(soap.GET, ANY, selectors={"InstanceID": "1"}))
        self.assert_fault(answer, "wsman:InvalidSelectors", "UnexpectedSelectors")

    def test_an_option_without_a_truth_value(self):
        self.assert_fault(self.ask("CIM_Job", IncludeQualifiers="perhaps"), "wsman:InvalidOptions", "InvalidValue")

    def test_options_can_be_complied_with(self):
        for name in (*CIM_CMDLETS, "IncludeClassOrigin"):
            with self.subTest(option=name):
                self.assert_answer(self.ask("CIM_Job", must_comply=True, **{name: "true"}))

    def test_ws_cim_is_an_unsupported_format_as_on_windows(self):
        for resource in (WS_CIM + "*", WS_CIM + "Msvm_ConcreteJob"):
            for action, body in ((soap.GET, ""), (soap.ENUMERATE, soap.enumerate_body())):
                with self.subTest(resource=resource, action=action):
                    self.assert_fault(self.ask("Msvm_ConcreteJob", resource=resource, action=action, body=body),
                                      "wsman:UnsupportedFeature", "FormatMismatch")

    def test_a_class_can_be_read_only(self):
        for action in (soap.PUT, soap.CREATE, soap.DELETE, ANY + "/Method"):
            with self.subTest(action=action):
                self.assert_fault(self.ask("CIM_Job", action=action), "wsa:ActionNotSupported", family="addressing")

    # Enumerate

    def test_all_classes_of_a_namespace_superclasses_first(self):
        names = self.names(**CIM_CMDLETS)
        self.assertEqual(len(names), len(set(names)))
        for name in ("CIM_ManagedElement", "CIM_Job", "Msvm_ComputerSystem", "Msvm_ConcreteJob"):
            self.assertIn(name, names)
        self.assertLess(names.index("CIM_Job"), names.index("Msvm_ConcreteJob"))

    def test_an_empty_class_name_means_all(self):
        answer = self.daemon.post(soap.request(
            soap.ENUMERATE, ANY, soap.enumerate_body(1000, True),
            selectors={"__cimnamespace": soap.CIM_NAMESPACE, "ClassName": ""}))
        self.assertEqual([each.get("NAME") for each in answer.items], self.names())

    def test_how_many_there_are_is_told(self):
        estimate = "<w:RequestTotalItemsCountEstimate/>"
        answer = self.daemon.post(soap.request(soap.ENUMERATE, ANY, soap.enumerate_body(1, True), extra=estimate,
                                               selectors={"__cimnamespace": soap.CIM_NAMESPACE}))
        self.assertEqual(int(answer.header("TotalItemsCountEstimate", soap.WSMAN)), len(self.names()))

    def test_with_all_the_headers_of_windows(self):
        """What MI_Session_EnumerateClasses adds, options that occur three times included."""
        windows = ('<w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>'
                   '<w:Locale xml:lang="en-GB" s:mustUnderstand="false"/><p:DataLocale xml:lang="en-GB" s:mustUnderstand="false"/>'
                   '<p:SessionId s:mustUnderstand="false">uuid:4F1B7AD4-5D3C-4C39-9D8B-6D8B9E4B7B64</p:SessionId>'
                   '<p:OperationID s:mustUnderstand="false">uuid:0B0A8A0E-52E5-4A3A-9E7A-2F0E4F6C8B11</p:OperationID>'
                   '<p:SequenceId s:mustUnderstand="false">1</p:SequenceId><w:OperationTimeout>PT60.000S</w:OperationTimeout>'
                   '<w:OptionSet>' + "".join(f'<w:Option Name="{name}" Type="xs:boolean">true</w:Option>' for name in CIM_CMDLETS)
                   + '<w:Option Name="__MI_CallbackRegistration" Type="xs:int">11</w:Option>'
                   + "".join(f'<w:Option Name="wmiarray:__MI_OPERATIONOPTIONS_CHANNELVALUE" Type="xs:unsignedInt">{value}</w:Option>'
                             for value in range(3))
                   + '<w:Option Name="wmi:__MI_OPERATIONOPTIONS_WRITEERRORMODE" Type="xs:unsignedInt">1</w:Option>'
                   '<w:Option Name="msftwinrm:UsePreciseArrays" Type="xs:boolean">true</w:Option></w:OptionSet>')
        answer = self.daemon.post(soap.request(soap.ENUMERATE, ANY, soap.enumerate_body(32000, True), extra=windows,
                                               selectors={"__cimnamespace": soap.CIM_NAMESPACE, "ClassName": ""}))
        self.assert_answer(answer, soap.ENUMERATE + "Response")
        self.assertEqual([each.get("NAME") for each in answer.items], self.names())

    def test_page_by_page_there_are_the_same(self):
        self.assertEqual(self.names(maximum=3), self.names())

    def test_subclasses_of_a_class(self):
        self.assertEqual(self.names("CIM_Job"), ["CIM_ConcreteJob", "Msvm_ConcreteJob"])
        self.assertEqual(self.names("Msvm_ConcreteJob"), [])

    def test_direct_subclasses_only(self):
        self.assertEqual(self.names("CIM_Job", IncludeSubClasses="false"), ["CIM_ConcreteJob"])
        self.assertEqual([name for name in self.names(IncludeSubClasses="false") if name.startswith("Msvm_")], [])

    def test_names_of_classes_as_references(self):
        for keywords in ({"mode": "EnumerateEPR"}, {"IncludePath": "true", "ExcludeClassSpecification": "true"}):
            with self.subTest(**keywords):
                found = [soap.Reference(each) for each in self.list_classes("CIM_Job", **keywords)]
                self.assertEqual([(each.resource, each.selectors) for each in found],
                                 [(ANY, {"__cimnamespace": soap.CIM_NAMESPACE, "ClassName": name})
                                  for name in ("CIM_ConcreteJob", "Msvm_ConcreteJob")])

    def test_a_reference_to_a_class_leads_to_it(self):
        reference = soap.Reference(self.list_classes("CIM_Job", mode="EnumerateEPR")[0])
        answer = self.daemon.post(soap.request(soap.GET, reference.resource, selectors=reference.selectors))
        self.assertEqual(answer.payload.get("NAME"), "CIM_ConcreteJob")

    def test_classes_do_not_come_with_their_paths(self):
        answer = self.ask(action=soap.ENUMERATE, body=soap.enumerate_body(10, True, "EnumerateObjectAndEPR"))
        self.assert_fault(answer, "wsman:UnsupportedFeature", "EnumerationMode")
        answer = self.ask(action=soap.ENUMERATE, body=soap.enumerate_body(10, True), IncludePath="true")
        self.assert_fault(answer, "wsman:InvalidOptions", "NotSupported")

    def test_classes_can_not_be_filtered(self):
        wql = '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">SELECT * FROM meta_class</w:Filter>'
        answer = self.ask(action=soap.ENUMERATE, body=soap.enumerate_body(extra=wql))
        self.assert_fault(answer, "wsen:FilteringNotSupported", family="enumeration")

    def test_subclasses_of_a_class_that_nobody_knows(self):
        self.assert_fault(self.ask("Msvm_Nothing", action=soap.ENUMERATE, body=soap.enumerate_body()),
                          "wsa:DestinationUnreachable", family="addressing")

    def test_every_class_that_is_listed_can_be_got(self):
        for name in self.names():
            with self.subTest(name=name):
                listed = next(each for each in self.list_classes() if each.get("NAME") == name)
                self.assertEqual(ElementTree.tostring(self.get_class(name)), ElementTree.tostring(listed))


if __name__ == "__main__":
    unittest.main()
