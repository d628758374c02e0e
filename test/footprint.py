"""What a tintyped takes before anybody asks it for anything: bytes on disk, time until it answers, memory when idle.

    test/footprint.py TINTYPED NAME [RUNS]

Writes lines of NAME_WHAT VALUE for test/budget.sh. Time is from exec to the end of the first answer to Identify, the
median of RUNS (20); memory is the resident set of a daemon that has answered once, of which what is its own is told
besides. It keeps jobs in SQLite and serves HTTP and a qcow2 store without machines, if qemu-img is there.
"""
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

IDENTIFY = (b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
            b'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
            b"<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def identify(port, until):
    """Asks until somebody answers."""
    request = (b"POST /wsman HTTP/1.1\r\nHost: localhost\r\nWSMANIDENTIFY: unauthenticated\r\nConnection: close\r\n"
               b"Content-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: %d\r\n\r\n" % len(IDENTIFY)) + IDENTIFY
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
                connection.sendall(request)
                answer = b""
                while piece := connection.recv(65536):
                    answer += piece
                if b"IdentifyResponse" not in answer:
                    raise SystemExit("Identify was answered with %r" % answer)
                return
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise SystemExit("nobody answers")
            time.sleep(0.0002)


def memory(pid):
    """Resident KiB, and those that no other process has."""
    with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as lines:
        fields = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith("kB\n")}
    return fields["Rss"], fields["Private_Clean"] + fields["Private_Dirty"]


def stripped_size(program):
    with tempfile.NamedTemporaryFile() as copy:
        subprocess.run([os.environ.get("STRIP", "strip"), "-o", copy.name, program], check=True)
        return os.path.getsize(copy.name)


def main():
    program, name = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    print(f"{name}_bytes {stripped_size(program)}")
    times = []
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/machines")
        for number in range(runs):
            port = free_port()
            command = [program, f"--listener.url=http://127.0.0.1:{port}/wsman", f"--auth.basic.users={folder}/users",
                       "--auth.anonymous_identify", "--auth.allow_unencrypted", f"--jobs.store=sqlite:{folder}/jobs", "--run_as.user=root"]
            if shutil.which("qemu-img"):
                command.append(f"--backend.store={folder}/machines")
            else:
                command.append("--backend.kind=memory")
            if number == 0:
                subprocess.run([program, "user", "add", "alice", "--file", folder + "/users"], input=b"Passw0rd!\n", check=True)
            began = time.monotonic()
            with subprocess.Popen(command, stderr=subprocess.DEVNULL) as daemon:
                try:
                    identify(port, began + 30)
                    times.append(time.monotonic() - began)
                    if number == runs - 1:
                        resident, own = memory(daemon.pid)
                finally:
                    daemon.terminate()
    print(f"{name}_ready_ms {statistics.median(times) * 1000:.1f}")
    print(f"{name}_fastest_ready_ms {min(times) * 1000:.1f}")
    print(f"{name}_idle_rss_kib {resident}")
    print(f"{name}_idle_private_kib {own}")


if __name__ == "__main__":
    main()
