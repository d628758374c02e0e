"""A snapshot's name and notes, changed by a Put: durable once answered, refused where a job is at work."""

import tomllib
import unittest

from crash.gate import Gate
from wire import soap
from wire.daemon import Daemon
from wire.store import Store

PROPERTIES = "ElementName", "Notes"


class Rename(unittest.TestCase):
    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.machine = self.store.add_machine("One", [("root", None), ("left", "root"), ("right", "root")], disks=2)
        self.gate = Gate()
        self.addCleanup(self.gate.close)
        self.daemon = Daemon(self.store, path_first=self.gate.folder)
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def selectors(self, name):
        return {"InstanceID": self.machine.instance_id(name)}

    def put(self, name, **changes):
        """`name` is what the store's maker calls the snapshot. A value of None is sent as a null."""
        body = "".join(f'<c:{key} xsi:nil="true"/>' if value is None else f"<c:{key}>{value}</c:{key}>"
                       for key, value in changes.items())
        body = (f'<c:Msvm_VirtualSystemSettingData xmlns:c="{soap.SETTINGS}" xmlns:xsi="{soap.XSI}">{body}'
                "</c:Msvm_VirtualSystemSettingData>")
        return self.daemon.post(soap.request(soap.PUT, soap.SETTINGS, body, selectors=self.selectors(name)))

    def texts(self, name):
        instance = self.daemon.get(soap.SETTINGS, self.selectors(name)).instance
        return {key: instance[key] if key in instance else None for key in PROPERTIES}

    def test_what_was_answered_survives_a_crash(self):
        for name, notes in (("Before the update", "taken by hand"), ("Übermorgen & mehr", None)):
            escaped = name.replace("&", "&amp;")
            answer = self.put("left", ElementName=escaped, Notes=notes)
            self.assertIsNone(answer.fault, answer)
            self.daemon.kill()
            self.daemon.start()
            self.assertEqual(self.texts("left"), {"ElementName": name, "Notes": notes})
        self.assertEqual(self.texts("right")["ElementName"], "right")
        for disk in self.machine.disks:
            self.assertEqual(self.machine.names_on(disk), ["left", "right", "root"])

    def test_a_put_is_in_the_log_with_who_and_what(self):
        self.put("left", ElementName="new")
        line = self.daemon.wait_for_log("Put")
        self.assertIn("alice", line)
        self.assertIn(self.machine.instance_id("left"), line)
        self.assertIn("ElementName", line)

    def test_while_a_snapshot_is_destroyed_none_of_the_machine_is_renamed(self):
        self.gate.arm("before", 3)
        job = self.daemon.destroy(self.machine.instance_id("left"))
        self.gate.wait()
        for name in ("left", "right"):
            fault = self.put(name, ElementName="new").fault
            self.assertIsNotNone(fault)
            self.assertEqual(fault.subcode, "wsman:Concurrency")
        self.gate.let_on()
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")
        self.assertIsNone(self.put("right", ElementName="new").fault)
        self.assertEqual(self.texts("right")["ElementName"], "new")
        self.daemon.kill()
        self.daemon.start()
        self.assertEqual({each["ElementName"] for each in self.daemon.snapshots().values()}, {"root", "new"})

    def test_the_tree_that_is_written_is_the_one_that_was(self):
        tree = self.machine.folder / "snapshots.toml"
        before = tomllib.loads(tree.read_text())
        self.put("right", ElementName="new")
        after = tomllib.loads(tree.read_text())
        for each in after["snapshot"]:
            if each["name"] == "new":
                self.assertEqual(each["tag"], self.machine.snapshot_tag("right"))
                each["name"] = "right"
        by_id = {each["id"]: each for each in after["snapshot"]}
        self.assertEqual(after.get("current"), before.get("current"))
        for each in before["snapshot"]:
            for key in ("parent", "name", "created"):
                self.assertEqual(by_id[each["id"]].get(key), each.get(key), key)


if __name__ == "__main__":
    unittest.main()
