"""The two servers, each with the same listeners: plain HTTP and TLS on loopback."""

import pathlib
import socket
import subprocess
import time
import os

from wire.daemon import Daemon, certificate, tintyped
from side_by_side.processes import SERVER_CORE, on_core

# One core has one thread's worth of work: what both get.
IO_THREADS = 1


class Tintype(Daemon):
    """tintyped with the memory backend, as an operator runs it who wants speed: `arguments` are further flags."""

    def __init__(self, folder, key_and_certificate, machines=1, snapshots=3, auth="", log="warning", audit="none"):
        key, cert = key_and_certificate
        super().__init__(
            folder=folder, auth=auth,
            listeners=['[[listener]]\nurl = "http://127.0.0.1:0/wsman"',
                       f'[[listener]]\nurl = "https://127.0.0.1:0/wsman"\ncertificate = "{cert}"\nkey = "{key}"'],
            backend=f"machines = {machines}\nsnapshots_per_machine = {snapshots}",
            more=f'[log]\nlevel = "{log}"\n[audit]\nsink = "{audit}"')
        self._stderr = pathlib.Path(folder) / "stderr"

    def command(self, *arguments):
        # Whoever reads a log costs time of the driver's core: a file doesn't.
        to_file = ["sh", "-c", 'exec "$0" "$@" 2>"$TINTYPE_STDERR"']
        limits = {"max_connections": 20_000, "max_connections_per_address": 20_000, "idle_timeout": "1h",
                  "max_envelope_size": "8MiB", "max_requests_in_flight": 20_000,
                  "max_requests_in_flight_per_user": 20_000, "max_contexts_per_user": 10_000}
        flags = [f"--limits.{name}={value}" for name, value in limits.items()]
        return on_core(SERVER_CORE, *to_file, tintyped(), *arguments, *flags, "--jobs.store=memory", "--jobs.retention=1h",
                       "--jobs.max_unfinished=1000000", "--jobs.max_unfinished_per_user=1000000",
                       f"--server.io_threads={IO_THREADS}", "--server.worker_threads=1")

    def environment(self):
        return {**super().environment(), "TINTYPE_STDERR": str(self._stderr)}

    def log_text(self):
        return super().log_text() + (self._stderr.read_text()[-4000:] if self._stderr.exists() else "")

    @property
    def pid(self):
        return self.process.pid

    def url(self, tls=False, what=None):
        return self.urls[1 if tls else 0]


class Nginx:
    """Answers a POST to /NAME with 200 and as many bytes as `sizes` says for it."""

    name = "nginx"
    # As long as a word of its configuration may be, about; longer answers are files.
    LONGEST_WORD = 4_000

    def __init__(self, folder, key_and_certificate):
        self.folder = pathlib.Path(folder)
        self.process = None
        self._key, self._cert = key_and_certificate
        self._sizes = {}

    def start(self):
        for name in ("www", "tmp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for _ in range(20):
            self._ports = free_ports(2)
            (self.folder / "nginx.conf").write_text(self._configuration())
            self.process = subprocess.Popen(
                on_core(SERVER_CORE, "nginx", "-p", self.folder, "-c", self.folder / "nginx.conf"),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if self._is_up():
                return self
            self.stop()
        raise RuntimeError(f"nginx does not start:\n{(self.folder / 'error.log').read_text()[-4000:]}")

    def answers(self, sizes):
        """Restarts it with these answers, bytes by name."""
        self._sizes.update(sizes)
        self.stop()
        return self.start()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    @property
    def pid(self):
        return self.process.pid

    def url(self, tls=False, what=None):
        return f"http{'s' if tls else ''}://127.0.0.1:{self._ports[1 if tls else 0]}/{what}"

    def _configuration(self):
        places = ""
        for name, size in self._sizes.items():
            if size <= self.LONGEST_WORD:
                places += f'    location = /{name} {{ return 200 "{"x" * size}"; }}\n'
            else:
                (self.folder / "www" / name).write_text("x" * size)
                places += f"    location = /{name} {{ error_page 405 =200 /{name}; }}\n"
        temporary = "\n".join(f"  {kind}_temp_path {self.folder}/tmp;" for kind in
                              ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return f"""{"user root;" if os.geteuid() == 0 else ""}
worker_processes {IO_THREADS};
daemon off;
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log error;
events {{ worker_connections 16000; }}
http {{
  access_log off;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_max_body_size 1m;
  client_body_buffer_size 64k;
  sendfile on;
  open_file_cache max=100 inactive=1h;
  open_file_cache_valid 1h;
  default_type "application/soap+xml;charset=UTF-8";
{temporary}
  server {{
    listen 127.0.0.1:{self._ports[0]};
    listen 127.0.0.1:{self._ports[1]} ssl;
    ssl_certificate {self._cert};
    ssl_certificate_key {self._key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache off;
    root {self.folder}/www;
{places}  }}
}}
"""

    def _is_up(self):
        end = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self._ports[1]), timeout=5).close()
                return True
            except OSError:
                try:
                    self.process.wait(0.02)
                except subprocess.TimeoutExpired:
                    pass
        return False


def free_ports(count):
    """Ports below those that the kernel gives to connections."""
    import random
    ports = []
    while len(ports) < count:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports


def tls_of(url):
    """Protocol and cipher that a client gets there, which must be the same for both servers."""
    place = url.split("/")[2]
    said = subprocess.run(["openssl", "s_client", "-connect", place], input="", capture_output=True, text=True,
                          timeout=30, check=False).stdout
    for line in said.splitlines():
        if line.startswith("New, ") and "Cipher is" in line:
            return line[len("New, "):].replace(", Cipher is ", " ")
    raise RuntimeError(f"no TLS on {place}:\n{said}")


__all__ = ["IO_THREADS", "Nginx", "Tintype", "certificate", "free_ports", "tls_of"]
