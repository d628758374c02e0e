"""Msvm_VirtualSystemManagementService: a snapshot gets another name and notes by ModifySystemSettings (its page)."""

import re
from xml.sax.saxutils import escape

from wire import soap
from wire.case import GatedCase
from wire.test_associations import WQL, select

SERVICE = soap.WMI + "Msvm_VirtualSystemManagementService"


def instance(class_name="Msvm_VirtualSystemSettingData", **properties):
    """An instance as CIM-XML: None is a null, a list an array."""
    def value(given):
        if isinstance(given, list):
            return "<VALUE.ARRAY>" + "".join(f"<VALUE>{escape(each)}</VALUE>" for each in given) + "</VALUE.ARRAY>"
        return "" if given is None else f"<VALUE>{escape(given)}</VALUE>"

    def element(name, given):
        array = ".ARRAY" if isinstance(given, list) or name == "Notes" else ""
        return f'<PROPERTY{array} NAME="{name}" TYPE="string">{value(given)}</PROPERTY{array}>'
    return f'<INSTANCE CLASSNAME="{class_name}">' + "".join(element(*each) for each in properties.items()) + "</INSTANCE>"


class ManagementService(GatedCase):
    @classmethod
    def fill(cls, store):
        super().fill(store)
        cls.busy = store.add_machine("Busy", [("worked on", None)])

    def invoke(self, method, parameters=""):
        answer = self.daemon.post(soap.invoke(method, parameters, SERVICE))
        self.assert_answer(answer, f"{SERVICE}/{method}Response")
        self.assertEqual(answer.payload.tag, f"{{{SERVICE}}}{method}_OUTPUT")
        self.assertIsNone(answer.job)
        return answer.return_value

    def modify(self, settings):
        return self.invoke("ModifySystemSettings", f"<p:SystemSettings>{escape(settings)}</p:SystemSettings>")

    def settings(self, name):
        return self.daemon.snapshots()[self.machine.instance_id(name)]

    def test_the_service_is_a_singleton_on_the_host(self):
        answer = self.daemon.get(SERVICE)
        self.assert_answer(answer)
        self.assertEqual((answer.instance["Name"], answer.instance["Started"]), ("vmms", "true"))
        query = 'SELECT * FROM CIM_Service WHERE Name = "vmms"'
        found = self.daemon.post(soap.request(soap.ENUMERATE, soap.WMI + "*", select(WQL, escape(query))))
        self.assertEqual([soap.local(each.tag) for each in found.items], ["Msvm_VirtualSystemManagementService"])
        host = answer.instance["SystemName"]
        query = (f'ASSOCIATORS OF {{Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{host}"}} '
                 "WHERE AssocClass = Msvm_HostedService")
        found = self.daemon.post(soap.request(soap.ENUMERATE, soap.WMI + "*", select(WQL, escape(query))))
        self.assertEqual(sorted(soap.local(each.tag) for each in found.items),
                         ["Msvm_VirtualSystemManagementService", "Msvm_VirtualSystemSnapshotService"])

    def test_the_management_service_too_is_enabled_and_neither_starts_nor_stops(self):
        for state, value in ((2, 0), (3, 1), (4, 1)):
            self.assertEqual(self.invoke("RequestStateChange", f"<p:RequestedState>{state}</p:RequestedState>"), value)
        for method in ("StartService", "StopService"):
            self.assertEqual(self.invoke(method), 1)
        self.assertEqual(self.daemon.get(SERVICE).instance["EnabledState"], "2")
        text = self.daemon.post("", {"Content-Type": None}, method="GET",
                                path=f"/wsman?wsdl={soap.CIM_NAMESPACE}/Msvm_VirtualSystemManagementService").text
        self.assertEqual(re.findall(r'<soap12:operation soapAction="' + re.escape(SERVICE) + r'/(\w+)"', text),
                         ["ModifySystemSettings", "RequestStateChange", "StartService", "StopService"])

    def test_a_snapshot_gets_another_name_and_notes(self):
        of_leaf = self.machine.instance_id("leaf")
        self.assertEqual(self.modify(instance(InstanceID=of_leaf, ElementName="A & B", Notes=["why <so>"])), 0)
        self.assertEqual((self.settings("leaf")["ElementName"], self.settings("leaf")["Notes"]), ("A & B", "why <so>"))
        self.assertEqual(self.modify(instance(InstanceID=of_leaf.lower(), ElementName="C", Notes=None)), 0)
        self.assertEqual((self.settings("leaf")["ElementName"], self.settings("leaf")["Notes"]), ("C", "why <so>"))
        self.assertEqual(self.modify(instance(InstanceID=of_leaf, Notes=[""])), 0)
        self.assertEqual(self.settings("leaf")["ElementName"], "C")

    def test_settings_that_change_nothing_are_fine(self):
        of_right = self.machine.instance_id("right")
        self.assertEqual(self.modify(instance(InstanceID=of_right, ElementName="right", Parent="of no matter")), 0)
        self.assertEqual(self.modify(instance("CIM_VirtualSystemSettingData", InstanceID=of_right)), 0)
        self.assertEqual(self.settings("right")["ElementName"], "right")

    def test_settings_that_can_t_be_are_an_invalid_parameter(self):
        of_root = self.machine.instance_id("root")
        for settings in ("", "no XML", "<INSTANCE>", instance(ElementName="x"), instance(InstanceID="x", ElementName="x"),
                         instance(InstanceID="Microsoft:00000000-0000-0000-0000-000000000000", ElementName="x"),
                         instance(InstanceID=of_root, ElementName=""), instance(InstanceID=of_root, ElementName="x" * 101),
                         instance(InstanceID=of_root, BIOSGUID="x"), instance(InstanceID=of_root, Colour="red")):
            with self.subTest(settings=settings[:200]):
                self.assertEqual(self.modify(settings), 4)
        self.assertEqual(self.settings("root")["ElementName"], "root")

    def test_settings_of_another_class_or_of_a_machine_are_refused(self):
        self.assertEqual(self.modify(instance("Msvm_ProcessorSettingData", InstanceID="x")), 6)
        current = "Microsoft:" + self.machine.id
        self.assertEqual(self.modify(instance(InstanceID=current, ElementName="x")), 1)

    def test_a_snapshot_that_a_job_is_working_on_is_in_an_invalid_state(self):
        of_busy = self.busy.instance_id("worked on")
        job = self.hold_destroying(self.busy, "worked on")
        self.assertEqual(self.modify(instance(InstanceID=of_busy, ElementName="x")), 5)
        self.gate.let_on()
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")
