"""What the client changes, how it waits, and what becomes of a job that nobody waits for."""

import json
import signal

from client.program import ClientCase
from crash.gate import Gate
from wire.daemon import Daemon


class Changing(ClientCase):
    def names(self):
        return sorted(each["ElementName"] for each in self.daemon.snapshots().values())

    def test_destroy_in_a_pipe_is_plain_lines(self):
        lines = self.run_client("destroy", "left").splitlines()
        self.assertEqual(lines[-2:], ["Destroying the snapshot 'left': completed",
                                      "Destroyed the snapshot 'left' of Build server."])
        self.assertNotIn("\x1b", "".join(lines))
        self.assertEqual(self.names(), ["leaf", "right", "root"])

    def test_destroy_at_a_terminal_is_a_bar(self):
        terminal = self.at_terminal("destroy", "left")
        self.assertEqual(terminal.wait(), 0, terminal.text)
        self.assertIn("█" * 24, terminal.text)
        self.assertIn("100%  Destroying the snapshot 'left'", terminal.text)
        self.assertEqual(self.names(), ["leaf", "right", "root"])

    def test_destroy_in_json_is_one_object(self):
        told = self.json_of("destroy", "left")
        self.assertEqual((told["done"], told["job"]["state"], told["snapshot"]["name"], told["vm"]["id"]),
                         (True, "completed", "left", self.machine.id))

    def test_snapshots_go_by_guid_and_by_instance_id(self):
        self.run_client("destroy", self.machine.snapshot_id("right").lower())
        self.run_client("destroy", self.machine.instance_id("leaf"))
        self.assertEqual(self.names(), ["left", "root"])

    def test_rename_gives_another_name(self):
        self.run_client("rename", "left", "Übermorgen & <mehr>")
        self.assertEqual(self.names(), ["leaf", "right", "root", "Übermorgen & <mehr>"])
        self.assertEqual(self.json_of("rename", "leaf", "last")["snapshot"]["name"], "last")
        self.assertIn("ElementName", self.run_client("rename", "last", " ", status=1))

    def test_create_says_which_snapshot_it_made(self):
        told = self.json_of("create", "Build server", "Über <alles>")
        made = self.daemon.snapshots()["Microsoft:" + told["snapshot"]["id"]]
        self.assertEqual((told["snapshot"]["name"], made["ElementName"]), ("Über <alles>", "Über <alles>"))
        self.assertIn(self.machine.instance_id("leaf"), made["Parent"])
        self.assertRegex(self.run_client("create", self.machine.id), r"\nCreated the snapshot '.+' of Build server: [0-9A-F-]{36}\n$")
        self.assertEqual(len(self.names()), 6)
        self.run_client("create", "Build server", "x" * 1000, status=1)

    def test_apply_moves_the_present_state(self):
        self.run_client("apply", "right")
        self.assertEqual(self.json_of("tree")[0]["current"], self.machine.snapshot_id("right"))
        self.assertRegex(self.run_client("tree"), r"right +[^\n]*\n +└─ ● now")

    def test_destroy_of_a_tree_takes_all_below_it(self):
        self.run_client("destroy", "left", "--tree")
        self.assertEqual(self.names(), ["right", "root"])

    def test_jobs_lists_what_was_done(self):
        self.run_client("destroy", "left")
        (job,) = self.json_of("jobs")
        self.assertEqual((job["state"], job["percent"], job["owner"], job["ended"]), ("completed", 100, "alice", True))
        self.assertIn(job["id"], self.run_client("jobs"))
        self.assertIn("completed", self.run_client("watch", job["id"]))
        self.assertEqual(self.json_of("watch", job["id"])["id"], job["id"])

    def test_invoke_calls_any_method(self):
        told = self.json_of("invoke", "Msvm_VirtualSystemSnapshotService", "DestroySnapshot",
                            f'AffectedSnapshot=Msvm_VirtualSystemSettingData.InstanceID="{self.machine.instance_id("left")}"')
        self.assertEqual((told["return_value"], told["job"]["state"]), (4096, "completed"))
        self.assertEqual(self.names(), ["leaf", "right", "root"])
        self.run_client("invoke", "Nope", "Nothing", status=3)

    def test_a_return_value_that_is_none_of_success_is_a_failure_in_words(self):
        told = self.run_client("invoke", "Msvm_VirtualSystemSnapshotService", "DestroySnapshot", "--verbose",
                               f'AffectedSnapshot=Msvm_ComputerSystem.Name="{self.machine.id}"', status=1)
        self.assertIn("DestroySnapshot is refused", told)
        self.assertIn("returned 6", told)


class Waiting(ClientCase):
    """A job that is held in its middle."""

    def setUp(self):
        self.gate = Gate()
        self.addCleanup(self.gate.close)
        self.daemon_options = {"path_first": self.gate.folder}
        super().setUp()
        self.gate.arm("before", 1)

    def let_go(self, job):
        self.gate.let_on()
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")

    def test_no_wait_says_which_job_and_leaves_it(self):
        told = self.json_of("destroy", "left", "--no-wait")
        self.assertFalse(told["done"])
        self.gate.wait()
        self.let_go(told["job"]["id"])

    def test_ctrl_c_stops_waiting_and_the_job_goes_on(self):
        for at_terminal in (False, True):
            with self.subTest(at_terminal=at_terminal):
                name = "right" if at_terminal else "left"
                self.gate.arm("before", 1)
                if at_terminal:
                    terminal = self.at_terminal("destroy", name)
                    self.gate.wait()
                    terminal.wait_for("Destroying the snapshot")
                    terminal.type("\x03")
                    status, told = terminal.wait(), terminal.text
                else:
                    process = self.start("destroy", name)
                    self.gate.wait()
                    process.stdout.readline()  # it waits now
                    process.send_signal(signal.SIGINT)
                    told = process.communicate(timeout=30)[1]
                    status = process.returncode
                self.assertEqual(status, 130, told)
                self.assertRegex(told, r"the job goes on\. Watch it with: tintype watch [0-9A-F-]{36}")
                self.let_go(told.split("watch ")[-1].strip())

    def test_waiting_may_be_bounded(self):
        told = json.loads(self.run_client("--json", "destroy", "left", "--wait", "0", status=6))["error"]["sentence"]
        job = told.split("watch ")[-1].strip()
        self.run_client("watch", job, "--wait", "0", status=6)
        self.gate.wait()
        self.let_go(job)
        self.run_client("watch", job)

    def test_a_second_change_of_the_same_snapshot_is_refused_in_words(self):
        job = self.json_of("destroy", "left", "--no-wait")["job"]["id"]
        self.gate.wait()
        self.assertIn("another job", self.run_client("destroy", "left", status=1))
        self.let_go(job)

    def test_an_endpoint_that_takes_too_long_is_a_time_out(self):
        self.gate.disarm()
        self.daemon.process.send_signal(signal.SIGSTOP)
        try:
            self.assertIn("no answer in time", self.run_client("vms", "--timeout", "1", status=6))
        finally:
            self.daemon.process.send_signal(signal.SIGCONT)

    def test_a_job_that_fails_is_a_failure_with_its_reason(self):
        self.gate.disarm()
        self.machine.disks[0].write_bytes(b"no disk")
        told = self.run_client("destroy", "left", status=1)
        self.assertEqual(self.json_of("jobs")[0]["state"], "failed")
        self.assertIn(self.json_of("jobs")[0]["error"], told)


class States(ClientCase):
    """Machines that can be started: those of the memory backend."""

    def make_daemon(self):
        return Daemon(backend="machines = 2")

    def state_of(self, name):
        return next(each["state"] for each in self.json_of("vms") if each["name"] == name)

    def test_a_machine_is_started_stopped_and_all_between(self):
        for word, sentence, state in (("start", "Started vm-1.", "running"), ("pause", "Paused vm-1.", "paused"),
                                      ("start", "Started vm-1.", "running"), ("save", "Saved vm-1.", "saved"),
                                      ("start", "Started vm-1.", "running"), ("reset", "Reset vm-1.", "running"),
                                      ("shutdown", "Shut down vm-1.", "off"), ("start", "Started vm-1.", "running"),
                                      ("stop", "Turned off vm-1.", "off")):
            with self.subTest(word=word):
                lines = self.run_client("state", "vm-1", word).splitlines()
                self.assertEqual(lines[-1], sentence)
                self.assertRegex(lines[-2], "the machine 'vm-1': completed$")
                self.assertEqual(self.state_of("vm-1"), state)
        self.assertEqual(self.state_of("vm-2"), "off")

    def test_a_change_of_state_in_json_is_one_object(self):
        told = self.json_of("state", "vm-2", "start")
        self.assertEqual((told["done"], told["return_value"], told["job"]["state"], told["vm"]["name"]),
                         (True, 4096, "completed", "vm-2"))
        left = self.json_of("state", "vm-2", "pause", "--no-wait")
        self.assertIn("id", left["job"])
        self.run_client("watch", left["job"]["id"])
        self.assertEqual(self.state_of("vm-2"), "paused")

    def test_what_can_not_be_is_refused_in_words(self):
        self.assertIn("the present state doesn't allow it", self.run_client("state", "vm-1", "stop", status=1))
        self.assertIn("dance", self.run_client("state", "vm-1", "dance", status=2))
        self.run_client("state", "vm-7", "start", status=3)


class StatesOfDisks(ClientCase):
    def test_an_endpoint_that_changes_no_states_says_so(self):
        self.assertRegex(self.run_client("state", "Build server", "start", status=1), "(?i)not supported|can't|does not")
