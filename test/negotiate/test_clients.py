"""Clients that others have written log on by token and destroy real snapshots; inside TLS the log-on is bound to it."""

import hashlib
import json
import os
import subprocess

from negotiate import client
from negotiate.case import NegotiateCase
from negotiate.client import Client
from realm import NAME, NTLM_DOMAIN
from wire import soap
from wire.daemon import TOP

# NTLM's password hash is MD4, which OpenSSL has in its legacy provider only.
LEGACY = """openssl_conf = all
[all]
providers = providers
[providers]
default = on
legacy = on
[on]
activate = 1
"""


class Curl(NegotiateCase):
    snapshots = ("by Kerberos", "by NTLM")

    def curl(self, environment, *options):
        def ask(message):
            done = subprocess.run(
                ["curl", "--silent", "--show-error", "--max-time", "60", "--cacert", str(self.cert), *options, "--header",
                 "Content-Type: application/soap+xml;charset=UTF-8", "--data-binary", "@-", "--write-out",
                 "%{stderr}%{http_code}", self.url()],
                input=message, env=environment, capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            return soap.Answer(int(done.stderr), {"Content-Type": "application/soap+xml;charset=UTF-8"}, done.stdout.encode())
        return ask

    def assert_curl_works(self):
        kerberos = self.realm.environment(ccache=self.realm.ticket("alice"))
        self.destroys(self.curl(kerberos, "--negotiate", "--user", ":"), "by Kerberos")
        ntlm = self.realm.environment(ntlm_users=self.realm.ntlm_login("alice"))
        self.destroys(self.curl(ntlm, "--negotiate", "--user", ":"), "by NTLM")
        wrong = self.realm.environment(ntlm_users=self.realm.ntlm_login("alice", "wrong"))
        refused = self.curl(wrong, "--negotiate", "--user", ":")("<a/>")
        self.assertEqual((refused.status, refused.body), (401, b""))


class CurlOverTls(Curl):
    tls = True

    def test_curl(self):
        self.assert_curl_works()


class CurlInTheClear(Curl):
    allow_unencrypted = True

    def test_curl(self):
        self.assert_curl_works()


class WinRm(NegotiateCase):
    """Over plain HTTP, where nothing is taken that isn't sealed."""

    snapshots = ("by NTLM", "by Kerberos")

    def destroys_by(self, transport, name, **environment):
        recipe = ["/usr/bin/python3", str(TOP / "examples" / "clients" / "with_winrm.py")]
        done = subprocess.run(
            [*recipe, "destroy", self.machine.instance_id(name)],
            env={**os.environ, "TINTYPE_URL": self.url(), "TINTYPE_TRANSPORT": transport, "PYTHONWARNINGS": "ignore", **environment},
            capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}{self.daemon.log_text()[-3000:]}")
        self.assertRegex(done.stdout, r"JobState\s+7\s+100 %")
        self.assertFalse(self.is_there(name))

    def test_winrm_by_ntlm_seals_its_messages(self):
        legacy = self.folder / "openssl.cnf"
        legacy.write_text(LEGACY)
        self.destroys_by("ntlm", "by NTLM", TINTYPE_USER=f"{NTLM_DOMAIN}\\alice",
                         TINTYPE_PASSWORD=self.realm.PASSWORDS["alice"], OPENSSL_CONF=str(legacy))
        self.logged(r"TINTYPE\x5calice: logged on")

    def test_winrm_by_kerberos_seals_its_messages(self):
        environment = self.realm.environment(ccache=self.realm.ticket("alice"))
        modules = str(TOP / "test" / "negotiate" / "pykerberos")
        self.destroys_by("kerberos", "by Kerberos", **environment, PYTHONPATH=modules, TINTYPE_USER=f"alice@{NAME}",
                         TINTYPE_PASSWORD="")
        self.logged(f"alice@{NAME}: logged on")


class Binding(NegotiateCase):
    """`strict`: a log-on that doesn't say which certificate it saw, or says another, is refused."""

    tls = True
    auth = 'channel_binding = "strict"'

    def contexts(self, end_point):
        yield client.kerberos(self.realm.ticket("alice"), bindings=end_point), True
        yield client.ntlm(self.realm.ntlm_login("alice"), bindings=end_point), False

    def status(self, context, by_iov):
        with Client(self.daemon, self.cert) as alice:
            return alice.log_on(context, by_iov=by_iov)

    def test_a_log_on_bound_to_our_certificate_is_taken(self):
        for context, by_iov in self.contexts(self.end_point):
            with self.subTest(kerberos=by_iov):
                self.assertEqual(self.status(context, by_iov), 200)

    def test_ntlm_relay_a_log_on_for_another_server_or_for_none_is_refused(self):
        for end_point in (hashlib.sha256(b"of the relay").digest(), None):
            for context, by_iov in self.contexts(end_point):
                with self.subTest(kerberos=by_iov, bound=end_point is not None):
                    self.assertEqual(self.status(context, by_iov), 401)


class RelaxedBinding(Binding):
    """`relaxed`, the default: what is said must be true, but need not be said."""

    auth = ""

    def test_ntlm_relay_a_log_on_for_another_server_or_for_none_is_refused(self):
        for context, by_iov in self.contexts(hashlib.sha256(b"of the relay").digest()):
            with self.subTest(kerberos=by_iov):
                self.assertEqual(self.status(context, by_iov), 401)
        for context, by_iov in self.contexts(None):
            with self.subTest(kerberos=by_iov, unbound=True):
                self.assertEqual(self.status(context, by_iov), 200)

    def test_a_client_may_seal_inside_tls(self):
        with Client(self.daemon, self.cert) as alice:
            alice.log_on(client.kerberos(self.realm.ticket("alice"), bindings=self.end_point))
            answer = alice.ask(soap.request(soap.ENUMERATE, soap.JOB, soap.enumerate_body(10, True)))
            self.assertIsNone(answer.fault, answer)
            message = soap.request(soap.ENUMERATE, soap.JOB, soap.enumerate_body(10, True))
            status, fields, _ = alice.exchange(message.encode(), Content_Type="application/soap+xml;charset=UTF-8")
            self.assertEqual((status, json.dumps(fields["Content-Type"])[:21]), (200, '"application/soap+xml'))
