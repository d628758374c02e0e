"""Real clients destroy real snapshots in real qcow2 files, by the recipes of examples/clients.

Every claim is checked with qemu-img, not with Tintype: the snapshot is gone from every disk, the others are there, and
all that is left holds what it held.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from wire import soap
from wire.daemon import PASSWORD, TOP, USER, Daemon, certificate
from wire.store import Store

CLIENTS = TOP / "examples" / "clients"
NPM_PACKAGE = "@device-management-toolkit/wsman-messages@5.14.1"


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-interop-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.key, cls.cert = certificate(cls.folder)

    def setUp(self):
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.machine = self.store.add_machine(
            "Build server", [("root", None), ("doomed", "root"), ("child", "doomed"), ("other", "root")], disks=2)
        self.contents = self.machine.contents()
        self.daemon = Daemon(self.store, listeners=[
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{self.cert}"\nkey = "{self.key}"',
            '[[listener]]\nurl = "http://127.0.0.1:0/wsman"'])
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def environment(self, url, **more):
        return {**os.environ, "TINTYPE_URL": url, "TINTYPE_USER": USER, "TINTYPE_PASSWORD": PASSWORD,
                "TINTYPE_CA": str(self.cert), "NODE_EXTRA_CA_CERTS": str(self.cert), "PYTHONWARNINGS": "ignore", **more}

    def run_client(self, *command, url=None, status=0, **environment):
        """What a client printed; it must end with this status."""
        done = subprocess.run(list(map(str, command)), env=self.environment(url or self.daemon.urls[0], **environment),
                              cwd=self.folder, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, status, f"{command}\n{done.stdout}\n{done.stderr}\n{self.daemon.log_text()[-3000:]}")
        return done.stdout + (done.stderr if status else "")

    def assert_destroyed(self, name="doomed"):
        for disk in self.machine.disks:
            listing = subprocess.run(["qemu-img", "snapshot", "-l", str(disk)], check=True, capture_output=True, text=True)
            self.assertNotIn(self.machine.snapshot_tag(name), listing.stdout)
        self.contents = {key: value for key, value in self.contents.items() if key[1] != name}
        self.assertEqual(self.machine.contents(), self.contents)
        self.assertEqual(self.machine.damage(), [])

    def assert_recipe_works(self, *command, **keywords):
        """`list` shows every snapshot, `destroy` destroys one, and a second time there is nothing to destroy."""
        listed = self.run_client(*command, "list", **keywords)
        for name in self.machine.names():
            self.assertRegex(listed, f"(?m)^{self.machine.instance_id(name)}\t.*{name}$")
        said = self.run_client(*command, "destroy", self.machine.instance_id("doomed"), **keywords)
        self.assertRegex(said, r"ReturnValue\s+4096")
        self.assertRegex(said, r"JobState\s+7\s+100 %")
        self.assert_destroyed()
        again = self.run_client(*command, "destroy", self.machine.instance_id("doomed"), status=1, **keywords)
        self.assertRegex(again, r"ReturnValue\s+4\b")

    def test_curl(self):
        self.assert_recipe_works(CLIENTS / "curl" / "tintype.sh")

    def test_curl_over_plain_http(self):
        self.assert_recipe_works(CLIENTS / "curl" / "tintype.sh", url=self.daemon.urls[1])

    def test_curl_with_a_wrong_password_says_so(self):
        said = self.run_client(CLIENTS / "curl" / "tintype.sh", "list", status=1, TINTYPE_PASSWORD="wrong")
        self.assertIn("password", said)

    def test_curl_that_does_not_trust_the_certificate_names_the_setting_and_no_password(self):
        said = self.run_client(CLIENTS / "curl" / "tintype.sh", "list", status=60, TINTYPE_CA="")
        self.assertIn("TINTYPE_CA", said)
        self.assertNotIn("password", said)

    def test_curl_that_reaches_nobody_says_so_once(self):
        said = self.run_client(CLIENTS / "curl" / "tintype.sh", "list", status=7, TINTYPE_URL="http://127.0.0.1:1/wsman")
        self.assertEqual(len(said.splitlines()), 1, said)

    def test_winrm(self):
        self.assert_recipe_works("/usr/bin/python3", CLIENTS / "with_winrm.py")

    def test_winrm_over_plain_http(self):
        self.assert_recipe_works("/usr/bin/python3", CLIENTS / "with_winrm.py", url=self.daemon.urls[1])

    def test_winrm_prints_why_it_was_refused(self):
        script = "import sys; sys.path.insert(0, sys.argv[1]); import with_winrm as w; w.send(w.connect(), w.TRANSFER + '/Get', w.JOB," \
                 " selectors='<w:Selector Name=\"Colour\">green</w:Selector>')"
        said = self.run_client("/usr/bin/python3", "-c", script, CLIENTS, status=1)
        self.assertIn("'wsmanfault_code': '2150858843'", said)
        self.assertIn("InvalidSelectors", said)

    def test_dracclient(self):
        self.assert_recipe_works("/usr/bin/python3", CLIENTS / "with_dracclient.py")

    def test_zeep(self):
        """From nothing but the endpoint's WSDL."""
        self.assert_recipe_works("/usr/bin/python3", CLIENTS / "with_zeep.py")

    def test_zeep_over_plain_http(self):
        self.assert_recipe_works("/usr/bin/python3", CLIENTS / "with_zeep.py", url=self.daemon.urls[1])

    def test_wsman_messages(self):
        modules = TOP / "build" / "npm"
        if not (modules / "node_modules").exists():
            subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix",
                            str(modules), NPM_PACKAGE], check=True, timeout=300)
        self.assert_recipe_works("node", CLIENTS / "with_wsman_messages.js", NODE_PATH=str(modules / "node_modules"))

    def test_wsl(self):
        """The command lines and files of the README, with this endpoint's address and ids put in."""
        blocks = re.search(r"## wsl\n.*?```sh\n(.*?)```", (CLIENTS / "README.md").read_text(), re.S).group(1)
        recipe = re.sub(r"Microsoft:[0-9A-F-]{36}", self.machine.instance_id("doomed"), blocks)
        recipe = re.sub(r"export WSENDPOINT=.*", "", recipe)
        host, port = self.daemon.address
        known = dict(HOME=str(self.folder), WSENDPOINT=f"{host}:{port}", WSUSER=USER, WSPASS=PASSWORD, WSDONTASK="y",
                     OUTLEVEL="1", TERM="dumb")
        self.run_client("wslid", "check", **known)
        answer = self.run_client("bash", "-c", recipe, **known)
        self.assertIn("<p:ReturnValue>4096</p:ReturnValue>", answer)
        job = re.search(r'Name="InstanceID">([^<]+)', answer).group(1)
        self.daemon_plain().wait_for_job(job)
        self.assertIn("<p:JobState>7</p:JobState>", self.run_client("wslget", soap.JOB, f"InstanceID={job}", **known))
        self.assertIn("Msvm_VirtualSystemSettingData", self.run_client("wslenum", soap.SETTINGS, **known))
        self.assert_destroyed()

    def daemon_plain(self):
        self.daemon.urls.reverse()
        return self.daemon

    def test_the_input_file_for_windows(self):
        """What `winrm invoke -file:` sends: this file as the body, Windows' headers, UTF-16 as its tools write it."""
        daemon = self.daemon_plain()
        for name, charset, encode in (("doomed", "UTF-16", lambda text: b"\xff\xfe" + text.encode("utf-16-le")),
                                      ("other", "UTF-8", str.encode)):
            with self.subTest(charset=charset):
                body = (CLIENTS / "windows" / "destroy-snapshot.xml").read_text()
                body = re.sub(r"Microsoft:[0-9A-F-]{36}", self.machine.instance_id(name), body)
                windows = ('<w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>'
                           '<w:Locale xml:lang="en-US" s:mustUnderstand="false"/>'
                           '<p:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>'
                           '<p:SessionId s:mustUnderstand="false">uuid:4F1B7AD4-5D3C-4C39-9D8B-6D8B9E4B7B64</p:SessionId>'
                           '<p:OperationID s:mustUnderstand="false">uuid:0B0A8A0E-52E5-4A3A-9E7A-2F0E4F6C8B11</p:OperationID>'
                           '<p:SequenceId s:mustUnderstand="false">1</p:SequenceId>'
                           "<w:OperationTimeout>PT60.000S</w:OperationTimeout>")
                message = soap.request(soap.SERVICE + "/DestroySnapshot", soap.SERVICE, body, extra=windows)
                answer = daemon.post(encode(message), {"Content-Type": f"application/soap+xml;charset={charset}"})
                self.assertIsNone(answer.fault, answer)
                self.assertEqual(answer.return_value, 4096)
                self.assertEqual(daemon.wait_for_job(answer.job.selectors["InstanceID"])["JobState"], "7")
                self.assert_destroyed(name)

    def test_an_enumeration_with_every_client_s_page_size_brings_the_same(self):
        listed = {line.split("\t")[0] for line in self.run_client(CLIENTS / "curl" / "tintype.sh", "list").splitlines()}
        for command in (["/usr/bin/python3", CLIENTS / "with_winrm.py"], ["/usr/bin/python3", CLIENTS / "with_dracclient.py"]):
            other = {line.split("\t")[0] for line in self.run_client(*command, "list").splitlines()}
            self.assertEqual(other, listed)
        self.assertEqual(len(listed), 4)
