"""DestroySnapshot: every answer that the class's page and facts/hyperv.md list, and every way to name a snapshot."""

from wire import soap
from wire.case import WireCase

RESPONSE = soap.SERVICE + "/DestroySnapshotResponse"


class DestroySnapshot(WireCase):
    @classmethod
    def fill(cls, store):
        super().fill(store)
        cls.forms = store.add_machine("Forms", [(f"form {i}", None) for i in range(12)])
        cls.tree = store.add_machine("Tree", [("a", None), ("b", "a"), ("c", "b"), ("d", "b"), ("e", "c")])
        cls.spare = store.add_machine("Spare", [(str(i), None) for i in range(4)])

    def ask(self, reference, **keywords):
        return self.daemon.post(soap.destroy_snapshot(reference, **keywords))

    def assert_job_started(self, answer, instance_id, resource=soap.SERVICE):
        self.assert_answer(answer, resource + "/DestroySnapshotResponse")
        self.assertEqual(answer.payload.tag, f"{{{resource}}}DestroySnapshot_OUTPUT")
        self.assertEqual([soap.local(each.tag) for each in answer.payload], ["Job", "ReturnValue"])
        self.assertEqual(answer.return_value, 4096)
        self.assertEqual(answer.job.address, soap.ANONYMOUS)
        self.assertEqual(answer.job.selector_order, ["__cimnamespace", "InstanceID"])
        self.assertTrue(answer.job.resource.endswith("/Msvm_ConcreteJob"))
        job = self.daemon.wait_for_job(answer.job.selectors["InstanceID"])
        self.assertEqual((job["JobState"], job["PercentComplete"], job["ErrorCode"]), ("7", "100", "0"), job.properties)
        self.assertNotIn(instance_id, self.daemon.snapshots())
        return job

    def assert_return_value(self, answer, value):
        self.assert_answer(answer, RESPONSE)
        self.assertEqual(answer.return_value, value, answer)
        self.assertIsNone(answer.job)

    def test_a_destroyed_snapshot_s_children_become_its_parent_s(self):
        machine = self.tree
        job = self.assert_job_started(self.ask(soap.settings_epr(machine.instance_id("b"))), machine.instance_id("b"))
        self.assertEqual(job["JobType"], "72")
        self.assertIn("alice", job["Owner"])
        for name in ("Caption", "Description", "ElementName", "JobStatus", "StartTime", "TimeSubmitted", "ElapsedTime"):
            self.assertTrue(job[name], name)
        left = self.daemon.snapshots()
        for child in ("c", "d"):
            self.assertIn(machine.instance_id("a"), left[machine.instance_id(child)]["Parent"])
        self.assertIn(machine.instance_id("c"), left[machine.instance_id("e")]["Parent"])
        self.assertEqual(machine.names_on(machine.disks[0]), ["a", "c", "d", "e"])

    def test_each_form_of_a_reference_names_the_snapshot(self):
        forms, ids = {}, [self.forms.instance_id(f"form {i}") for i in range(12)]
        selectors = {"InstanceID": ids[0], "__cimnamespace": soap.CIM_NAMESPACE}
        forms["endpoint reference"] = soap.epr(soap.SETTINGS, selectors)
        forms["wrapped"] = f"<a:EndpointReference>{soap.epr(soap.SETTINGS, {'InstanceID': ids[1]})}</a:EndpointReference>"
        forms["object path"] = f'\\\\HV01\\root\\virtualization\\v2:Msvm_VirtualSystemSettingData.InstanceID="{ids[2]}"'
        forms["relative object path"] = f'Msvm_VirtualSystemSettingData.InstanceID="{ids[3]}"'
        forms["key properties"] = f'<q:InstanceID xmlns:q="{soap.SETTINGS}">{ids[4]}</q:InstanceID>'
        forms["lower case"] = soap.epr(soap.SETTINGS.lower(), {"instanceid": ids[5].lower()})
        forms["DMTF resource URI"] = soap.epr(soap.DMTF + "Msvm_VirtualSystemSettingData",
                                              {"__cimnamespace": soap.CIM_NAMESPACE, "InstanceID": ids[6]})
        forms["white space"] = f"\n  {soap.settings_epr(ids[7])}\n"
        forms["another address"] = soap.epr(soap.SETTINGS, {"InstanceID": ids[8]}, address="http://other/wsman")
        forms["superclass"] = soap.epr(soap.WMI + "CIM_VirtualSystemSettingData", {"InstanceID": ids[9]})
        forms["escaped quotes"] = f"\\\\.\\root\\virtualization\\v2:Msvm_VirtualSystemSettingData.InstanceID=&quot;{ids[10]}&quot;"
        for (name, text), instance_id in zip(forms.items(), ids):
            with self.subTest(name):
                self.assert_job_started(self.ask(text), instance_id)

    def test_under_the_dmtf_uri_the_answer_is_under_it_too(self):
        resource = soap.DMTF + "Msvm_VirtualSystemSnapshotService"
        instance_id = self.spare.instance_id("3")
        answer = self.ask(soap.settings_epr(instance_id), resource=resource,
                          selectors={"__cimnamespace": soap.CIM_NAMESPACE})
        self.assert_job_started(answer, instance_id, resource)

    def test_selectors_of_the_service_may_be_all_some_or_none(self):
        every = {"CreationClassName": "Msvm_VirtualSystemSnapshotService", "Name": "vssnapsvc",
                 "SystemCreationClassName": "Msvm_ComputerSystem",
                 "SystemName": self.daemon.get(soap.SERVICE).instance["SystemName"]}
        some = {"CreationClassName": "Msvm_VirtualSystemSnapshotService"}
        for i, selectors in enumerate((every, some, {})):
            with self.subTest(selectors=selectors):
                instance_id = self.spare.instance_id(str(i))
                self.assert_job_started(self.ask(soap.settings_epr(instance_id), selectors=selectors), instance_id)

    def test_a_reference_that_names_nothing_of_ours_is_an_invalid_parameter(self):
        for name, text in (("no reference", "nonsense"), ("empty", ""), ("unknown class", soap.epr(
                soap.WMI + "Msvm_NoSuchClass", {"InstanceID": "x"})), ("bare XML", "<a:Address>x</a:Address>"),
                ("path without a key", "Msvm_VirtualSystemSettingData"),
                ("unterminated path", 'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:')):
            with self.subTest(name):
                answer = self.ask(text)
                self.assertIsNotNone(answer.fault, answer)
                self.assertEqual(answer.fault.subcode, "wsman:InvalidParameter", answer)
                self.assert_form(answer, soap.FAULT_ACTION["wsman"])

    def test_a_reference_to_another_class_is_an_invalid_type(self):
        for resource, selectors in ((soap.MACHINE, {"Name": self.machine.id}), (soap.JOB, {"InstanceID": "x"}),
                                    (soap.SERVICE, {"Name": "vssnapsvc"})):
            with self.subTest(resource=resource):
                self.assert_return_value(self.ask(soap.epr(resource, selectors)), 6)

    def test_a_machine_s_current_settings_are_in_an_invalid_state(self):
        self.assert_return_value(self.ask(soap.settings_epr("Microsoft:" + self.machine.id)), 5)

    def test_a_snapshot_that_does_not_exist_is_an_invalid_parameter_of_the_method(self):
        for instance_id in ("Microsoft:00000000-0000-0000-0000-000000000000", "Microsoft:X", "../../etc/passwd"):
            with self.subTest(instance_id=instance_id):
                self.assert_return_value(self.ask(soap.settings_epr(instance_id)), 4)

    def test_parameters_that_the_method_does_not_have_or_that_are_missing(self):
        instance_id = self.machine.instance_id("leaf")
        given = f"<p:AffectedSnapshot>{soap.settings_epr(instance_id)}</p:AffectedSnapshot>"
        for name, parameters in (("missing", ""), ("unknown", given + "<p:Speed>high</p:Speed>"), ("twice", given + given)):
            with self.subTest(name):
                answer = self.daemon.post(soap.invoke("DestroySnapshot", parameters))
                self.assertIsNotNone(answer.fault, answer)
                self.assertEqual(answer.fault.subcode, "wsman:InvalidParameter", answer)
        self.assertIn(instance_id, self.daemon.snapshots())

    def test_a_body_for_another_method_is_a_mismatch(self):
        body = f'<p:CreateSnapshot_INPUT xmlns:p="{soap.SERVICE}"/>'
        answer = self.daemon.post(soap.request(soap.SERVICE + "/DestroySnapshot", soap.SERVICE, body))
        self.assert_fault(answer, "wsa:ActionNotSupported", "ActionMismatch", family="addressing")

    def test_a_method_that_the_class_does_not_have_is_not_supported(self):
        for resource in (soap.SERVICE, soap.SETTINGS):
            with self.subTest(resource=resource):
                self.assert_fault(self.daemon.post(soap.invoke("MakeCoffee", resource=resource)), "wsa:ActionNotSupported",
                                  family="addressing")

    def test_names_from_clients_never_leave_the_store(self):
        outside = self.store.folder.parent / "outside"
        self.addCleanup(lambda: outside.unlink(missing_ok=True))
        for text in (f"Microsoft:$(touch {outside})", f"Microsoft:`touch {outside}`", f"Microsoft:;touch {outside}",
                     "Microsoft:../../../outside", "Microsoft:" + "A" * 100_000):
            with self.subTest(text=text[:40]):
                answer = self.ask(soap.settings_epr(text))
                self.assertTrue(answer.fault or answer.return_value == 4, answer)
        self.assertFalse(outside.exists())
