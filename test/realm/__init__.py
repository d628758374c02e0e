"""A real Kerberos realm and a file of NTLM users for a test: MIT's KDC on loopback, in a temporary folder, ended with the test.

    with realm.Realm() as here:
        client = here.environment(ccache=here.ticket("alice"))          # for a client's process: Kerberos
        client = here.environment(ntlm_users=here.ntlm_login("alice"))  # NTLM
        server = here.environment()                                     # KRB5_CONFIG, which a server needs nothing else of

What is in its folder is written down in Realm's docstring; programs in other languages start it as `python3 -m realm`.
"""

import os
import pathlib
import random
import shutil
import socket
import subprocess
import tempfile
import time

from realm import ccache

NAME = "TINTYPE.TEST"
NTLM_DOMAIN = "TINTYPE"
# What a service of Windows' management may be asked for by, on this machine's names.
SERVICES = [f"{service}/{host}" for host in ("localhost", "127.0.0.1") for service in ("HTTP", "http", "WSMAN")]
FOREIGN_SERVICE = "HTTP/elsewhere.tintype.test"
# How far apart clocks may be, seconds: little, since a ticket is good for that much longer than it says.
CLOCK_SKEW = 1

_KDC = "/usr/sbin/krb5kdc"
_KRB5_CONF = """[libdefaults]
default_realm = {name}
dns_lookup_realm = false
dns_lookup_kdc = false
dns_canonicalize_hostname = false
qualify_shortname = ""
rdns = false
udp_preference_limit = 1
clockskew = {skew}
default_keytab_name = FILE:{folder}/service.keytab
default_ccache_name = FILE:{folder}/none.ccache
[realms]
{name} = {{
  kdc = 127.0.0.1:{port}
}}
[domain_realm]
localhost = {name}
127.0.0.1 = {name}
.tintype.test = {name}
"""
_KDC_CONF = """[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{name} = {{
  database_name = {folder}/principals
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
  supported_enctypes = aes256-cts:normal aes128-cts:normal
  max_life = 10h
}}
[logging]
kdc = FILE:{folder}/kdc.log
"""


class Realm:
    """Users alice and bob, whose passwords are PASSWORDS', in Kerberos (NAME) and in NTLM (NTLM_DOMAIN).

    In `folder`:
    krb5.conf         for KRB5_CONFIG
    service.keytab    keys of SERVICES; mode 0600
    foreign.keytab    keys of FOREIGN_SERVICE only
    ntlm_users        all users, for an acceptor; mode 0600
    USER.ntlm         one user, for an initiator's NTLM_USER_FILE
    """

    PASSWORDS = {"alice": "Passw0rd!", "bob": "Builder 1"}

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-realm-"))
        self.krb5_conf = self.folder / "krb5.conf"
        self.keytab = self.folder / "service.keytab"
        self.foreign_keytab = self.folder / "foreign.keytab"
        self.ntlm_users = self.folder / "ntlm_users"
        self._kdc = None
        self._tickets = 0
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._kdc:
            self._kdc.kill()
            self._kdc.wait()
            self._kdc = None
        shutil.rmtree(self.folder, ignore_errors=True)

    # For the programs under test.

    def environment(self, ccache=None, ntlm_users=None):
        """An environment that knows this realm. \\param ccache a client's tickets. \\param ntlm_users a client's NTLM user."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("KRB5", "NTLM"))}
        environment["KRB5_CONFIG"] = str(self.krb5_conf)
        environment["KRB5CCNAME"] = f"FILE:{ccache or self.folder / 'none.ccache'}"
        environment["NTLM_USER_FILE"] = str(ntlm_users or self.folder / "none.ntlm")
        return environment

    def ticket(self, user, life="1h", service=None):
        """Logs on. \\param service also fetches the ticket for this one, such as `HTTP/localhost`. Returns the file."""
        self._tickets += 1
        path = self.folder / f"{user}-{self._tickets}.ccache"
        environment = self.environment(ccache=path)
        self._run("kinit", "-l", life, user, environment=environment, text=self.PASSWORDS[user] + "\n")
        if service:
            self._run("kvno", "-q", f"{service}@{NAME}", environment=environment)
        return path

    def stale_ticket(self, user, service):
        """A ticket for the service that is over, in a file that tells the client that it is good, or it would not be sent."""
        path = self.ticket(user, "1s", service)
        end = ccache.prolong(path, seconds=3600)
        time.sleep(max(0.0, end + CLOCK_SKEW + 1 - time.time()))  # the event that is waited for is time itself
        return path

    def ntlm_login(self, user, password=None):
        """A file with this user, for a client's NTLM_USER_FILE, with their password or another."""
        path = self.folder / (f"{user}.ntlm" if password is None else f"{user}-other.ntlm")
        self._write(path, f"{NTLM_DOMAIN}:{user}:{password or self.PASSWORDS[user]}\n")
        return path

    # How it is made.

    def _make(self):
        for _ in range(20):
            self.port = random.randrange(20_000, 32_000)
            self._write(self.krb5_conf, _KRB5_CONF.format(name=NAME, folder=self.folder, port=self.port, skew=CLOCK_SKEW))
            self._write(self.folder / "kdc.conf", _KDC_CONF.format(name=NAME, folder=self.folder, port=self.port))
            if not (self.folder / "principals").exists():
                self._make_principals()
            if self._start():
                break
        else:
            raise RuntimeError(f"krb5kdc does not start:\n{(self.folder / 'kdc.log').read_text()}")
        self._write(self.ntlm_users, "".join(
            f"{NTLM_DOMAIN}:{user}:{password}\n" for user, password in self.PASSWORDS.items()))
        for user in self.PASSWORDS:
            self.ntlm_login(user)

    def _make_principals(self):
        self._run("/usr/sbin/kdb5_util", "create", "-s", "-r", NAME, "-P", "master")
        quoted = [f'addprinc -pw "{password}" {user}' for user, password in self.PASSWORDS.items()]
        services = [f"addprinc -randkey {service}" for service in (*SERVICES, FOREIGN_SERVICE)]
        self._run("/usr/sbin/kadmin.local", "-r", NAME, text="\n".join([
            *quoted, *services, f"ktadd -k {self.keytab} {' '.join(SERVICES)}",
            f"ktadd -k {self.foreign_keytab} {FOREIGN_SERVICE}", ""]))

    def _start(self):
        """Whether the KDC listens now; false when another program has its port."""
        self._kdc = subprocess.Popen(["setpriv", "--pdeathsig=KILL", _KDC, "-n", "-r", NAME], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self._kdc_environment())
        end = time.monotonic() + 60
        while self._kdc.poll() is None and time.monotonic() < end:
            if self._listens():
                return True
            try:
                self._kdc.wait(0.01)
            except subprocess.TimeoutExpired:
                pass
        self._kdc.kill()
        self._kdc.wait()
        return False

    def _listens(self):
        """Whether it is our KDC that has the port: it says so in its log, and the port takes connections."""
        log = self.folder / "kdc.log"
        if not log.exists() or "commencing operation" not in log.read_text():
            return False
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        except OSError:
            return False
        return True

    def _kdc_environment(self):
        return {**self.environment(), "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf")}

    def _run(self, *command, environment=None, text=None):
        done = subprocess.run(command, input=text, stdin=None if text is not None else subprocess.DEVNULL, text=True,
                              capture_output=True, env=environment or self._kdc_environment(), timeout=120, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout}{done.stderr}")

    @staticmethod
    def _write(path, text):
        path.write_text(text)
        path.chmod(0o600)
