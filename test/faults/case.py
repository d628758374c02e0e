"""What tests of faults from below share: a daemon over a store, jobs on it, and the claim that all is well again."""

import ctypes
import os
import subprocess
import unittest

from wire import soap
from wire.daemon import Daemon
from wire.store import QEMU_IMG, Store, checksum

COMPLETED, EXCEPTION = "7", "10"
NEW_MOUNTS = 0x00020000  # CLONE_NEWNS
_mounts_are_ours = False


def own_mounts():
    """Gives this process mounts of its own, which end with it. False: it may not."""
    global _mounts_are_ours
    if not _mounts_are_ours and os.geteuid() == 0 and ctypes.CDLL(None).unshare(NEW_MOUNTS) == 0:
        _mounts_are_ours = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True).returncode == 0
    return _mounts_are_ours


def fill_up(folder):
    """Takes every byte that the file system of `folder` has left; returns the file that has them."""
    filler = folder / ".filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
        try:
            while True:
                file.write(b"x")
        except OSError:
            pass
    return filler


class FaultCase(unittest.TestCase):
    """One machine: root -> below -> leaf. A daemon for each test, unless it starts one itself."""

    disks = 2
    starts = True
    daemon_options = {}

    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.prepare()
        self.machine = self.store.add_machine("One", [("root", None), ("below", "root"), ("leaf", "below")],
                                              disks=self.disks)
        self.contents = self.machine.contents()
        self.daemon = Daemon(self.store, **self.daemon_options)
        self.addCleanup(self.daemon.close)
        if self.starts:
            self.daemon.start()

    def prepare(self):
        """What a test does to its store before there is anything in it."""

    def small_disk(self, folder, size):
        """A file system of its own in the place of this folder."""
        if not own_mounts():
            self.skipTest("mounting a small file system takes root, and a mount namespace of our own")
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(folder)], check=True)

    # Jobs.

    def start(self, method, parameters):
        """Its answer, whatever it is."""
        return self.daemon.post(soap.invoke(method, parameters))

    def create(self):
        reference = soap.epr(soap.MACHINE, {"Name": self.machine.id})
        return self.start("CreateSnapshot", f"<p:AffectedSystem>{reference}</p:AffectedSystem>"
                                            "<p:SnapshotType>2</p:SnapshotType>")

    def on_snapshot(self, method, instance_id):
        parameter = {"ApplySnapshot": "Snapshot", "DestroySnapshot": "AffectedSnapshot",
                     "DestroySnapshotTree": "SnapshotSettingData"}[method]
        return self.start(method, f"<p:{parameter}>{soap.settings_epr(instance_id)}</p:{parameter}>")

    def destroy(self, name):
        return self.on_snapshot("DestroySnapshot", self.machine.instance_id(name))

    def ended(self, answer):
        """The job of an answer, once it has ended: its words fit its end."""
        self.assertIsNone(answer.fault, answer)
        self.assertEqual(answer.return_value, 4096)
        job = self.daemon.wait_for_job(answer.job.selectors["InstanceID"])
        self.assertIn(job["JobState"], (COMPLETED, EXCEPTION))
        self.assertEqual(job["ErrorCode"] == "0", job["JobState"] == COMPLETED, job.properties)
        self.assertEqual(bool(job["ErrorDescription"]), job["JobState"] == EXCEPTION, job.properties)
        return job

    def assert_completed(self, answer):
        job = self.ended(answer)
        self.assertEqual(job["JobState"], COMPLETED, job.properties)
        return job

    def assert_failed(self, answer, words):
        """The job has ended as an error that says these words, a regular expression, and the log has them too."""
        job = self.ended(answer)
        self.assertEqual(job["JobState"], EXCEPTION, job.properties)
        self.assertRegex(job["ErrorDescription"], words)
        self.daemon.wait_for_log(job["InstanceID"] + ")")
        return job

    # What there is.

    def ids(self):
        return set(self.daemon.snapshots())

    def tags(self):
        """Of the snapshots on each disk."""
        return [{f"Microsoft:{tag}" for tag in map(self.tag_of, self.machine.names_on(disk))} for disk in self.machine.disks]

    def tag_of(self, name):
        return self.machine.snapshot_id(name) if name in self.machine.names() else name

    def assert_whole(self):
        """What is listed is on every disk, and nothing else; what was there from the beginning holds what it held."""
        listed = self.ids()
        for tags in self.tags():
            self.assertEqual(tags, listed)
        for disk in self.machine.disks:
            # 3: clusters that nobody uses, which a qemu-img that was cut short may leave (docs/qcow2-store.md).
            check = subprocess.run([QEMU_IMG, "check", str(disk)], capture_output=True, text=True)
            self.assertIn(check.returncode, (0, 3), check.stdout + check.stderr)
        for disk in self.machine.disks:
            for name in self.machine.names():
                if self.machine.instance_id(name) in listed:
                    self.assertEqual(checksum(disk, self.machine.snapshot_id(name)), self.contents[disk.name, name], name)
        return listed

    def assert_serves(self):
        """A snapshot is made and destroyed as if nothing had happened, by the daemon that was there all the time."""
        before = self.ids()
        self.assert_completed(self.create())
        (made,) = self.ids() - before
        self.assert_completed(self.on_snapshot("DestroySnapshot", made))
        self.assertEqual(self.assert_whole(), before)
