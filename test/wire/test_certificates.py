"""Log-on by client certificate: `https/mutual`, as WinRM's clients ask for it (DSP0226 C.3.5)."""

import http.client
import os
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import unittest

from wire import soap
from wire.authority import FOR_CLIENTS, FOR_SERVERS, PAST, Authority, thumbprint
from wire.daemon import SOAP_UTF8, Daemon, basic, tintyped
from wire.store import Store

MUTUAL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
GET_JOBS = soap.request(soap.ENUMERATE, soap.JOB, soap.enumerate_body(10, True))


class CertificateCase(unittest.TestCase):
    """A daemon with two snapshots that asks for certificates of the authority; by `subject`, `upn` and `thumbprint`
    alice, carol and dave are mapped."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-certificates-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.authority = Authority(self.folder / "ca")
        self.alice = self.authority.sign_client("alice")
        self.carol = self.authority.sign_client("carol", "carol@example.com")
        self.dave = self.authority.sign_client("dave")
        self.server, self.server_key = self.authority.sign_server()
        self.crl = self.authority.list_revoked()
        self.mappings = self.folder / "mappings"
        self.map(f"alice: subject CN=alice, O=Example\ncarol: upn carol@example.com\n"
                 f"dave: thumbprint {thumbprint(self.dave[0], 'sha1')}\n")
        self.store = Store()
        self.addCleanup(self.store.remove)
        self.machine = self.store.add_machine("Build server", [("first", None), ("second", "first")])
        self.daemon = Daemon(self.store, allow_unencrypted=False, listeners=[
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{self.server}"\nkey = "{self.server_key}"\n'
            f'client_ca = "{self.authority.certificate}"\nclient_crl = "{self.crl}"'],
            auth=f'certificate.mappings = "{self.mappings}"')
        self.addCleanup(self.daemon.close)
        self.daemon.start()

    def map(self, lines):
        self.mappings.write_text(lines)
        self.mappings.chmod(0o644)

    def connection(self, pair=None, version=None):
        context = ssl.create_default_context(cafile=str(self.authority.certificate))
        if version:
            context.minimum_version = context.maximum_version = version
        if pair:
            context.load_cert_chain(*map(str, pair))
        return http.client.HTTPSConnection(*self.daemon.address, timeout=60, context=context)

    def ask(self, pair=None, authorization=MUTUAL, body=GET_JOBS, **keywords):
        connection = keywords.pop("connection", None)
        used = connection or self.connection(pair, **keywords)
        try:
            return self.daemon.post(body, headers={"Authorization": authorization}, user=None, connection=used)
        finally:
            if connection is None:
                used.close()

    def assert_refused(self, pair, words, **keywords):
        seen = len(self.daemon.log)
        answer = self.ask(pair, **keywords)
        self.assertEqual((answer.status, answer.body), (401, b""))
        self.daemon.wait_for_log(words, seen=seen)


class Certificates(CertificateCase):
    def test_each_mapping_logs_on_by_each_version_of_tls(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for name, pair in (("alice", self.alice), ("carol", self.carol), ("dave", self.dave)):
                with self.subTest(version=version, name=name):
                    seen = len(self.daemon.log)
                    self.assertEqual(self.ask(pair, version=version).status, 200)
                    self.daemon.wait_for_log(f" {name}: ", seen=seen)

    def test_what_is_wrong_with_a_certificate_is_said_in_the_log_and_not_to_the_client(self):
        stranger = Authority(self.folder / "other", "Other").sign_client("alice")
        cases = {
            "certificate has expired": self.authority.sign("old", "/O=Example/CN=alice", FOR_CLIENTS, PAST),
            "unable to get local issuer certificate": stranger,
            "has no clientAuth": self.authority.sign("tls", "/O=Example/CN=alice", FOR_SERVERS),
            "no mapping is for this certificate": self.authority.sign_client("nobody"),
            "the client has shown no certificate": None,
        }
        for words, pair in cases.items():
            with self.subTest(words):
                self.assert_refused(pair, words)

    def test_a_certificate_without_the_header_logs_nobody_on(self):
        self.assertEqual(self.ask(self.alice, authorization=None).status, 401)
        self.assertEqual(self.ask(self.alice, authorization=basic("alice", "wrong")).status, 401)
        self.assertEqual(self.ask(self.alice, authorization=basic()).status, 200)

    def test_a_revoked_certificate_ends_at_the_reload_on_its_connection_and_on_new_ones(self):
        connection = self.connection(self.alice)
        self.addCleanup(connection.close)
        self.assertEqual(self.ask(connection=connection).status, 200)
        self.authority.revoke(self.alice[0])
        self.authority.list_revoked()
        self.reload("certificates read again")
        self.assert_refused(None, "certificate revoked", connection=connection)
        self.assert_refused(self.alice, "certificate revoked")
        self.assertEqual(self.ask(self.carol).status, 200)

    def test_what_can_not_be_read_at_a_reload_leaves_the_old_in_force(self):
        connection = self.connection(self.alice)
        self.addCleanup(connection.close)
        self.assertEqual(self.ask(connection=connection).status, 200)
        for path, words in ((self.crl, "certificates not read again"),
                            (self.authority.certificate, "certificates not read again"),
                            (self.server, "certificates not read again"),
                            (self.mappings, "certificate mappings not read again")):
            with self.subTest(path.name):
                kept = path.read_text()
                path.write_text("garbage\n")
                self.reload(words)
                path.write_text(kept)
                self.assertEqual(self.ask(connection=connection).status, 200)
                self.assertEqual(self.ask(self.carol).status, 200)
        self.mappings.chmod(0o666)
        self.reload("mode 0666 lets others than its owner write")
        self.assertEqual(self.ask(self.alice).status, 200)

    def test_a_mapping_that_is_taken_away_ends_at_the_reload(self):
        self.map("bob: upn carol@example.com\n")
        self.reload("certificate mappings read again")
        self.assert_refused(self.alice, "no mapping is for this certificate")
        self.assertEqual(self.ask(self.carol).status, 200)
        self.daemon.wait_for_log(" bob: ")

    def test_curl_destroys_a_snapshot_by_a_certificate(self):
        body = self.folder / "destroy.xml"
        body.write_text(soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("second"))))
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--fail", "--cacert", str(self.authority.certificate),
             "--cert", str(self.alice[0]), "--key", str(self.alice[1]), "--header", f"Authorization: {MUTUAL}",
             "--header", f"Content-Type: {SOAP_UTF8}", "--data-binary", f"@{body}", self.daemon.urls[0]],
            capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ReturnValue>4096<", done.stdout)
        self.assert_ends_without("second")

    def test_winrm_destroys_a_snapshot_by_a_certificate(self):
        script = """
import sys
from winrm.protocol import Protocol
url, ca, certificate, key, message = sys.argv[1:]
client = Protocol(endpoint=url, transport="certificate", ca_trust_path=ca, cert_pem=certificate, cert_key_pem=key)
sys.stdout.buffer.write(client.send_message(open(message).read()))
"""
        message = self.folder / "destroy.xml"
        message.write_text(soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id("first"))))
        done = subprocess.run(["/usr/bin/python3", "-W", "ignore", "-c", script, self.daemon.urls[0],
                               str(self.authority.certificate), *map(str, self.carol), str(message)],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ReturnValue>4096<", done.stdout)
        self.assert_ends_without("first")
        self.assertIn("carol", self.daemon.log_text())

    def reload(self, words):
        seen = len(self.daemon.log)
        self.daemon.reload()
        self.daemon.wait_for_log(words, seen=seen)

    def assert_ends_without(self, name):
        answer = self.ask(self.alice, body=soap.request(soap.ENUMERATE, soap.JOB, soap.enumerate_body(10, True)))
        job = soap.Instance(answer.items[0])["InstanceID"]
        self.daemon.connection = lambda: self.connection()
        self.assertEqual(self.daemon.wait_for_job(job)["JobState"], "7")
        self.assertNotIn(name, self.machine.names_on(self.machine.disks[0]))


class CheckConfig(unittest.TestCase):
    """What decides who gets in is looked at before anything is served."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-check-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.authority = Authority(self.folder / "ca")
        self.server, self.server_key = self.authority.sign_server()
        self.crl = self.authority.list_revoked()
        self.mappings = self.folder / "mappings"
        self.mappings.write_text("alice: upn alice@example.com\n")
        self.mappings.chmod(0o644)
        self.empty = self.folder / "empty.toml"
        self.empty.write_text("# nothing\n")

    def check(self):
        return subprocess.run(
            [tintyped(), f"--config={self.empty}", "--check-config", "--backend.kind=memory", "--jobs.store=memory",
             "--listener.url=https://127.0.0.1:0/wsman", f"--listener.certificate={self.server}",
             f"--listener.key={self.server_key}", f"--listener.client_ca={self.authority.certificate}",
             f"--listener.client_crl={self.crl}", f"--auth.certificate.mappings={self.mappings}"],
            capture_output=True, text=True, timeout=60)

    def test_files_that_decide_who_gets_in_are_checked(self):
        done = self.check()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        cases = ((self.server_key, 0o640, "lets others than its owner in; use chmod 0600"),
                 (self.authority.certificate, 0o664, "lets others than its owner write; use chmod 0644"),
                 (self.crl, 0o646, "lets others than its owner write; use chmod 0644"),
                 (self.mappings, 0o666, "lets others than its owner write; use chmod 0644"))
        for path, mode, words in cases:
            with self.subTest(path.name):
                kept = path.stat().st_mode & 0o777
                path.chmod(mode)
                done = self.check()
                path.chmod(kept)
                self.assertEqual(done.returncode, 4)
                self.assertIn(f"{path}: mode {mode:04o} {words}", done.stderr)

    def test_a_fifo_in_a_file_s_place_is_refused_at_once(self):
        for path in (self.server, self.server_key, self.authority.certificate, self.crl, self.mappings):
            with self.subTest(path.name):
                kept = path.read_bytes(), path.stat().st_mode & 0o777
                path.unlink()
                os.mkfifo(path, 0o600)
                done = self.check()
                path.unlink()
                path.write_bytes(kept[0])
                path.chmod(kept[1])
                self.assertEqual(done.returncode, 4)
                self.assertIn(f"{path}: is not a regular file", done.stderr)

    def test_a_line_that_is_no_mapping_is_named_by_its_number(self):
        self.mappings.write_text("# who is who\nalice: upn alice@example.com\nbob upn bob@example.com\n")
        done = self.check()
        self.assertEqual(done.returncode, 4)
        self.assertIn(f"{self.mappings}: line 3: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
