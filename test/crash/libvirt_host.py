"""A real libvirt host for a test: libvirtd of an ordinary user with QEMU under software emulation, in a folder of its own."""

import os
import pathlib
import pwd
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid

from wire.store import QEMU_IMG, checksum, internal_snapshots, qemu_img

LIBVIRTD = "/usr/sbin/libvirtd"
DISK_SIZE = 1 << 20
MACHINE = """<domain type='qemu'><name>{name}</name><uuid>{id}</uuid><memory unit='MiB'>{memory}</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>{disks}
<controller type='usb' model='none'/><memballoon model='none'/></devices></domain>"""
DISK = """<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{path}'/>
<target dev='vd{letter}' bus='virtio'/></disk>"""


def is_root():
    return os.geteuid() == 0


class Machine:
    """One machine with empty disks, off and without snapshots."""

    def __init__(self, host, name, disks, memory):
        self.host = host
        self.name = name
        self.id = str(uuid.uuid4()).upper()
        self.folder = host.folder / "disks" / name
        self.folder.mkdir()
        self.disks = [self.folder / f"{letter}.qcow2" for letter in "abcd"[:disks]]
        for disk in self.disks:
            qemu_img("create", "-q", "-f", "qcow2", disk, DISK_SIZE)
        for path in (self.folder, *self.disks):
            host.give_away(path)
        xml = host.folder / f"{name}.xml"
        xml.write_text(MACHINE.format(name=name, id=self.id, memory=memory, disks="".join(
            DISK.format(path=disk, letter=disk.stem) for disk in self.disks)))
        host.virsh("define", str(xml))

    def fill(self, byte):
        """Every disk of a machine that is off holds this byte and nothing else."""
        for disk in self.disks:
            subprocess.run(["qemu-io", "-f", "qcow2", "-c", f"write -P {byte} 0 {DISK_SIZE}", str(disk)], check=True,
                           capture_output=True)

    def take(self, name):
        """A snapshot, as virsh takes it."""
        self.host.virsh("snapshot-create-as", self.name, name)

    def names(self):
        """The snapshots that libvirt lists."""
        return sorted(self.host.virsh("snapshot-list", self.name, "--name").split())

    def current(self):
        return self.host.virsh("snapshot-current", self.name, "--name").strip()

    def is_off(self):
        return self.host.virsh("domstate", self.name).strip() == "shut off"

    def turn_off(self):
        if not self.is_off():
            self.host.virsh("destroy", self.name)

    def names_on(self, disk):
        return sorted(internal_snapshots(disk))

    def content(self, name=None):
        """Checksums of what the disks of a machine that is off hold now, or held in a snapshot."""
        return [checksum(disk, name) for disk in self.disks]

    def damage(self):
        """What `qemu-img check` has to say about the disks of a machine that is off; empty when they are well."""
        done = [subprocess.run([QEMU_IMG, "check", str(disk)], capture_output=True, text=True) for disk in self.disks]
        return [each.stdout + each.stderr for each in done if each.returncode != 0]

    def process(self):
        """The process id of the QEMU that runs it."""
        return int((self.host.folder / "run/libvirt/qemu/run" / f"{self.name}.pid").read_text())


class LibvirtHost:
    """`path_first` is put in front of libvirtd's PATH."""

    def __init__(self, path_first=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tintype-libvirt-"))
        self._path_first = path_first
        self._socket = self.folder / "run/libvirt/libvirt-sock"
        self.process = None
        for name in ("", "run", "run/libvirt", "config", "cache", "disks"):
            (self.folder / name).mkdir(exist_ok=True)
            (self.folder / name).chmod(0o755)
            self.give_away(self.folder / name)
        (self.folder / "libvirtd.conf").write_text(f'log_outputs="3:file:{self.folder}/run/log"\n')

    @property
    def uri(self):
        return f"qemu+unix:///session?socket={self._socket}"

    @staticmethod
    def give_away(path):
        """QEMU must not run as root: then the daemon runs as nobody, and what it works on is nobody's."""
        if is_root():
            nobody = pwd.getpwnam("nobody")
            os.chown(path, nobody.pw_uid, nobody.pw_gid)

    def start(self, timeout=90):
        self._socket.unlink(missing_ok=True)
        path = os.environ["PATH"]
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig=KILL", *(["--reuid=nobody", "--regid=nogroup", "--clear-groups"] if is_root() else []),
             "env", f"HOME={self.folder}/config", f"XDG_RUNTIME_DIR={self.folder}/run",
             f"XDG_CONFIG_HOME={self.folder}/config", f"XDG_CACHE_HOME={self.folder}/cache",
             f"PATH={self._path_first}:{path}" if self._path_first else f"PATH={path}",
             LIBVIRTD, "-f", str(self.folder / "libvirtd.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + timeout
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("libvirtd did not start:\n" + self.log_text())
            select.select([], [], [], 0.01)
        return self

    def _listens(self):
        """The socket is there from bind(2) on and takes nobody before listen(2): only a connection tells."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self._socket)) == 0

    def log_text(self):
        log = self.folder / "run/log"
        return log.read_text(errors="replace") if log.exists() else ""

    def kill(self):
        """As a crash does: kill -9. Machines that run go on without it."""
        if self.process:
            self.process.kill()
            self.process.wait(60)
            self.process = None

    def virsh(self, *words, timeout=120):
        done = subprocess.run(["virsh", "-q", "-c", self.uri, *words], capture_output=True, text=True, timeout=timeout)
        if done.returncode != 0:
            raise RuntimeError(f"virsh {' '.join(words)}: {done.stderr}{done.stdout}")
        return done.stdout

    def add_machine(self, name, disks=2, memory=32):
        return Machine(self, name, disks, memory)

    def remove_machine(self, machine):
        machine.turn_off()
        self.virsh("undefine", machine.name, "--managed-save", "--snapshots-metadata")
        shutil.rmtree(machine.folder)

    def emulators(self):
        """Process ids of every QEMU that has to do with this host."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes()
            except OSError:
                continue  # ended meanwhile
            if re.match(rb"[^\0]*qemu-system", words) and str(self.folder).encode() in words:
                found.append(int(entry.parent.name))
        return found

    def close(self):
        self.kill()
        for process in self.emulators():
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
