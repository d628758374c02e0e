"""Methods of Msvm_ConcreteJob: stopping a job, and reading what went wrong with one (its class page, facts/hyperv.md)."""

import select
import unittest
from xml.etree import ElementTree

from wire import soap
from wire.case import GatedCase
from wire.daemon import Daemon

TERMINATE, KILL = 4, 5


class Jobs(GatedCase):
    @classmethod
    def fill(cls, store):
        cls.machine = store.add_machine("One", [("first", None), ("second", None), ("third", None), ("kept", None)])
        cls.well = store.add_machine("Two", [("gone", None)])
        cls.broken = store.add_machine("Three", [("lost", None)])
        cls.busy = store.add_machine("Four", [("worked on", None)])

    def invoke(self, method, job, parameters=""):
        answer = self.daemon.post(soap.invoke(method, parameters, soap.JOB, selectors={"InstanceID": job}))
        if answer.fault is None:
            self.assert_answer(answer, f"{soap.JOB}/{method}Response")
            self.assertEqual(answer.payload.tag, f"{{{soap.JOB}}}{method}_OUTPUT")
        return answer

    def request(self, state, job, more=""):
        return self.invoke("RequestStateChange", job, f"<p:RequestedState>{state}</p:RequestedState>{more}")

    def errors(self, method, job):
        """The properties of each Msvm_Error that the method answers."""
        answer = self.invoke(method, job)
        self.assertEqual(answer.return_value, 0, answer)
        found = []
        for each in answer.payload:
            if soap.local(each.tag) in ("Error", "Errors") and each.text:
                instance = ElementTree.fromstring(each.text)
                self.assertEqual((instance.tag, instance.get("CLASSNAME")), ("INSTANCE", "Msvm_Error"))
                found.append({one.get("NAME"): one.findtext("VALUE") for one in instance})
        return found

    def test_a_waiting_job_that_is_stopped_never_runs(self):
        running = self.hold_destroying(self.machine, "first")
        jobs = {state: self.daemon.destroy(self.machine.instance_id(name))
                for state, name in ((TERMINATE, "second"), (KILL, "third"))}
        for requested, reached in ((TERMINATE, "8"), (KILL, "9")):
            with self.subTest(requested=requested):
                job = jobs[requested]
                self.assertEqual(self.daemon.job(job)["Cancellable"], "true")
                self.assertEqual(self.request(requested, job).return_value, 0)
                stopped = self.daemon.job(job)
                self.assertEqual((stopped["JobState"], stopped["Cancellable"]), (reached, "false"))
                error, = self.errors("GetError", job)
                self.assertIn("stopped", error["Message"])
                self.assertEqual(self.request(requested, job).return_value, 4097)
        self.gate.let_on()
        self.assertEqual(self.daemon.wait_for_job(running)["JobState"], "7")
        self.assertEqual(self.machine.names_on(self.machine.disks[0]), ["kept", "second", "third"])

    def test_a_job_that_is_well_has_no_error(self):
        job = self.daemon.destroy(self.well.instance_id("gone"))
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")
        for method in ("GetError", "GetErrorEx"):
            self.assertEqual(self.errors(method, job), [])
        self.assertEqual(self.request(TERMINATE, job).return_value, 4097)

    def test_the_error_of_a_failed_job_is_read_by_both_methods(self):
        self.broken.disks[0].write_bytes(b"no disk" * 1000)
        job = self.daemon.destroy(self.broken.instance_id("lost"))
        ended = self.daemon.wait_for_job(job)
        self.assertEqual(ended["JobState"], "10", ended.properties)
        for method in ("GetError", "GetErrorEx"):
            with self.subTest(method):
                error, = self.errors(method, job)
                self.assertEqual(error["Message"], ended["ErrorDescription"])
                self.assertEqual(error["MessageID"], ended["ErrorCode"])
                self.assertIn(job, error["ErrorSource"])
                self.assertIn("CIM_ERR_", error["CIMStatusCodeDescription"])

    def test_what_a_job_does_not_do_is_said_by_its_return_value(self):
        job = self.hold_destroying(self.busy, "worked on")
        interval = "<p:TimeoutPeriod><cim:Interval xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/common\">{}" \
                   "</cim:Interval></p:TimeoutPeriod>"
        for state, more, value in ((2, "", 1), (3, "", 1), (6, "", 1), (0, "", 5), (99, "", 5),
                                   (TERMINATE, interval.format("PT5S"), 4098)):
            with self.subTest(state=state, more=more):
                self.assertEqual(self.request(state, job, more).return_value, value)
        self.assertEqual(self.invoke("KillJob", job, "<p:DeleteOnKill>true</p:DeleteOnKill>").return_value, 1)
        self.gate.let_on()
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")

    def test_a_job_that_is_not_there_is_not_reached(self):
        for method, parameters in (("RequestStateChange", "<p:RequestedState>4</p:RequestedState>"), ("GetError", ""),
                                   ("GetErrorEx", ""), ("KillJob", "")):
            with self.subTest(method):
                answer = self.invoke(method, "00000000-0000-0000-0000-000000000000", parameters)
                self.assert_fault(answer, "wsa:DestinationUnreachable", family="addressing")

    def test_a_parameter_of_the_wrong_type_is_a_fault(self):
        answer = self.request("now", "00000000-0000-0000-0000-000000000000")
        self.assert_fault(answer, "wsman:InvalidParameter", "TypeMismatch")


class RunningJobs(unittest.TestCase):
    def test_a_running_job_that_is_stopped_leaves_its_snapshot(self):
        daemon = Daemon(backend='delay = "10s"').start()
        self.addCleanup(daemon.close)
        snapshots = daemon.snapshots()
        for (requested, reached), instance_id in zip(((TERMINATE, "8"), (KILL, "9")), snapshots):
            with self.subTest(requested=requested):
                job = daemon.destroy(instance_id)
                while daemon.job(job)["JobState"] in ("2", "3"):
                    select.select([], [], [], 0.02)
                self.assertEqual((daemon.job(job)["JobState"], daemon.job(job)["Cancellable"]), ("4", "true"))
                answer = daemon.post(soap.invoke("RequestStateChange", f"<p:RequestedState>{requested}</p:RequestedState>",
                                                 soap.JOB, selectors={"InstanceID": job}))
                self.assertEqual(answer.return_value, 4096, answer)
                self.assertEqual(daemon.wait_for_job(job)["JobState"], reached)
        self.assertEqual(list(daemon.snapshots()), list(snapshots))


class JobsBesideOthers(GatedCase):
    """However long jobs take and however many there are, they take no thread that others need."""

    options = {"users": {"alice": "Passw0rd!", "bob": "Passw0rd!"}, "more": "[server]\nworker_threads = 1"}

    def test_a_long_job_keeps_nobody_from_logging_on(self):
        job = self.hold_destroying(self.machine, "leaf")
        answer = self.daemon.post(soap.IDENTIFY, user="bob")  # whose password nobody has looked at yet
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.daemon.job(job)["JobState"], "4")
        self.gate.let_on()
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")
