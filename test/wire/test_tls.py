"""TLS as Mozilla's intermediate guidelines want it (version 5.7), seen from outside by openssl s_client."""

import pathlib
import re
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import unittest

from wire import soap
from wire.daemon import Daemon, certificate, https_connection, tintyped

# Python's and OpenSSL's clients refuse to offer what is old unless they are told to.
OLD = ":@SECLEVEL=0"
GOOD_1_2 = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305")
GOOD_1_3 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
WEAK = ("ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-CCM", "AES128-GCM-SHA256",
        "AES128-SHA", "AECDH-AES128-SHA", "NULL-SHA256", "ECDHE-ECDSA-NULL-SHA", "PSK-AES128-GCM-SHA256", "AECDH-NULL-SHA")


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-tls-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.key, cls.cert = certificate(cls.folder)
        cls.daemon = Daemon(allow_unencrypted=False, listeners=[
            f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{cls.cert}"\nkey = "{cls.key}"'],
            more="[limits]\nidle_timeout = \"2s\"")
        cls.addClassCleanup(cls.daemon.close)
        cls.daemon.start()

    def s_client(self, *arguments, said=""):
        """Everything that s_client printed, whatever came of it."""
        host, port = self.daemon.address
        done = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", "-CAfile", str(self.cert),
                               *arguments], input=said, capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    def assert_agreed(self, printed, cipher):
        self.assertRegex(printed, rf"(?m)^New, .*, Cipher is {re.escape(cipher)}$")

    def assert_refused(self, printed, alert):
        self.assertRegex(printed, r"(?m)^New, \(NONE\), Cipher is \(NONE\)$")
        self.assertRegex(printed, f"alert {alert}|no ciphers available|no cipher match")

    def test_tls_1_1_and_older_are_refused(self):
        for version in ("-tls1", "-tls1_1"):
            with self.subTest(version):
                self.assert_refused(self.s_client(version, "-cipher", "ALL" + OLD), "protocol version")

    def test_the_ciphers_of_the_intermediate_list_are_chosen(self):
        for cipher in GOOD_1_2:
            with self.subTest(cipher):
                self.assert_agreed(self.s_client("-tls1_2", "-cipher", cipher), cipher)
        for cipher in GOOD_1_3:
            with self.subTest(cipher):
                self.assert_agreed(self.s_client("-tls1_3", "-ciphersuites", cipher), cipher)

    def test_weak_ciphers_are_refused(self):
        for cipher in WEAK:
            with self.subTest(cipher):
                self.assert_refused(self.s_client("-tls1_2", "-cipher", cipher + OLD), "handshake failure")
        self.assert_refused(self.s_client("-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"), "handshake failure")

    def test_only_strong_groups_are_taken(self):
        for group in ("X25519", "P-256", "P-384"):
            with self.subTest(group):
                self.assertNotIn("(NONE)", self.s_client("-groups", group))
        for group in ("P-521", "X448", "ffdhe2048"):
            with self.subTest(group):
                self.assert_refused(self.s_client("-tls1_3", "-groups", group), "handshake failure")

    def test_sha_1_signs_nothing(self):
        self.assert_refused(self.s_client("-tls1_2", "-sigalgs", "ECDSA+SHA1", "-cipher", "ALL" + OLD),
                            "(handshake failure|internal error)")

    def test_nothing_is_compressed(self):
        self.assertIn("Compression: NONE", self.s_client("-tls1_2", "-comp"))

    def test_a_client_that_renegotiates_gets_nowhere(self):
        printed = self.s_client("-tls1_2", "-legacy_server_connect", said="R\n")
        self.assertIn("RENEGOTIATING", printed)
        self.assertRegex(printed, "no renegotiation")

    def test_sessions_resume_by_tickets_where_no_client_has_a_certificate(self):
        ticket = self.folder / "session"
        self.assertIn("New, TLSv1.2", self.s_client("-tls1_2", "-sess_out", str(ticket)))
        self.assertIn("Reused, TLSv1.2", self.s_client("-tls1_2", "-sess_in", str(ticket)))

    def test_a_ticket_ends_at_the_reload(self):
        ticket = self.folder / "session"
        self.s_client("-tls1_2", "-sess_out", str(ticket))
        seen = len(self.daemon.log)
        self.daemon.reload()
        self.daemon.wait_for_log("certificates read again", seen=seen)
        self.assertIn("New, TLSv1.2", self.s_client("-tls1_2", "-sess_in", str(ticket)))

    def test_clients_that_hang_up_at_any_step_of_the_handshake_do_no_harm(self):
        hello = client_hello(self.cert)
        for size in range(0, len(hello) + 1, 7):
            with socket.create_connection(self.daemon.address, timeout=60) as client:
                client.sendall(hello[:size])
                if size % 2:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            for step in range(1, 4):
                self.leave_after(step, version)
        self.assertEqual(ask(self.daemon, self.cert).status, 200)

    def leave_after(self, step, version):
        """A handshake over memory buffers that ends after this many flights of the client."""
        context = ssl.create_default_context(cafile=str(self.cert))
        context.minimum_version = context.maximum_version = version
        received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(received, sent, server_hostname="127.0.0.1")
        with socket.create_connection(self.daemon.address, timeout=60) as client:
            for flight in range(1, step + 1):
                try:
                    tls.do_handshake()
                except ssl.SSLWantReadError:
                    pass
                client.sendall(sent.read())
                if flight < step:
                    received.write(client.recv(65536))

    def test_a_client_that_stalls_in_the_handshake_is_hung_up_on(self):
        with socket.create_connection(self.daemon.address, timeout=60) as client:
            client.sendall(client_hello(self.cert)[:20])
            self.assertEqual(client.recv(1), b"")


class SelfSigned(unittest.TestCase):
    def test_a_daemon_serves_with_what_tls_self_signed_makes(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-self-signed-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        cert, key = folder / "cert.pem", folder / "key.pem"
        command = [tintyped(), "tls", "self-signed", "--host", "127.0.0.1", "--host", "localhost", "--days", "3",
                   "--certificate", str(cert), "--key", str(key)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(f'key = "{key}"', done.stdout)
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        again = subprocess.run(command, capture_output=True, text=True, timeout=60)
        self.assertEqual((again.returncode, again.stdout), (1, ""))
        self.assertIn("is there already; --force replaces it", again.stderr)
        with Daemon(allow_unencrypted=False, listeners=[
                f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{cert}"\nkey = "{key}"']) as daemon:
            self.assertEqual(ask(daemon, cert).status, 200)


def ask(daemon, cert):
    connection = https_connection(daemon, cert)
    try:
        return daemon.post(soap.request(soap.ENUMERATE, soap.JOB, soap.enumerate_body(10, True)), connection=connection)
    finally:
        connection.close()


def client_hello(cert):
    """The first flight of a client, as it goes over the network."""
    received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = ssl.create_default_context(cafile=str(cert)).wrap_bio(received, sent, server_hostname="127.0.0.1")
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return sent.read()


if __name__ == "__main__":
    unittest.main()
