"""Msvm_ComputerSystem.RequestStateChange: machines start, stop, pause and so on as jobs (its class page)."""

import unittest

from wire import soap
from wire.case import WireCase
from wire.daemon import Daemon

OFF, RUNNING, PAUSED, SAVED = "3", "2", "32768", "32769"
NOBODY = "00000000-0000-0000-0000-000000000000"


class StateCase(WireCase):
    """A daemon over the memory backend; `memory` are lines of its configuration."""

    memory = ""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(backend=cls.memory)
        cls.addClassCleanup(cls.daemon.close)
        cls.daemon.start()
        cls.machines = [found["Name"] for found in map(soap.Instance, cls.daemon.enumerate(soap.MACHINE))
                        if found["Caption"] == "Virtual Machine"]

    def machine(self, name):
        answer = self.daemon.get(soap.MACHINE, {"Name": name})
        self.assert_answer(answer)
        return answer.instance

    def ask(self, name, state=None, more=""):
        inside = "" if state is None else f"<p:RequestedState>{state}</p:RequestedState>"
        answer = self.daemon.post(soap.invoke("RequestStateChange", inside + more, soap.MACHINE, selectors={
            "CreationClassName": "Msvm_ComputerSystem", "Name": name}))
        if answer.fault is None:
            self.assert_answer(answer, f"{soap.MACHINE}/RequestStateChangeResponse")
            self.assertEqual(answer.payload.tag, f"{{{soap.MACHINE}}}RequestStateChange_OUTPUT")
        return answer

    def assert_refused(self, answer, value):
        self.assertIsNone(answer.fault, answer)
        self.assertEqual((answer.return_value, answer.job), (value, None), answer)

    def assert_started(self, answer):
        self.assertIsNone(answer.fault, answer)
        self.assertEqual([soap.local(each.tag) for each in answer.payload], ["Job", "ReturnValue"])
        self.assertEqual(answer.return_value, 4096)
        return answer.job.selectors["InstanceID"]


class MachineStates(StateCase):
    memory = "machines = 3"

    def test_a_machine_goes_through_all_of_its_states(self):
        name = self.machines[0]
        for state, job_type, enabled, available in (
                (2, "12", RUNNING, ["3", "4", "6", "9", "11"]), (9, "26", PAUSED, ["2", "3", "6"]),
                (32777, "27", RUNNING, ["3", "4", "6", "9", "11"]), (11, "28", RUNNING, ["3", "4", "6", "9", "11"]),
                (6, "14", SAVED, ["2"]), (10, "15", RUNNING, ["3", "4", "6", "9", "11"]),
                (32776, "26", PAUSED, ["2", "3", "6"]), (32773, "14", SAVED, ["2"]), (2, "15", RUNNING, None),
                (32779, "14", SAVED, ["2"]), (2, "15", RUNNING, None), (32780, "14", SAVED, ["2"]),
                (2, "15", RUNNING, None), (4, "16", OFF, ["2"]), (2, "12", RUNNING, None), (3, "13", OFF, ["2"])):
            with self.subTest(state=state):
                job = self.daemon.wait_for_job(self.assert_started(self.ask(name, state)))
                self.assertEqual((job["JobState"], job["JobType"], job["ErrorCode"], job["Owner"]),
                                 ("7", job_type, "0", "alice"))
                machine = self.machine(name)
                self.assertEqual((machine["EnabledState"], machine["RequestedState"]), (enabled, "12"))
                if available:
                    found = machine["AvailableRequestedStates"]
                    self.assertEqual(found if isinstance(found, list) else [found], available)

    def test_what_makes_no_sense_is_refused_with_the_number_of_the_page(self):
        name = self.machines[1]  # it stays off
        for state in (0, 1, 3, 4, 6, 7, 8, 9, 11, 12, 32768, 32773, 32777, 32781, 65535):
            with self.subTest(state=state):
                self.assert_refused(self.ask(name, state), 32775)
        self.assert_refused(self.ask(name), 32773)
        host = next(found["Name"] for found in map(soap.Instance, self.daemon.enumerate(soap.MACHINE))
                    if found["Caption"] == "Hosting Computer System")
        self.assert_refused(self.ask(host, 2), 32770)
        self.assertNotIn("AvailableRequestedStates", self.machine(host))
        for unknown in (NOBODY, "nobody"):
            self.assert_fault(self.ask(unknown, 2), "wsa:DestinationUnreachable", family="addressing")
        for wrong, detail in (("<p:RequestedState>on</p:RequestedState>", None), ("<p:Force>true</p:Force>", "InvalidName")):
            fault = self.ask(name, more=wrong).fault
            self.assertIsNotNone(fault)
            self.assertEqual(fault.subcode, "wsman:InvalidParameter", detail)
        self.assertEqual(self.machine(name)["EnabledState"], OFF)

    def test_a_time_to_do_it_in_is_read_and_not_used(self):
        name = self.machines[2]
        for time in ("soon", "", "<cim:Interval>30</cim:Interval>"):
            self.assert_fault(self.ask(name, 2, self.period(time)), "wsman:InvalidParameter", "TypeMismatch")
        for state, time in ((2, "<cim:Interval>PT30S</cim:Interval>"), (3, "00000000000030.000000:000")):
            self.daemon.wait_for_job(self.assert_started(self.ask(name, state, self.period(time))))
        self.assertEqual(self.machine(name)["EnabledState"], OFF)

    @staticmethod
    def period(time):
        return f'<p:TimeoutPeriod xmlns:cim="{soap.CIM_COMMON}">{time}</p:TimeoutPeriod>'


class SlowMachineStates(StateCase):
    """Each change takes so long that a test can look at it, and stops when it is asked to."""

    memory = 'machines = 2\ndelay = "20s"'

    def test_while_a_change_is_under_way_it_is_told_and_there_is_no_other(self):
        name = self.machines[0]
        job = self.assert_started(self.ask(name, 2))
        machine = self.machine(name)
        self.assertEqual((machine["EnabledState"], machine["RequestedState"]), (OFF, "2"))
        self.assert_refused(self.ask(name, 2), 32774)
        self.assert_refused(self.ask(name, 3), 32774)
        self.assertEqual(self.machine(self.machines[1])["RequestedState"], "12")
        stopped = self.daemon.post(soap.invoke("RequestStateChange", "<p:RequestedState>4</p:RequestedState>", soap.JOB,
                                               selectors={"InstanceID": job}))
        self.assertIn(stopped.return_value, (0, 4096), stopped)
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "8")
        machine = self.machine(name)
        self.assertEqual((machine["EnabledState"], machine["RequestedState"]), (OFF, "12"))

    def test_a_change_that_a_crash_cut_is_settled_by_what_the_machine_is(self):
        job = self.assert_started(self.ask(self.machines[1], 2))
        while self.daemon.job(job)["JobState"] == "2":
            pass
        self.daemon.kill()
        self.daemon.start()
        settled = self.daemon.job(job)
        self.assertEqual((settled["JobState"], settled["ErrorCode"]), ("10", "32768"), settled.properties)
        self.assertIn("not in the state asked for", settled["ErrorDescription"])


class StatesOfDisks(WireCase):
    def test_a_backend_that_changes_no_states_says_so_and_starts_no_job(self):
        selectors = {"Name": self.machine.id}
        machine = self.daemon.get(soap.MACHINE, selectors).instance
        self.assertNotIn("AvailableRequestedStates", machine)
        self.assertEqual(machine["RequestedState"], "12")
        for state in (2, 7):
            answer = self.daemon.post(soap.invoke("RequestStateChange", f"<p:RequestedState>{state}</p:RequestedState>",
                                                  soap.MACHINE, selectors=selectors))
            self.assert_answer(answer)
            self.assertEqual((answer.return_value, answer.job), (32770, None))
        self.assertEqual(self.daemon.enumerate(soap.JOB), [])


if __name__ == "__main__":
    unittest.main()
