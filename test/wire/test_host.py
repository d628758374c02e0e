"""The computer itself: Win32_ComputerSystem, Win32_ComputerSystemProduct and Win32_OperatingSystem in root/cimv2."""

import os
import platform
import re
import socket

from wire import soap
from wire.case import WireCase

CIMV2 = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"
SYSTEM, PRODUCT, OS = (CIMV2 + name for name in
                       ("Win32_ComputerSystem", "Win32_ComputerSystemProduct", "Win32_OperatingSystem"))
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"


class Host(WireCase):
    def query(self, wql, resource=CIMV2 + "*", **keywords):
        """As python3-dracclient and pywinrm send it: an optimised Enumerate with a filter."""
        body = soap.enumerate_body(100, True, extra=f'<w:Filter Dialect="{WQL}">{wql}</w:Filter>')
        answer = self.daemon.post(soap.request(soap.ENUMERATE, resource, body, **keywords))
        self.assert_answer(answer, soap.ENUMERATE + "Response")
        return answer

    def test_a_get_without_selectors_finds_each_of_the_three(self):
        for resource in (SYSTEM, PRODUCT, OS):
            with self.subTest(resource):
                answer = self.daemon.get(resource)
                self.assert_answer(answer, soap.GET + "Response")
                name = resource.rpartition("/")[2]
                self.assertEqual(answer.instance.tag, f"{{{resource}}}{name}")
                self.assertEqual(answer.instance.type.rpartition(":")[2], name + "_Type")

    def test_every_scalar_property_of_the_page_is_there_known_or_nil(self):
        instance = self.daemon.get(OS).instance
        self.assertEqual(instance.order[:4], ["BootDevice", "BuildNumber", "BuildType", "Caption"])
        self.assertEqual(instance.order[-3:], ["WindowsDirectory", "QuantumLength", "QuantumType"])
        self.assertIsNone(instance["BootDevice"])
        self.assertEqual(len(instance.order), 66)

    def test_it_says_what_the_kernel_says(self):
        os_instance, system = self.daemon.get(OS).instance, self.daemon.get(SYSTEM).instance
        self.assertRegex(os_instance["Version"], r"^\d+\.\d+\.\d+$")
        self.assertTrue(platform.release().startswith(re.match(r"\d+\.\d+", os_instance["Version"])[0]))
        self.assertEqual(os_instance["OSArchitecture"], "64-bit" if platform.machine().endswith("64") else "32-bit")
        self.assertRegex(os_instance["LastBootUpTime"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
        self.assertLess(int(os_instance["FreePhysicalMemory"]), int(os_instance["TotalVisibleMemorySize"]))
        self.assertEqual(os_instance["CSName"], system["Name"])
        self.assertEqual(system["DNSHostName"], socket.gethostname().partition(".")[0])
        self.assertEqual(int(system["NumberOfLogicalProcessors"]), os.sysconf("SC_NPROCESSORS_ONLN"))
        self.assertRegex(self.daemon.get(PRODUCT).instance["UUID"], r"^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$")

    def test_the_queries_of_monitoring_scripts_get_their_row(self):
        for wql, properties in {
                "SELECT Version FROM Win32_OperatingSystem": ["Version"],
                "select Caption, OSArchitecture, LastBootUpTime from Win32_OperatingSystem":
                    ["Caption", "OSArchitecture", "LastBootUpTime"],
                "SELECT UUID FROM Win32_ComputerSystemProduct": ["UUID"],
                "SELECT * FROM Win32_OperatingSystem WHERE Primary = TRUE": ["Version", "CSName"],
                "SELECT Name, TotalPhysicalMemory FROM Win32_ComputerSystem": ["Name", "TotalPhysicalMemory"],
                "SELECT * FROM CIM_OperatingSystem": ["Version"],
        }.items():
            with self.subTest(wql):
                items = self.query(wql).items
                self.assertEqual(len(items), 1)
                instance = soap.Instance(items[0])
                for name in properties:
                    self.assertTrue(instance[name], name)

    def test_a_query_may_name_the_keys(self):
        name = self.daemon.get(SYSTEM).instance["Name"]
        self.assertEqual(len(self.query(f"SELECT * FROM Win32_ComputerSystem WHERE Name = '{name}'").items), 1)
        self.assertEqual(len(self.query("SELECT * FROM Win32_ComputerSystem WHERE Name = 'another'").items), 0)

    def test_enumerate_gives_one_item_in_both_styles_of_uri(self):
        for resource, selectors in ((OS, None), (soap.DMTF + "Win32_OperatingSystem", {"__cimnamespace": "root/cimv2"}),
                                    (soap.DMTF + "Win32_OperatingSystem?__cimnamespace=root/cimv2", None)):
            with self.subTest(resource):
                answer = self.daemon.post(soap.request(soap.ENUMERATE, resource, soap.enumerate_body(10, True),
                                                       selectors=selectors))
                self.assert_answer(answer)
                self.assertEqual(len(answer.items), 1)
                self.assertIsNotNone(answer.end_of_sequence)

    def test_the_endpoint_reference_that_it_gives_out_leads_back_to_it(self):
        body = soap.enumerate_body(10, True, mode="EnumerateEPR")
        for resource in (SYSTEM, PRODUCT, OS):
            with self.subTest(resource):
                answer = self.daemon.post(soap.request(soap.ENUMERATE, resource, body))
                self.assert_answer(answer)
                reference = soap.Reference(answer.items[0])
                self.assertEqual(reference.resource, resource)
                self.assert_answer(self.daemon.get(reference.resource, reference.selectors))

    def test_part_of_the_keys_names_it_and_a_wrong_one_does_not(self):
        self.assert_answer(self.daemon.get(OS, {"CreationClassName": "Win32_OperatingSystem"}))
        self.assert_answer(self.daemon.get(OS, {"CSName": "however.the.client.calls.it"}))
        self.assert_answer(self.daemon.get(SYSTEM, {"Name": socket.gethostname().upper()}))
        self.assertIsNotNone(self.daemon.get(OS, {"CreationClassName": "Win32_ComputerSystem"}).fault)
        self.assertIsNotNone(self.daemon.get(SYSTEM, {"Name": "another"}).fault)
        self.assert_fault(self.daemon.get(OS, {"Version": "1"}), "wsman:InvalidSelectors", "UnexpectedSelectors")

    def test_a_class_in_the_wrong_namespace_is_no_resource(self):
        for resource in (soap.WMI + "Win32_OperatingSystem", CIMV2 + "Msvm_ComputerSystem"):
            with self.subTest(resource):
                self.assert_fault(self.daemon.get(resource), "wsa:DestinationUnreachable", "InvalidResourceURI",
                                  family="addressing")

    def test_a_superclass_without_a_namespace_means_the_classes_of_one(self):
        """Both namespaces have a CIM_ComputerSystem; the machines' comes first."""
        found = self.daemon.enumerate(soap.DMTF + "CIM_ComputerSystem")
        self.assertEqual({soap.local(each.tag) for each in found}, {"Msvm_ComputerSystem"})

    def test_nothing_of_it_can_be_changed(self):
        instance = '<p:Win32_OperatingSystem xmlns:p="%s"><p:Description>x</p:Description></p:Win32_OperatingSystem>' % OS
        self.assertIn(self.daemon.post(soap.request(soap.PUT, OS, instance)).fault.subcode,
                      ("wsa:ActionNotSupported", "wxf:InvalidRepresentation"))
        self.assert_fault(self.daemon.post(soap.request(soap.DELETE, OS)), "wsa:ActionNotSupported", family="addressing")
