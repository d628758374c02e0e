"""A realm, a store and a daemon with a listener for each of HTTP and HTTPS, for every test of log-ons by token."""

import hashlib
import os
import pathlib
import shutil
import ssl
import tempfile
import unittest

from realm import Realm
from wire import soap
from wire.daemon import Daemon, certificate
from wire.store import Store


class NegotiateCase(unittest.TestCase):
    """The daemon serves HTTP; with `tls` HTTPS. `auth` are further lines of its configuration."""

    tls = False
    allow_unencrypted = False
    auth = ""
    snapshots = ()

    @classmethod
    def setUpClass(cls):
        before = dict(os.environ)
        cls.addClassCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        cls.realm = Realm()
        cls.addClassCleanup(cls.realm.close)
        # Of this process too, which is the client.
        os.environ.update(cls.realm.environment())
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-negotiate-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.key, cls.cert = certificate(cls.folder)
        cls.end_point = hashlib.sha256(ssl.PEM_cert_to_DER_cert(cls.cert.read_text())).digest()
        cls.store = Store()
        cls.addClassCleanup(cls.store.remove)
        cls.machine = cls.store.add_machine("Build server", [("root", None), *((name, "root") for name in cls.snapshots)])
        listener = f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{cls.cert}"\nkey = "{cls.key}"'
        cls.daemon = Daemon(cls.store, listeners=[listener] if cls.tls else None,
                            allow_unencrypted=cls.allow_unencrypted, auth="\n".join([
                                f'negotiate.keytab = "{cls.realm.keytab}"', f'negotiate.ntlm_users = "{cls.realm.ntlm_users}"',
                                'negotiate.ntlm_host = "localhost"',
                                f'negotiate.replay_cache = "{cls.folder}/replay"', cls.auth]))
        cls.addClassCleanup(cls.daemon.close)
        cls.daemon.start()

    def url(self):
        return self.daemon.urls[0].replace("127.0.0.1", "localhost")

    def destroys(self, ask, name):
        """Destroys a snapshot by ask(message), which returns a soap.Answer, and reads its job until it is at an end."""
        started = ask(soap.destroy_snapshot(soap.settings_epr(self.machine.instance_id(name))))
        self.assertIsNone(started.fault, started)
        self.assertEqual(started.return_value, 4096)
        job = started.job.selectors["InstanceID"]
        while True:
            answer = ask(soap.request(soap.GET, soap.JOB, selectors={"InstanceID": job}))
            self.assertIsNone(answer.fault, answer)
            if int(answer.instance["JobState"]) >= 7:
                break
        self.assertEqual(answer.instance["JobState"], "7")
        self.assertFalse(self.is_there(name))

    def is_there(self, name):
        """By qemu-img, not by Tintype."""
        return name in self.machine.names_on(self.machine.disks[0])

    def logged(self, words):
        return self.daemon.wait_for_log(words)
