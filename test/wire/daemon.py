"""A real tintyped for a test: started on a free port of loopback, spoken to over sockets, ended by its process id."""

import base64
import crypt
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time

from wire import soap

TOP = pathlib.Path(__file__).resolve().parents[2]
USER = "alice"
PASSWORD = "Passw0rd!"
SOAP_UTF8 = "application/soap+xml;charset=UTF-8"


def tintyped():
    """The binary under test: TINTYPED, or the newest that a build left."""
    named = os.environ.get("TINTYPED")
    if named:
        return named
    built = sorted(TOP.glob("build/*/endpoint/tintyped"), key=lambda path: path.stat().st_mtime)
    if not built:
        raise RuntimeError("no tintyped is built: run test/run.sh --only unit, or set TINTYPED")
    return str(built[-1])


def basic(user=USER, password=PASSWORD):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def write_users(path, users):
    """A users file in htpasswd form; a hash of few rounds, so that tests don't wait for it."""
    lines = [f"{name}:{crypt.crypt(password, crypt.mksalt(crypt.METHOD_SHA512, rounds=1000))}\n"
             for name, password in users.items()]
    path.write_text("".join(lines))
    path.chmod(0o600)


class Daemon:
    """Writes a configuration into a folder of its own, runs tintyped with it, and talks to it.

    `store` is a wire.store.Store or None (then the libvirt hosts of `uris`, or the memory backend). `listeners` replaces
    the plain listener on a free port. `auth`, `backend`, `jobs` and `more` are further lines of the configuration, in these
    tables or with tables of their own. `path_first` is put in front of PATH.
    """

    def __init__(self, store=None, listeners=None, allow_unencrypted=True, users=None, more="", path_first=None,
                 folder=None, auth="", backend="", jobs="", uris=None):
        self._own_folder = folder is None
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="tintyped-"))
        self.store = store
        self.process = None
        self.log = []
        self.urls = []
        self._path_first = path_first
        self.users_file = self.folder / "users"
        if not self.users_file.exists():
            write_users(self.users_file, users or {USER: PASSWORD})
        self.configuration = self.folder / "tintyped.toml"
        self.jobs = self.folder / "jobs.db"
        self._url_file = self.folder / "urls"
        self.configuration.write_text("\n".join([
            *(listeners or ['[[listener]]\nurl = "http://127.0.0.1:0/wsman"']),
            "[auth]",
            f"allow_unencrypted = {'true' if allow_unencrypted else 'false'}",
            f'basic.users = "{self.users_file}"',
            auth,
            "[backend]",
            f'kind = "qcow2"\nstore = "{store.folder}"' if store
            else f'kind = "libvirt"\nuris = {json.dumps(uris)}' if uris else 'kind = "memory"',
            backend,
            "[jobs]",
            f'store = "sqlite:{self.jobs}"',
            jobs,
            # Tests' folders are root's where tests run as root; those of run_as say otherwise.
            "" if "run_as.user" in more or os.geteuid() != 0 else '[run_as]\nuser = "root"',
            more, ""]))

    # Its life.

    def command(self, *arguments):
        return [tintyped(), *arguments]

    def environment(self):
        environment = dict(os.environ)
        if self._path_first:
            environment["PATH"] = f"{self._path_first}:{environment['PATH']}"
        return environment

    def start(self, *arguments, timeout=60):
        """Starts it and waits until it says which URLs it serves."""
        self.start_without_waiting(*arguments)
        return self.wait_until_up(timeout)

    def wait_until_up(self, timeout=60):
        end = time.monotonic() + timeout
        while not self.is_up():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"tintyped did not start:\n{self.log_text()}")
            self._reader.join(0.01)
        return self

    def start_without_waiting(self, *arguments):
        self.log = self.new_log()
        self._url_file.unlink(missing_ok=True)  # a daemon that was killed leaves it
        self.process = subprocess.Popen(
            self.command("--config", str(self.configuration), "--url-file", str(self._url_file), *arguments),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=self.environment(), text=True,
            errors="replace")
        self._reader = threading.Thread(target=self.log.extend, args=(self.process.stderr,), daemon=True)
        self._reader.start()

    @staticmethod
    def new_log():
        """What lines of the log are added to."""
        return []

    def is_up(self):
        if not self._url_file.exists():
            return False
        self.urls = self._url_file.read_text().split()
        return True

    def log_text(self):
        return "".join(self.log)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def wait(self, timeout=60):
        """Its exit status once it has ended and everything that it logged was read."""
        status = self.process.wait(timeout)
        self._reader.join(timeout)
        self.process.stderr.close()
        self.process = None
        return status

    def kill(self):
        """As a crash does: kill -9."""
        if self.process:
            self.process.kill()
            self.wait()

    def stop(self):
        """Ends it as an administrator does; a status other than 0, or what a sanitizer found, is an error."""
        if not self.process:
            return
        self.terminate()
        try:
            status = self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"tintyped did not end on SIGTERM:\n{self.log_text()}") from None
        if status != 0:
            raise RuntimeError(f"tintyped ended with status {status}:\n{self.log_text()[-8000:]}")

    def close(self):
        try:
            self.stop()
        finally:
            if self._own_folder:
                shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def wait_for_log(self, words, timeout=60, seen=0):
        """Waits until a line of the log, from the number `seen` on, holds these words in either case; returns it."""
        end = time.monotonic() + timeout
        while True:
            while seen < len(self.log):
                if words.lower() in self.log[seen].lower():
                    return self.log[seen]
                seen += 1
            if time.monotonic() > end or not self._reader.is_alive():
                raise AssertionError(f"the log never said '{words}':\n{self.log_text()[-4000:]}")
            self._reader.join(0.02)

    # Talking to it.

    @property
    def address(self):
        host, port = re.match(r"https?://([^/]+):(\d+)/", self.urls[0]).groups()
        return host, int(port)

    def connection(self):
        return http.client.HTTPConnection(*self.address, timeout=30)

    def post(self, body, headers=None, path="/wsman", method="POST", user=USER, password=PASSWORD, connection=None):
        """Sends one HTTP request and returns a soap.Answer. Headers given as None are left out."""
        sent = {"Content-Type": SOAP_UTF8}
        if user is not None:
            sent["Authorization"] = basic(user, password)
        sent.update(headers or {})
        sent = {name: value for name, value in sent.items() if value is not None}
        data = body.encode() if isinstance(body, str) else body
        used = connection or self.connection()
        try:
            used.request(method, path, body=data, headers=sent)
            response = used.getresponse()
            return soap.Answer(response.status, response.headers, response.read())
        finally:
            if connection is None:
                used.close()

    def raw(self, data, timeout=30, until_closed=False):
        """Sends bytes as they are; returns what came back until one whole answer, or the end of the connection."""
        with socket.create_connection(self.address, timeout=timeout) as connection:
            connection.sendall(data)
            received = b""
            while True:
                if not until_closed and whole_answer(received):
                    return received
                part = connection.recv(65536)
                if not part:
                    return received
                received += part

    # What tests do again and again.

    def get(self, resource, selectors=None, **keywords):
        return self.post(soap.request(soap.GET, resource, selectors=selectors, **keywords))

    def enumerate(self, resource, mode=None, maximum=100):
        """All items of a class, by as many Pulls as it takes."""
        answer = self.post(soap.request(soap.ENUMERATE, resource, soap.enumerate_body(maximum, True, mode)))
        if answer.fault:
            raise AssertionError(f"Enumerate {resource}: {answer}")
        items = list(answer.items)
        while answer.context:
            answer = self.post(soap.request(soap.PULL, resource, soap.pull_body(answer.context, maximum)))
            if answer.fault:
                raise AssertionError(f"Pull {resource}: {answer}")
            items += answer.items
        return items

    def snapshots(self):
        """InstanceID to Instance of every snapshot."""
        found = [soap.Instance(item) for item in self.enumerate(soap.SETTINGS)]
        return {each["InstanceID"]: each for each in found if ":Snapshot:" in each["VirtualSystemType"]}

    def job(self, instance_id):
        answer = self.get(soap.JOB, {"InstanceID": instance_id})
        if answer.fault:
            raise AssertionError(f"Get of job {instance_id}: {answer}")
        return answer.instance

    def wait_for_job(self, instance_id, timeout=60):
        """Asks again, as clients do, until the job is at an end."""
        end = time.monotonic() + timeout
        while True:
            job = self.job(instance_id)
            if int(job["JobState"]) >= 7:
                return job
            if time.monotonic() > end:
                raise AssertionError(f"job {instance_id} does not end: {job.properties}\n{self.log_text()[-4000:]}")
            select.select([], [], [], 0.02)

    def destroy(self, instance_id):
        """DestroySnapshot as a client asks for it; the job's id."""
        answer = self.post(soap.destroy_snapshot(soap.settings_epr(instance_id)))
        if answer.fault or answer.return_value != 4096:
            raise AssertionError(f"DestroySnapshot of {instance_id}: {answer}")
        return answer.job.selectors["InstanceID"]


def whole_answer(data):
    head, blank, body = data.partition(b"\r\n\r\n")
    if not blank or head.startswith(b"HTTP/1.1 100"):
        return bool(blank) and head.startswith(b"HTTP/1.1 100") and whole_answer(body)
    length = re.search(rb"(?mi)^content-length: *(\d+)", head)
    return length is not None and len(body) >= int(length.group(1))


def certificate(folder, name="localhost"):
    """A key and a self-signed certificate for 127.0.0.1; returns the two paths."""
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                    "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    key.chmod(0o600)
    return key, cert


def https_connection(daemon, cert, version=None):
    context = ssl.create_default_context(cafile=str(cert))
    if version:
        context.minimum_version = context.maximum_version = version
    return http.client.HTTPSConnection(*daemon.address, timeout=30, context=context)
