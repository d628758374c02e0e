"""The methods of the snapshot service beside DestroySnapshot, over real disks: what they do, and every answer."""

import re
from xml.sax.saxutils import escape, quoteattr

from wire import soap
from wire.case import GatedCase
from wire.store import checksum, internal_snapshots
from wire.test_associations import ASSOCIATION, WQL, select

AFFECTED = soap.WMI + "Msvm_AffectedJobElement"
SETTINGS_CLASS = "Msvm_VirtualSystemSnapshotSettingData"
FULL, DISK, RECOVERY = 2, 3, 32768
SERVED = ("ApplySnapshot", "ClearSnapshotState", "ConvertToReferencePoint", "CreateSnapshot", "DestroySnapshot",
          "DestroySnapshotTree", "RequestStateChange", "StartService", "StopService")


def embedded(class_name=SETTINGS_CLASS, **properties):
    """An instance as CIM-XML; each property is (type, value)."""
    inside = "".join(f'<PROPERTY NAME="{name}" TYPE="{kind}"><VALUE>{escape(value)}</VALUE></PROPERTY>'
                     for name, (kind, value) in properties.items())
    return f"<INSTANCE CLASSNAME={quoteattr(class_name)}>{inside}</INSTANCE>"


def machine_epr(name):
    return soap.epr(soap.MACHINE, {"CreationClassName": "Msvm_ComputerSystem", "Name": name})


class SnapshotMethods(GatedCase):
    @classmethod
    def fill(cls, store):
        super().fill(store)
        cls.tree = store.add_machine("Tree", [("root", None), ("left", "root"), ("leaf", "left"), ("right", "root")],
                                     disks=2)
        cls.busy = store.add_machine("Busy", [("top", None), ("below", "top")])
        cls.empty = store.add_machine("Empty", [])
        cls.asleep = store.add_machine("Asleep", [("with memory", None)])
        tree = cls.asleep.folder / "snapshots.toml"
        tree.write_text(tree.read_text() + "memory = true\n")
        cls.marked = store.add_machine("Marked", [("first", None), ("second", "first")])

    def on_snapshot(self, method, instance_id):
        parameter = {"ApplySnapshot": "Snapshot", "DestroySnapshot": "AffectedSnapshot",
                     "ConvertToReferencePoint": "AffectedSnapshot"}.get(method, "SnapshotSettingData")
        return self.invoke(method, f"<p:{parameter}>{self.reference(instance_id)}</p:{parameter}>")

    @staticmethod
    def reference(instance_id):
        return instance_id if instance_id.startswith("<") else soap.settings_epr(instance_id)

    def invoke(self, method, parameters=""):
        answer = self.daemon.post(soap.invoke(method, parameters))
        if answer.fault is None:
            self.assert_answer(answer, f"{soap.SERVICE}/{method}Response")
            self.assertEqual(answer.payload.tag, f"{{{soap.SERVICE}}}{method}_OUTPUT")
        return answer

    def ask_to_create(self, machine, kind=FULL, settings=None):
        reference = machine if isinstance(machine, str) else machine_epr(machine.id)
        return self.invoke("CreateSnapshot", f"<p:AffectedSystem>{reference}</p:AffectedSystem>"
                           + ("" if settings is None else f"<p:SnapshotSettings>{escape(settings)}</p:SnapshotSettings>")
                           + ("" if kind is None else f"<p:SnapshotType>{kind}</p:SnapshotType>"))

    def assert_done(self, answer, job_type):
        self.assertIsNone(answer.fault, answer)
        self.assertEqual([soap.local(each.tag) for each in answer.payload], ["Job", "ReturnValue"])
        self.assertEqual(answer.return_value, 4096)
        job = self.daemon.wait_for_job(answer.job.selectors["InstanceID"])
        self.assertEqual((job["JobState"], job["PercentComplete"], job["ErrorCode"]), ("7", "100", "0"), job.properties)
        self.assertEqual((job["JobType"], job["Owner"]), (str(job_type), "alice"))
        return job

    def affected(self, job):
        """InstanceIDs of the settings that a job affects."""
        pairs = [soap.Instance(item) for item in self.daemon.enumerate(AFFECTED)]
        return {pair["AffectedElement"].selectors["InstanceID"] for pair in pairs
                if pair["AffectingElement"].selectors["InstanceID"] == job["InstanceID"]
                and pair["AffectedElement"].resource == soap.SETTINGS}

    def create(self, machine, kind=FULL, settings=None):
        """The new snapshot's InstanceID, found as a client finds it."""
        job = self.assert_done(self.ask_to_create(machine, kind, settings), 70)
        (made,) = self.affected(job)
        return made

    def current(self, machine):
        """What the machine's present state was last taken into or applied from."""
        answer = self.daemon.get(soap.SETTINGS, {"InstanceID": "Microsoft:" + machine.id})
        self.assert_answer(answer)
        return re.search(r'InstanceID="([^"]*)"', answer.instance["Parent"])[1]

    def assert_return_value(self, answer, value):
        self.assertIsNone(answer.fault, answer)
        self.assertEqual(answer.return_value, value, answer)
        self.assertIsNone(answer.job)

    @staticmethod
    def period(time):
        return f'<p:TimeoutPeriod xmlns:cim="{soap.CIM_COMMON}">{time}</p:TimeoutPeriod>'

    # What they do.

    def test_a_snapshot_is_created_applied_and_destroyed_with_all_below_it(self):
        machine = self.tree
        before = machine.contents()
        made = self.create(machine, DISK, embedded(ElementName=("string", "after <all>"), Notes=("string", "caf\u00e9")))
        settings = self.daemon.snapshots()[made]
        self.assertEqual((settings["ElementName"], settings["Notes"]), ("after <all>", "caf\u00e9"))
        self.assertEqual(settings["VirtualSystemIdentifier"], machine.id)
        self.assertIn(machine.instance_id("right"), settings["Parent"])
        self.assertEqual(self.current(machine), made)
        for disk in machine.disks:
            self.assertIn(made.removeprefix("Microsoft:"), internal_snapshots(disk))

        self.assert_done(self.on_snapshot("ApplySnapshot", machine.instance_id("left")), 71)
        self.assertEqual(self.current(machine), machine.instance_id("left"))
        for disk in machine.disks:
            self.assertEqual(checksum(disk), before[disk.name, "left"])

        below = self.create(machine)
        self.assertIn(machine.instance_id("left"), self.daemon.snapshots()[below]["Parent"])
        job = self.assert_done(self.on_snapshot("DestroySnapshotTree", machine.instance_id("left")), 72)
        gone = {machine.instance_id("left"), machine.instance_id("leaf"), below}
        self.assertEqual(self.affected(job), gone)
        left = set(self.daemon.snapshots())
        self.assertFalse(gone & left)
        self.assertLessEqual({machine.instance_id("root"), machine.instance_id("right"), made}, left)
        self.assertEqual(machine.damage(), [])
        for disk in machine.disks:
            self.assertEqual(machine.names_on(disk), sorted(["root", "right", made.removeprefix("Microsoft:")]))

    def test_the_new_snapshot_is_reached_from_its_job(self):
        answer = self.ask_to_create(self.empty, FULL, embedded(ElementName=("string", "reached")))
        job = self.assert_done(answer, 70)["InstanceID"]

        def ask(dialect, filter_text, mode=None):
            found = self.daemon.post(soap.request(soap.ENUMERATE, soap.WMI + "*", select(dialect, filter_text, mode=mode)))
            self.assert_answer(found)
            return found.items

        affected = (f'ASSOCIATORS OF {{Msvm_ConcreteJob.InstanceID="{job}"}} WHERE AssocClass = Msvm_AffectedJobElement '
                    "ResultClass = Msvm_VirtualSystemSettingData")
        (by_wql,) = ask(WQL, escape(affected))
        self.assertEqual(soap.Instance(by_wql)["ElementName"], "reached")
        made = soap.Instance(by_wql)["InstanceID"]

        # The reference to the job as the method's answer has it.
        job_epr = soap.epr(answer.job.resource, {**answer.job.selectors})
        associated = (f"<b:AssociatedInstances><b:Object>{job_epr}</b:Object><b:AssociationClassName>Msvm_AffectedJobElement"
                      "</b:AssociationClassName><b:ResultClassName>CIM_VirtualSystemSettingData</b:ResultClassName>"
                      "</b:AssociatedInstances>")
        (by_filter,) = ask(ASSOCIATION, associated)
        self.assertEqual(soap.Instance(by_filter)["InstanceID"], made)

        # References only, each of which leads on to what it names.
        (reference,) = map(soap.Reference, ask(ASSOCIATION, associated, "EnumerateEPR"))
        self.assertEqual(self.daemon.get(reference.resource, reference.selectors).instance["InstanceID"], made)
        links = ask(ASSOCIATION, f"<b:AssociationInstances><b:Object>{job_epr}</b:Object><b:ResultClassName>"
                    "Msvm_AffectedJobElement</b:ResultClassName></b:AssociationInstances>")
        ends = [soap.Instance(link)["AffectedElement"] for link in links]
        reached = {self.daemon.get(end.resource, end.selectors).instance["ElementName"] for end in ends}
        self.assertEqual(reached, {"reached", "Empty"})  # the snapshot and its machine

    def test_settings_may_be_sent_as_elements(self):
        other = soap.WMI + SETTINGS_CLASS
        values = "<p:ElementName>as &lt;elements&gt;</p:ElementName><p:Notes>said so</p:Notes><p:ConsistencyLevel>2</p:ConsistencyLevel>"
        of_its_own = values.replace("p:", "q:")
        for name, inside in (
                ("an instance", f"<p:{SETTINGS_CLASS}>{values}</p:{SETTINGS_CLASS}>"),
                ("its properties", values),
                ("in the class's namespace", f'<q:{SETTINGS_CLASS} xmlns:q="{other}">{of_its_own}</q:{SETTINGS_CLASS}>'),
                ("its properties in the class's namespace", of_its_own.replace(">", f' xmlns:q="{other}">', 1)
                 .replace("<q:Notes>", f'<q:Notes xmlns:q="{other}">')
                 .replace("<q:ConsistencyLevel>", f'<q:ConsistencyLevel xmlns:q="{other}">')),
                ("CDATA", f"<![CDATA[{embedded(ElementName=('string', 'as <elements>'), Notes=('string', 'said so'))}]]>")):
            with self.subTest(name):
                job = self.assert_done(self.invoke("CreateSnapshot", f"<p:AffectedSystem>{machine_epr(self.empty.id)}"
                                                   f"</p:AffectedSystem><p:SnapshotSettings>{inside}</p:SnapshotSettings>"
                                                   f"<p:SnapshotType>{FULL}</p:SnapshotType>"), 70)
                (made,) = self.affected(job)
                settings = self.daemon.snapshots()[made]
                self.assertEqual((settings["ElementName"], settings["Notes"]), ("as <elements>", "said so"))
        for name, inside, value in (("an unknown property", "<p:Colour>red</p:Colour>", 4),
                                    ("a wrong value", "<p:ConsistencyLevel>9</p:ConsistencyLevel>", 4),
                                    ("another class", f'<q:JobState xmlns:q="{soap.JOB}">2</q:JobState>', 6)):
            with self.subTest(name):
                answer = self.invoke("CreateSnapshot", f"<p:AffectedSystem>{machine_epr(self.empty.id)}</p:AffectedSystem>"
                                     f"<p:SnapshotSettings>{inside}</p:SnapshotSettings><p:SnapshotType>2</p:SnapshotType>")
                self.assert_return_value(answer, value)
        for inside in ("text <p:ElementName>x</p:ElementName>", "<p:ElementName><p:Deeper>x</p:Deeper></p:ElementName>"):
            with self.subTest(inside):
                self.assert_fault(self.invoke("CreateSnapshot", f"<p:AffectedSystem>{machine_epr(self.empty.id)}"
                                              f"</p:AffectedSystem><p:SnapshotSettings>{inside}</p:SnapshotSettings>"),
                                  "wsman:InvalidParameter", "TypeMismatch")

    def test_a_snapshot_that_was_taken_is_not_one_that_was_applied(self):
        def ends(association):
            return [soap.Instance(item) for item in self.daemon.enumerate(soap.WMI + association)]

        def applied():
            return [each["Antecedent"].selectors["InstanceID"] for each in ends("Msvm_LastAppliedSnapshot")
                    if each["Dependent"].selectors["Name"] == self.marked.id]

        def most_current():
            return [each["Dependent"].selectors["InstanceID"] for each in ends("Msvm_MostCurrentSnapshotInBranch")
                    if each["Antecedent"].selectors["Name"] == self.marked.id]

        first = self.marked.instance_id("first")
        self.assertEqual((applied(), most_current()), ([], [self.marked.instance_id("second")]))
        self.assert_done(self.on_snapshot("ApplySnapshot", first), 71)
        self.assertEqual((applied(), most_current()), ([first], [first]))
        made = self.create(self.marked)
        self.assertEqual((applied(), most_current()), ([first], [made]))
        self.assert_done(self.on_snapshot("DestroySnapshot", first), 72)
        self.assertEqual((applied(), most_current()), ([], [made]))

    def test_a_snapshot_without_a_name_is_called_after_its_machine_and_the_time(self):
        for settings in (None, "", embedded()):
            with self.subTest(settings=settings):
                made = self.create(self.empty, FULL, settings)
                self.assertRegex(self.daemon.snapshots()[made]["ElementName"],
                                 r"^Empty - \(\d{1,2}/\d{1,2}/\d{4} - \d{1,2}:\d\d:\d\d [AP]M\)$")

    def test_a_recovery_snapshot_is_listed_as_one_and_can_be_no_reference_point(self):
        made = self.create(self.empty, RECOVERY)
        self.assertEqual(self.daemon.snapshots()[made]["VirtualSystemType"], "Microsoft:Hyper-V:Snapshot:Recovery")
        self.assert_return_value(self.on_snapshot("ConvertToReferencePoint", made), 1)

    # Every answer.

    def test_create_snapshot_says_what_it_can_not_take(self):
        for name, value, arguments in (
                ("a machine that is not there", 4, (machine_epr("00000000-0000-0000-0000-000000000000"),)),
                ("the host", 4, (machine_epr("hv01"),)),
                ("a snapshot", 6, (soap.settings_epr(self.machine.instance_id("leaf")),)),
                ("no type", 4, (self.machine, None)), ("an unknown type", 4, (self.machine, 4)),
                ("settings that are no XML", 4, (self.machine, FULL, "nonsense")),
                ("settings of another class", 6, (self.machine, FULL, embedded("Msvm_ConcreteJob"))),
                ("a name of two lines", 4, (self.machine, FULL, embedded(ElementName=("string", "two\nlines")))),
                ("what qcow2 can't do", 1, (self.machine, FULL, embedded(ConsistencyLevel=("uint8", "1"))))):
            with self.subTest(name):
                self.assert_return_value(self.ask_to_create(*arguments), value)
        for name, arguments in (("no reference", ("nonsense",)), ("a type that is no number", (self.machine, "full")),
                                ("an unknown class", (soap.epr(soap.WMI + "Msvm_Nothing", {"Name": "x"}),))):
            with self.subTest(name):
                fault = self.ask_to_create(*arguments).fault
                self.assertIsNotNone(fault)
                self.assertEqual(fault.subcode, "wsman:InvalidParameter")

    def test_each_method_on_a_snapshot_says_what_it_can_not_work_on(self):
        nobody = "Microsoft:00000000-0000-0000-0000-000000000000"
        for method, missing, settings, other_class in (
                ("ApplySnapshot", 32773, 32775, 6), ("ClearSnapshotState", 32773, 32775, 32776),
                ("ConvertToReferencePoint", 4, 5, 6), ("DestroySnapshotTree", 32773, 32775, 32776)):
            with self.subTest(method):
                self.assert_return_value(self.on_snapshot(method, nobody), missing)
                self.assert_return_value(self.on_snapshot(method, "Microsoft:" + self.machine.id), settings)
                self.assert_return_value(self.on_snapshot(method, machine_epr(self.machine.id)), other_class)
                fault = self.invoke(method).fault
                self.assertIsNotNone(fault)
                self.assertEqual(fault.subcode, "wsman:InvalidParameter")

    def test_only_recovery_snapshots_are_for_reference_points_and_no_saved_state_is_nothing_to_clear(self):
        leaf = self.machine.instance_id("leaf")
        self.assert_return_value(self.on_snapshot("ConvertToReferencePoint", leaf), 5)
        self.assert_return_value(self.on_snapshot("ClearSnapshotState", leaf), 0)

    def test_a_saved_state_that_the_backend_can_not_clear_is_refused_without_a_job(self):
        instance_id = self.asleep.instance_id("with memory")
        self.assertEqual(self.daemon.snapshots()[instance_id]["IsSaved"], "true")
        self.assert_return_value(self.on_snapshot("ClearSnapshotState", instance_id), 32770)
        self.assertEqual(self.daemon.snapshots()[instance_id]["IsSaved"], "true")

    def test_the_service_is_enabled_and_neither_starts_nor_stops(self):
        state = "<p:RequestedState>{}</p:RequestedState>"
        self.assert_return_value(self.invoke("RequestStateChange", state.format(2)), 0)
        self.assert_return_value(self.invoke("RequestStateChange", state.format(3)), 1)
        for time in ("<cim:Interval>PT30S</cim:Interval>", "00000000000030.000000:000"):
            self.assert_return_value(self.invoke("RequestStateChange", state.format(2) + self.period(time)), 0)
        for time in ("soon", "", "<cim:Interval>30</cim:Interval>"):
            self.assert_fault(self.invoke("RequestStateChange", state.format(2) + self.period(time)),
                              "wsman:InvalidParameter", "TypeMismatch")
        for method in ("StartService", "StopService"):
            self.assert_return_value(self.invoke(method), 1)

    def test_a_snapshot_that_a_job_is_at_is_held(self):
        machine = self.busy
        top, below = machine.instance_id("top"), machine.instance_id("below")
        for held, instance_id in (("ApplySnapshot", top), ("DestroySnapshot", top)):
            with self.subTest(held=held):
                answer = self.hold(lambda held=held, one=instance_id: self.on_snapshot(held, one))
                for method, value in (("ApplySnapshot", 32775), ("DestroySnapshot", 5), ("DestroySnapshotTree", 32774)):
                    self.assert_return_value(self.on_snapshot(method, instance_id), value)
                waiting = self.ask_to_create(machine)  # holds nothing, and waits for its turn
                self.assertEqual(self.daemon.job(waiting.job.selectors["InstanceID"])["JobState"], "2")
                self.gate.let_on()
                self.assert_done(answer, 71 if held == "ApplySnapshot" else 72)
                self.assert_done(waiting, 70)
        self.assertIn(below, self.daemon.snapshots())

    def test_the_service_s_wsdl_has_every_method(self):
        text = self.daemon.post("", {"Content-Type": None}, method="GET",
                                path=f"/wsman?wsdl={soap.CIM_NAMESPACE}/Msvm_VirtualSystemSnapshotService").text
        self.assertEqual(re.findall(r'<soap12:operation soapAction="' + re.escape(soap.SERVICE) + r'/(\w+)"', text),
                         list(SERVED))
