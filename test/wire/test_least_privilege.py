"""The rights that the daemon has, and those of the qemu-img it runs (docs/security.md, "The process")."""

import os
import pathlib
import pwd
import re
import select
import shutil
import subprocess
import tempfile
import unittest
from unittest import mock

from wire import soap
from wire.daemon import TOP, Daemon, certificate, https_connection
from wire.store import QEMU_IMG, Store

GET_SERVICE = soap.request(soap.GET, soap.SERVICE)
NOBODY = "nobody"

# Tells what the process that becomes qemu-img has, from the inside.
SCRIPT = """#!/bin/sh
cat /proc/$$/limits /proc/$$/status >>'{told}'
tr '\\0' '\\n' </proc/$$/environ | sed 's/^/environ: /' >>'{told}'
ls -l /proc/$$/fd | sed 's/^/fd: /' >>'{told}'
{then}exec '{qemu_img}' "$@"
"""


def give(*paths):
    account = pwd.getpwnam(NOBODY)
    for path in paths:
        for each in [path, *path.rglob("*")]:
            os.chown(each, account.pw_uid, account.pw_gid)


def status_fields(text):
    return dict(re.findall(r"(?m)^(\w+):[ \t]*(.*)$", text))


class LeastPrivilege(unittest.TestCase):
    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.machine = self.store.add_machine("m", [("root", None), ("leaf", "root")])
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-rights-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.folder.chmod(0o755)

    def qemu_img(self, then=""):
        """A configuration's line for a qemu-img that tells about itself in the file that comes back."""
        told = self.folder / "told"
        told.touch()
        told.chmod(0o666)
        script = self.folder / "qemu-img"
        script.write_text(SCRIPT.format(told=told, qemu_img=QEMU_IMG, then=then))
        script.chmod(0o755)
        return f'qemu_img = "{script}"', told


@unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
class Dropping(LeastPrivilege):
    def setUp(self):
        super().setUp()
        # A leak checker would have to attach to a process that is not dumpable any more.
        options = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        patch = mock.patch.dict(os.environ, {"ASAN_OPTIONS": options})
        patch.start()
        self.addCleanup(patch.stop)

    def daemon(self, **keywords):
        daemon = Daemon(self.store, more=f'[run_as]\nuser = "{NOBODY}"\n# run_as.user\n', **keywords)
        self.addCleanup(daemon.close)
        give(daemon.folder)
        os.chown(daemon.users_file, 0, 0)
        return daemon

    def test_started_as_root_it_keeps_nothing_of_root_and_does_its_work(self):
        give(self.store.folder.parent)
        line, told = self.qemu_img()
        daemon = self.daemon(backend=line).start()
        for thread in pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir():
            fields = status_fields((thread / "status").read_text())
            account = pwd.getpwnam(NOBODY)
            self.assertEqual(fields["Uid"].split(), [str(account.pw_uid)] * 4)
            self.assertEqual(fields["Gid"].split(), [str(account.pw_gid)] * 4)
            self.assertEqual(fields["Groups"].split(), [])
            for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
                self.assertEqual(int(fields[capabilities], 16), 0, capabilities)
            self.assertEqual(fields["NoNewPrivs"], "1")
        self.assertEqual(daemon.wait_for_job(daemon.destroy(self.machine.instance_id("leaf")))["JobState"], "7")
        self.assertEqual(daemon.jobs.owner(), NOBODY)
        # From its first run on, when the daemon was still on its way down, qemu-img had no more.
        statuses = told.read_text().split("Name:\t")[1:]
        self.assertGreater(len(statuses), 2)
        for text in statuses:
            fields = status_fields(text)
            self.assertEqual(fields["Uid"].split(), [str(account.pw_uid)] * 4)
            self.assertEqual(int(fields["CapEff"], 16) | int(fields["CapPrm"], 16), 0)

    def test_a_key_that_only_root_may_read_is_read_at_the_start_and_not_again(self):
        give(self.store.folder.parent)
        key, cert = certificate(self.folder)
        daemon = self.daemon(listeners=['[[listener]]', 'url = "https://127.0.0.1:0/wsman"', f'certificate = "{cert}"',
                                        f'key = "{key}"']).start()
        self.assert_served(daemon, cert)
        daemon.reload()
        daemon.wait_for_log("Permission denied")
        daemon.wait_for_log(f"user {NOBODY} reads it now; what only root may read takes a restart")
        self.assert_served(daemon, cert)

    def assert_served(self, daemon, cert):
        connection = https_connection(daemon, cert)
        self.addCleanup(connection.close)
        self.assertEqual(daemon.post(GET_SERVICE, connection=connection).status, 200)

    def test_a_store_that_its_user_may_not_write_is_refused_at_the_start(self):
        self.store.folder.parent.chmod(0o755)
        daemon = self.daemon()
        daemon.start_without_waiting()
        self.assertEqual(daemon.wait(), 4)
        self.assertIn(f"can't start as user {NOBODY}", daemon.log_text())
        self.assertIn(str(self.store.folder), daemon.log_text())

    def test_a_user_that_is_not_there_is_refused(self):
        daemon = Daemon(self.store, more='[run_as]\nuser = "no-such-user"\n# run_as.user\n')
        self.addCleanup(daemon.close)
        daemon.start_without_waiting()
        self.assertEqual(daemon.wait(), 4)
        self.assertIn('there is no user "no-such-user"', daemon.log_text())

    def test_who_stays_root_is_warned(self):
        with Daemon(self.store) as daemon:
            daemon.wait_for_log("warning: runs as root")


class QemuImg(LeastPrivilege):
    def test_qemu_img_has_a_clean_environment_limits_and_none_of_our_files(self):
        line, told = self.qemu_img()
        with mock.patch.dict(os.environ, {"SECRET_OF_OURS": "x"}), Daemon(self.store, backend=line) as daemon:
            self.assertEqual(daemon.wait_for_job(daemon.destroy(self.machine.instance_id("leaf")))["JobState"], "7")
            group = os.getpgid(daemon.process.pid)
        text = told.read_text()
        names = {each.partition("=")[0] for each in re.findall(r"(?m)^environ: (.*)$", text)}
        self.assertLessEqual(names, {"LC_ALL", "PATH", "PWD"})
        limits = dict(re.findall(r"(?m)^Max (.+?)  +(\S+ +\S+)", text))
        self.assertEqual(limits["core file size"].split(), ["0", "0"])
        self.assertEqual(limits["cpu time"].split(), ["600", "600"])
        for name, most in (("address space", 1 << 32), ("open files", 256), ("file size", 2 << 30)):
            self.assertLessEqual(int(limits[name].split()[1]), most, name)
        self.assertEqual(set(re.findall(r"(?m)^NoNewPrivs:\s*(\d)", text)), {"1"})
        # stdin from nowhere, stdout and stderr to us, the store's lock, and the script itself.
        for opened in re.findall(r"(?m)^fd: .* -> (.*)$", text):
            self.assertRegex(opened, rf"^(/dev/null|pipe:.*|{re.escape(str(self.store.folder))}.*|{re.escape(str(self.folder))}.*)$")
        self.assertNotIn(group, [int(each) for each in re.findall(r"(?m)^NSpgid:\s*(\d+)", text)])

    def test_qemu_img_ends_with_a_daemon_that_is_killed(self):
        reached, go = self.folder / "reached", self.folder / "go"
        for path in (reached, go):
            os.mkfifo(path)
        line, _ = self.qemu_img(f"case \"$*\" in *' -d '*) echo $$ >'{reached}'; read -r _ <'{go}';; esac\n")
        daemon = Daemon(self.store, backend=line)
        self.addCleanup(daemon.close)
        daemon.start()
        told = os.open(reached, os.O_RDWR)
        self.addCleanup(os.close, told)
        daemon.destroy(self.machine.instance_id("leaf"))
        self.assertTrue(select.select([told], [], [], 60)[0])
        program = os.pidfd_open(int(os.read(told, 32)))
        self.addCleanup(os.close, program)
        daemon.kill()
        self.assertTrue(select.select([program], [], [], 60)[0], "qemu-img lives on")


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not there")
class UnitFile(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-unit-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        text = (TOP / "endpoint" / "tintyped.service.in").read_text()
        self.unit = self.folder / "tintyped.service"
        self.unit.write_text(text.replace("@TINTYPED@", shutil.which("true")))

    def test_the_unit_file_is_good(self):
        found = subprocess.run(["systemd-analyze", "verify", "--man=no", str(self.unit)], capture_output=True, text=True,
                               timeout=120)
        self.assertEqual((found.returncode, found.stderr), (0, ""))

    def test_the_unit_file_exposes_little(self):
        found = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", str(self.unit)],
                               capture_output=True, text=True, timeout=120)
        self.assertEqual(found.returncode, 0, found.stdout[-400:])
