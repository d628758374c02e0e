"""Many clients change and read the same snapshot trees at once: what they saw is what some order of it all would have shown."""

import contextlib
import os
import random
import re
import threading
import time
import unittest

from faults.linear import ABSENT, Call, Tree, is_linearisable
from wire import soap
from wire.daemon import Daemon
from wire.store import Store

LONG = os.environ.get("TINTYPE_LONG") == "1"
IN_USE = {5, 32774, 32775}  # of the tables of return values: another job is at it
EMPTY = Tree(frozenset())


class Checker(unittest.TestCase):
    """The search itself: it lets through what may be, and nothing else."""

    def test_one_after_the_other(self):
        calls = [Call(0, 1, "create", "a", "A"), Call(2, 3, "create", "b", "B"), Call(4, 5, "read", "b", result=("B", "a")),
                 Call(6, 7, "destroy", "a"), Call(8, 9, "read", "b", result=("B", None)),
                 Call(8, 9, "read", "a", result=ABSENT), Call(8, 9, "current", result="b")]
        self.assertTrue(is_linearisable(EMPTY, calls))
        self.assertFalse(is_linearisable(EMPTY, [*calls, Call(8, 9, "read", "a", result=("A", None))]))

    def test_what_overlaps_may_be_in_either_order_and_what_does_not_may_not(self):
        made = Call(0, 1, "create", "a", "A")
        for result in (ABSENT, ("A", None)):
            self.assertTrue(is_linearisable(EMPTY, [made, Call(0.5, 2, "read", "a", result=result)]))
        self.assertFalse(is_linearisable(EMPTY, [made, Call(1.5, 2, "read", "a", result=ABSENT)]))

    def test_a_value_that_was_seen_can_t_be_unseen(self):
        calls = [Call(0, 1, "create", "a", "old"), Call(2, 9, "rename", "a", "new"),
                 Call(3, 4, "read", "a", result=("new", None)), Call(5, 6, "read", "a", result=("old", None))]
        self.assertFalse(is_linearisable(EMPTY, calls))
        self.assertTrue(is_linearisable(EMPTY, calls[:3]))

    def test_a_lost_update_and_a_destroy_that_worked_twice_are_found(self):
        made = Call(0, 1, "create", "a", "A")
        self.assertFalse(is_linearisable(EMPTY, [made, Call(2, 3, "rename", "a", "B"),
                                                 Call(4, 5, "read", "a", result=("A", None))]))
        self.assertFalse(is_linearisable(EMPTY, [made, Call(2, 5, "destroy", "a"), Call(3, 6, "destroy", "a")]))
        self.assertTrue(is_linearisable(EMPTY, [made, Call(2, 5, "destroy", "a"), Call(3, 6, "destroy", "a", result=ABSENT)]))

    def test_a_tree_goes_leaf_by_leaf_and_never_a_parent_before_its_child(self):
        made = [Call(0, 1, "create", "a", "A"), Call(2, 3, "create", "b", "B"), Call(4, 9, "destroy_tree", "a")]
        leaf_first = [Call(5, 6, "read", "b", result=ABSENT), Call(7, 8, "read", "a", result=("A", None))]
        root_first = [Call(5, 6, "read", "a", result=ABSENT), Call(7, 8, "read", "b", result=("B", "a"))]
        self.assertTrue(is_linearisable(EMPTY, made + leaf_first))
        self.assertFalse(is_linearisable(EMPTY, made + root_first))


class Client(threading.Thread):
    """One of many; what it did is in `calls`, by machine."""

    def __init__(self, world, number, turns):
        super().__init__(name=f"client {number}", daemon=True)
        self.world = world
        self.random = random.Random(f"{world.seed} {number}")
        self.turns = turns
        self.calls = {machine: [] for machine in world.machines}
        self.wrong = None
        self.number = number

    def run(self):
        try:
            with contextlib.closing(self.world.daemon.connection()) as self.connection:
                for turn in range(self.turns):
                    self.turn(turn)
        except Exception as wrong:  # whatever it is, the test says so
            self.wrong = wrong

    def post(self, body):
        return self.world.daemon.post(body, connection=self.connection)

    def turn(self, turn):
        machine = self.random.choice(self.world.machines)
        known = self.world.known[machine]
        kind = self.random.choice(("create", "create", "destroy", "destroy_tree", "apply", "rename", "rename", "read", "read",
                                   "current", "list"))
        if kind in ("create", "current", "list"):
            id_ = None
        elif known:
            id_ = self.random.choice(known[-12:])
        else:
            return
        begun = time.monotonic()
        found = getattr(self, kind)(machine, id_, f"{self.number}.{turn}")
        ended = time.monotonic()
        for id_, name, result in found:
            self.calls[machine].append(Call(begun, ended, "read" if kind == "list" else kind, id_, name, result))

    # Each returns what there is to say: (id, name, result), any number of times.

    def job(self, answer):
        """The ended job, ABSENT, or None for what another job stood in the way of."""
        if answer.fault is not None:
            raise AssertionError(f"{answer}")
        if answer.return_value in IN_USE:
            return None
        if answer.return_value != 4096:
            return ABSENT
        job = answer.job.selectors["InstanceID"]
        while int((record := self.post(soap.request(soap.GET, soap.JOB, selectors={"InstanceID": job})).instance)["JobState"]) < 7:
            time.sleep(0.005)
        return record

    def create(self, machine, _, name):
        reference = soap.epr(soap.MACHINE, {"Name": machine})
        record = self.job(self.post(soap.invoke(
            "CreateSnapshot", f"<p:AffectedSystem>{reference}</p:AffectedSystem><p:SnapshotType>2</p:SnapshotType>")))
        if record["JobState"] != "7":
            raise AssertionError(record.properties)
        made = self.world.made_by(self, record["InstanceID"])
        self.world.known[machine].append(made)
        return [(made, re.search("the snapshot '(.*)' of", record["Description"])[1], True)]

    def changed(self, method, parameter, id_):
        record = self.job(self.post(soap.invoke(method, f"<p:{parameter}>{soap.settings_epr(id_)}</p:{parameter}>")))
        if record is None:
            return []
        if record == ABSENT:
            return [(id_, None, ABSENT)]
        if record["JobState"] == "7":
            return [(id_, None, True)]
        if not re.search("(?i)no (such )?snapshot|not found|unknown", record["ErrorDescription"]):
            raise AssertionError(record.properties)
        return [(id_, None, ABSENT)]

    def destroy(self, _, id_, __):
        return self.changed("DestroySnapshot", "AffectedSnapshot", id_)

    def destroy_tree(self, _, id_, __):
        return self.changed("DestroySnapshotTree", "SnapshotSettingData", id_)

    def apply(self, _, id_, __):
        return self.changed("ApplySnapshot", "Snapshot", id_)

    def rename(self, _, id_, name):
        answer = self.post(soap.request(
            soap.PUT, soap.SETTINGS, f'<c:Msvm_VirtualSystemSettingData xmlns:c="{soap.SETTINGS}"><c:ElementName>{name}'
            "</c:ElementName></c:Msvm_VirtualSystemSettingData>", selectors={"InstanceID": id_}))
        if answer.fault is None:
            return [(id_, name, True)]
        if answer.fault.subcode == "wsman:Concurrency":
            return []
        if answer.fault.subcode != "wsa:DestinationUnreachable":
            raise AssertionError(f"{answer}")
        return [(id_, name, ABSENT)]

    def read(self, _, id_, __):
        answer = self.post(soap.request(soap.GET, soap.SETTINGS, selectors={"InstanceID": id_}))
        if answer.fault is None:
            return [(id_, None, seen(answer.instance))]
        if answer.fault.subcode != "wsa:DestinationUnreachable":
            raise AssertionError(f"{answer}")
        return [(id_, None, ABSENT)]

    def current(self, machine, _, __):
        answer = self.post(soap.request(soap.GET, soap.SETTINGS, selectors={"InstanceID": "Microsoft:" + machine}))
        return [(None, None, parent_of(answer.instance))]

    def list(self, machine, _, __):
        before = list(self.world.known[machine])
        answer = self.post(soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body(1000, True)))
        items = [soap.Instance(item) for item in answer.items]
        shown = {each["InstanceID"]: each for each in items if ":Snapshot:" in each["VirtualSystemType"]
                 and each["VirtualSystemIdentifier"] == machine}
        return ([(id_, None, seen(each)) for id_, each in shown.items()]
                + [(id_, None, ABSENT) for id_ in before if id_ not in shown])


def parent_of(instance):
    found = re.search(r'InstanceID="(Microsoft:[^"]*)"', instance["Parent"] or "")
    return found[1] if found else None


def seen(instance):
    return instance["ElementName"], parent_of(instance)


class History(unittest.TestCase):
    def setUp(self):
        self.seed = int(os.environ.get("TINTYPE_SEED", "1"))

    def made_by(self, client, job):
        """The snapshot that a job made, as its association says."""
        query = ('<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">REFERENCES OF {Msvm_ConcreteJob.InstanceID='
                 f'"{job}"}} WHERE ResultClass = Msvm_AffectedJobElement</w:Filter>')
        answer = client.post(soap.request(soap.ENUMERATE, soap.WMI + "*", soap.enumerate_body(100, True, extra=query)))
        found = [soap.Instance(item)["AffectedElement"] for item in answer.items]
        (made,) = [each.selectors["InstanceID"] for each in found if each.resource == soap.SETTINGS]
        return made

    def hold(self, clients, turns):
        """`clients` at once, `turns` each; then each machine's history has an order."""
        self.known = {machine: [] for machine in self.machines}
        workers = [Client(self, number, turns) for number in range(clients)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
            if worker.wrong:
                raise AssertionError(f"{worker.name}, seed {self.seed}") from worker.wrong
        for machine in self.machines:
            calls = [call for worker in workers for call in worker.calls[machine]]
            self.assertGreater(sum(call.result is True for call in calls), 3)
            self.assertTrue(is_linearisable(EMPTY, calls), f"seed {self.seed}:\n" + "\n".join(map(str, calls)))
        return sum(len(worker.calls[machine]) for worker in workers for machine in self.machines)

    def test_machines_in_memory(self):
        with Daemon(backend="machines = 2\nsnapshots_per_machine = 0\ndelay = \"2ms\"") as self.daemon:
            self.machines = self.names()
            for _ in range(20 if LONG else 1):
                count = self.hold(clients=6, turns=40 if LONG else 20)
                self.seed += 1
                print(f"{count} operations in some order", flush=True)
                self.clear()

    def test_machines_in_files(self):
        store = Store()
        self.addCleanup(store.remove)
        for number in range(2):
            store.add_machine(f"vm {number}", [], disks=1)
        with Daemon(store) as self.daemon:
            self.machines = self.names()
            for _ in range(10 if LONG else 1):
                count = self.hold(clients=6, turns=30 if LONG else 16)
                self.seed += 1
                print(f"{count} operations in some order", flush=True)
                self.clear()
            for machine in store.machines:
                for disk in machine.disks:
                    self.assertEqual(machine.names_on(disk), [])

    def names(self):
        found = [soap.Instance(item) for item in self.daemon.enumerate(soap.MACHINE)]
        return sorted(each["Name"] for each in found if each["Caption"] == "Virtual Machine")

    def clear(self):
        """Every tree away, for the next round."""
        while snapshots := self.daemon.snapshots():
            self.assertEqual(self.daemon.wait_for_job(self.daemon.destroy(next(iter(snapshots))))["JobState"], "7")


if __name__ == "__main__":
    unittest.main()
