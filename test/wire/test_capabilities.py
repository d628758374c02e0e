"""What a backend can do, as Msvm_VirtualSystemSnapshotServiceCapabilities and its neighbours show it (facts/hyperv.md)."""

from wire import soap
from wire.case import WireCase
from wire.test_associations import WQL, escape, select

SERVICE_CAPABILITIES = soap.WMI + "Msvm_VirtualSystemSnapshotServiceCapabilities"
MACHINE_CAPABILITIES = soap.WMI + "Msvm_VirtualSystemSnapshotCapabilities"


class Capabilities(WireCase):
    def query(self, wql):
        answer = self.daemon.post(soap.request(soap.ENUMERATE, soap.WMI + "*", select(WQL, escape(wql))))
        self.assert_answer(answer)
        return [soap.Instance(item) for item in answer.items]

    def test_the_service_tells_which_methods_and_snapshots_it_has(self):
        answer = self.daemon.get(SERVICE_CAPABILITIES)
        self.assert_answer(answer)
        self.assertIn("3", answer.instance["AynchronousMethodsSupported"])  # DestroySnapshot
        self.assertEqual("2" in answer.instance["AynchronousMethodsSupported"],
                         "SnapshotTypesSupported" in answer.instance)

    def test_each_machine_tells_which_snapshots_it_can_have_now(self):
        found, = (soap.Instance(item) for item in self.daemon.enumerate(MACHINE_CAPABILITIES))
        self.assertEqual(found["InstanceID"], f"Microsoft:{self.machine.id}:SnapshotCapabilities")
        answer = self.daemon.get(MACHINE_CAPABILITIES, {"InstanceID": found["InstanceID"]})
        self.assert_answer(answer)
        self.assertEqual(answer.instance.properties, found.properties)

    def test_a_query_of_their_superclass_finds_all_capabilities(self):
        found = [soap.local(each.tag) for each in self.query("SELECT * FROM CIM_Capabilities")]
        self.assertEqual(sorted(found), ["Msvm_VirtualSystemSnapshotCapabilities",
                                         "Msvm_VirtualSystemSnapshotServiceCapabilities"])

    def test_capabilities_are_reached_from_the_service_and_from_a_machine(self):
        service = self.daemon.get(soap.SERVICE).instance
        keys = ",".join(f'{name}="{service[name]}"' for name in ("CreationClassName", "Name", "SystemCreationClassName",
                                                                 "SystemName"))
        machine = f'CreationClassName="Msvm_ComputerSystem",Name="{self.machine.id}"'
        for path, expected in ((f"Msvm_VirtualSystemSnapshotService.{keys}", "Microsoft:SnapshotServiceCapabilities"),
                               (f"Msvm_ComputerSystem.{machine}", f"Microsoft:{self.machine.id}:SnapshotCapabilities")):
            with self.subTest(path=path):
                found, = self.query(f"ASSOCIATORS OF {{{path}}} WHERE AssocClass = Msvm_ElementCapabilities")
                self.assertEqual(found["InstanceID"], expected)

    def test_the_owner_of_capabilities_is_reached_from_them(self):
        for instance_id, class_name in ((f"Microsoft:{self.machine.id}:SnapshotCapabilities", "Msvm_ComputerSystem"),
                                        ("Microsoft:SnapshotServiceCapabilities", "Msvm_VirtualSystemSnapshotService")):
            with self.subTest(class_name=class_name):
                kind = "ServiceCapabilities" if "Service" in class_name else "Capabilities"
                path = f'Msvm_VirtualSystemSnapshot{kind}.InstanceID="{instance_id}"'
                found, = self.query(f"ASSOCIATORS OF {{{path}}} WHERE AssocClass = CIM_ElementCapabilities")
                self.assertEqual(soap.local(found.tag), class_name)
