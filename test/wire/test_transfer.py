"""Get and its relatives: selectors, instances, and the properties that the classes' pages list (DSP0226 7)."""

from wire import soap
from wire.case import WireCase

SERVICE_KEY = {"SystemCreationClassName": "Msvm_ComputerSystem", "CreationClassName": "Msvm_VirtualSystemSnapshotService",
               "Name": "vssnapsvc"}


class Get(WireCase):
    def test_the_service_is_a_singleton_that_needs_no_selectors(self):
        answer = self.daemon.get(soap.SERVICE)
        self.assert_answer(answer, soap.GET + "Response")
        service = answer.instance
        self.assertEqual(service.tag, f"{{{soap.SERVICE}}}Msvm_VirtualSystemSnapshotService")
        self.assertEqual(service.type, "p:Msvm_VirtualSystemSnapshotService_Type")
        self.assertEqual(service["Caption"], "Hyper-V Virtual System Snapshot Service")
        self.assertEqual((service["Name"], service["HealthState"], service["EnabledState"], service["Started"]),
                         ("vssnapsvc", "5", "2", "true"))
        self.assertEqual(self.daemon.get(soap.SERVICE, SERVICE_KEY).instance.properties, service.properties)

    def test_a_snapshot_is_settings_with_the_snapshot_s_own_id(self):
        settings = self.daemon.get(soap.SETTINGS, {"InstanceID": self.machine.instance_id("leaf")}).instance
        self.assertEqual(settings["InstanceID"], self.machine.instance_id("leaf"))
        self.assertEqual(settings["VirtualSystemType"], "Microsoft:Hyper-V:Snapshot:Realized")
        self.assertEqual(settings["VirtualSystemIdentifier"], self.machine.id)
        self.assertEqual(settings["ConfigurationID"], self.machine.snapshot_id("leaf"))
        self.assertEqual(settings["ElementName"], "leaf")
        self.assertIn(f'Msvm_VirtualSystemSettingData.InstanceID="{self.machine.instance_id("left")}"', settings["Parent"])
        self.assertRegex(settings["CreationTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

    def test_a_root_snapshot_has_no_parent(self):
        answer = self.daemon.get(soap.SETTINGS, {"InstanceID": self.machine.instance_id("root")})
        self.assertIn("Parent", answer.instance)
        self.assertIsNone(answer.instance["Parent"])

    def test_a_machine_s_current_settings_are_not_a_snapshot(self):
        settings = self.daemon.get(soap.SETTINGS, {"InstanceID": "Microsoft:" + self.machine.id}).instance
        self.assertEqual(settings["VirtualSystemType"], "Microsoft:Hyper-V:System:Realized")
        self.assertEqual(settings["ElementName"], "Build server")

    def test_a_machine_is_found_by_its_name_alone_in_either_case(self):
        for name in (self.machine.id, self.machine.id.lower()):
            with self.subTest(name=name):
                machine = self.daemon.get(soap.MACHINE, {"Name": name}).instance
                self.assertEqual((machine["Name"], machine["Caption"], machine["ElementName"]),
                                 (self.machine.id, "Virtual Machine", "Build server"))

    def test_class_namespace_and_selector_names_are_compared_without_regard_to_case(self):
        wanted = {"InstanceID": self.machine.instance_id("root")}
        forms = [(soap.SETTINGS.replace("Msvm_VirtualSystemSettingData", "msvm_virtualsystemsettingdata"), wanted),
                 (soap.SETTINGS.replace("root/virtualization/v2", "ROOT/Virtualization/V2"), wanted),
                 (soap.SETTINGS, {"instanceid": wanted["InstanceID"].lower()}),
                 (soap.SETTINGS, {**wanted, "__cimnamespace": "root/virtualization/v2"}),
                 (soap.DMTF + "Msvm_VirtualSystemSettingData", {**wanted, "__cimnamespace": "root/virtualization/v2"}),
                 (soap.DMTF + "Msvm_VirtualSystemSettingData?__cimnamespace=root/virtualization/v2", wanted)]
        for resource, selectors in forms:
            with self.subTest(resource=resource, selectors=selectors):
                answer = self.daemon.get(resource, selectors)
                self.assert_answer(answer)
                self.assertEqual(answer.instance["InstanceID"], wanted["InstanceID"])

    def test_a_get_under_the_dmtf_uri_is_answered_under_it(self):
        resource = soap.DMTF + "Msvm_VirtualSystemSnapshotService"
        answer = self.daemon.get(resource, {"__cimnamespace": "root/virtualization/v2"})
        self.assert_answer(answer)
        self.assertEqual(answer.instance.tag, f"{{{resource}}}Msvm_VirtualSystemSnapshotService")

    def test_selectors_that_name_no_instance_have_each_their_fault(self):
        instance = self.machine.instance_id("root")
        rows = [
            ("none", {}, "wsman:InvalidSelectors", "InsufficientSelectors", 2150858842, "wsman"),
            ("unknown", {"InstanceID": instance, "Colour": "green"}, "wsman:InvalidSelectors", "UnexpectedSelectors",
             2150858843, "wsman"),
            ("twice", [("InstanceID", instance), ("instanceid", instance)], "wsman:InvalidSelectors", "DuplicateSelectors",
             2150858847, "wsman"),
        ]
        for name, selectors, subcode, detail, windows, family in rows:
            with self.subTest(name):
                self.assert_fault(self.daemon.get(soap.SETTINGS, selectors), subcode, detail, family, windows=windows)

    def test_an_instance_that_does_not_exist_is_not_reached(self):
        for resource, selectors in ((soap.SETTINGS, {"InstanceID": "Microsoft:00000000-0000-0000-0000-000000000000"}),
                                    (soap.SETTINGS, {"InstanceID": "nonsense"}),
                                    (soap.MACHINE, {"Name": "00000000-0000-0000-0000-000000000000"}),
                                    (soap.JOB, {"InstanceID": "00000000-0000-0000-0000-000000000000"})):
            with self.subTest(resource=resource, selectors=selectors):
                answer = self.daemon.get(resource, selectors)
                self.assertIsNotNone(answer.fault, answer)
                self.assertIn(answer.fault.subcode, ("wsa:DestinationUnreachable", "wsman:InvalidSelectors"))
                self.assertEqual(answer.status, 500)

    def test_a_method_of_the_protocol_that_a_class_does_not_have_is_not_supported(self):
        for resource, selectors, actions in (
                (soap.SERVICE, {}, (soap.PUT, soap.CREATE, soap.DELETE)),
                (soap.SETTINGS, {"InstanceID": self.machine.instance_id("root")}, (soap.CREATE, soap.DELETE))):
            name = resource.rpartition("/")[2]
            for action in actions:
                with self.subTest(resource=name, action=action):
                    body = "" if action == soap.DELETE else f'<p:{name} xmlns:p="{resource}"/>'
                    self.assert_fault(self.daemon.post(soap.request(action, resource, body, selectors=selectors)),
                                      "wsa:ActionNotSupported", family="addressing")
        self.assertIn(self.machine.instance_id("root"), self.daemon.snapshots())

    def test_a_put_renames_a_snapshot_and_changes_its_notes(self):
        selectors = {"InstanceID": self.machine.instance_id("right")}
        for name, inside in (("ElementName", "renamed"), ("Notes", "why")):
            body = f'<p:Msvm_VirtualSystemSettingData xmlns:p="{soap.SETTINGS}"><p:{name}>{inside}</p:{name}>' \
                   "</p:Msvm_VirtualSystemSettingData>"
            self.assert_answer(self.daemon.post(soap.request(soap.PUT, soap.SETTINGS, body, selectors=selectors)))
        instance = self.daemon.get(soap.SETTINGS, selectors).instance
        self.assertEqual((instance["ElementName"], instance["Notes"]), ("renamed", "why"))

    def test_a_fragment_of_a_snapshot_is_its_name(self):
        answer = self.daemon.get(soap.SETTINGS, {"InstanceID": self.machine.instance_id("leaf")},
                                 extra='<w:FragmentTransfer s:mustUnderstand="true">ElementName/text()</w:FragmentTransfer>')
        self.assert_answer(answer)
        self.assertEqual((answer.payload.tag, answer.payload.text), (f"{{{soap.WSMAN}}}XmlFragment", "leaf"))

    def test_every_property_comes_once_or_as_one_array_in_one_order(self):
        """The order is the class's: the same for every instance, with nothing between an array's elements."""
        for resource in (soap.SERVICE, soap.MACHINE, soap.SETTINGS):
            with self.subTest(resource=resource):
                names = None
                for item in self.daemon.enumerate(resource):
                    found = [soap.local(each.tag) for each in item]
                    runs = [name for i, name in enumerate(found) if i == 0 or found[i - 1] != name]
                    self.assertEqual(len(runs), len(set(runs)), "a property's elements are apart")
                    if names is not None:
                        common = [name for name in runs if name in names]
                        self.assertEqual(common, [name for name in names if name in common])
                    names = runs
                self.assertTrue(names)
