"""A store of the qcow2 backend (docs/qcow2-store.md), made by qemu-img and two text files, with no help from Tintype."""

import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import uuid

QEMU_IMG = shutil.which("qemu-img") or "qemu-img"
DISK_SIZE = 4 << 20


def new_guid():
    return str(uuid.uuid4()).upper()


def qemu_img(*arguments):
    return subprocess.run([QEMU_IMG, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def quoted(text):
    return json.dumps(text, ensure_ascii=False)  # a basic string of TOML is one of JSON


def internal_snapshots(disk):
    """Tags of the snapshots inside a qcow2 file, as qemu-img tells them."""
    return [each["name"] for each in json.loads(qemu_img("info", "--output=json", disk)).get("snapshots", [])]


def checksum(disk, tag=None):
    """SHA-256 of what a guest reads from the disk, now or in a snapshot."""
    with tempfile.TemporaryDirectory() as folder:
        raw = pathlib.Path(folder, "raw")
        chosen = ["-l", f"snapshot.name={tag}"] if tag else []
        qemu_img("convert", "-O", "raw", *chosen, disk, raw)
        return hashlib.sha256(raw.read_bytes()).hexdigest()


class Machine:
    """One machine: a folder with its disks. Snapshots are called by the names that add_machine() gave them."""

    def __init__(self, folder, name, disks):
        self.folder = folder
        self.name = name
        self.id = new_guid()
        self.disks = [folder / f"disk{number}.qcow2" for number in range(disks)]
        self._ids = {}

    def names(self):
        return list(self._ids)

    def snapshot_id(self, name):
        return self._ids[name]

    def instance_id(self, name):
        """Msvm_VirtualSystemSettingData.InstanceID of a snapshot."""
        return "Microsoft:" + self._ids[name]

    snapshot_tag = snapshot_id

    def names_on(self, disk):
        """Names of the snapshots that qemu-img finds on a disk."""
        by_tag = {tag: name for name, tag in self._ids.items()}
        return sorted(by_tag.get(tag, tag) for tag in internal_snapshots(disk))

    def contents(self):
        """What every disk holds, in its current state and in each snapshot: (disk, name or None) to a checksum."""
        return {(disk.name, name): checksum(disk, name and self._ids[name])
                for disk in self.disks for name in (None, *self.names_on(disk))}

    def damage(self):
        """What `qemu-img check` has to say about the disks; empty when they are well."""
        found = []
        for disk in self.disks:
            done = subprocess.run([QEMU_IMG, "check", str(disk)], capture_output=True, text=True)
            if done.returncode != 0:
                found.append(done.stdout + done.stderr)
        return found

    def _fill(self, snapshots):
        for disk in self.disks:
            qemu_img("create", "-q", "-f", "qcow2", disk, DISK_SIZE)
        rows, children = [], []
        for number, (name, parent) in enumerate(snapshots):
            self._ids[name] = new_guid()
            children.append((name, parent))
            for index, disk in enumerate(self.disks):
                # Every state of every disk differs from every other.
                pattern = (number + 1 + 64 * index) % 255
                subprocess.run(["qemu-io", "-f", "qcow2", "-c", f"write -P {pattern} {number * 65536} 64k", str(disk)],
                               check=True, capture_output=True)
                qemu_img("snapshot", "-c", self._ids[name], disk)
            rows += ["", "[[snapshot]]", f'id = "{self._ids[name]}"', f"name = {quoted(name)}",
                     f"created = 2026-11-22T10:{number // 60:02}:{number % 60:02}Z"]
            if parent:
                rows.append(f'parent = "{self._ids[parent]}"')
        for disk in self.disks:
            subprocess.run(["qemu-io", "-f", "qcow2", "-c", f"write -P 255 {DISK_SIZE - 65536} 64k", str(disk)], check=True,
                           capture_output=True)
        (self.folder / "machine.toml").write_text(
            f'id = "{self.id}"\nname = {quoted(self.name)}\ncreated = 2026-11-22T09:00:00Z\n'
            f"disks = [{', '.join(quoted(disk.name) for disk in self.disks)}]\n")
        current = f'current = "{self._ids[snapshots[-1][0]]}"' if snapshots else ""
        (self.folder / "snapshots.toml").write_text("\n".join(["format = 1", current, *rows, ""]))


class Store:
    """Fill it before a daemon is started on it: machines are found at the start."""

    def __init__(self):
        self._root = pathlib.Path(tempfile.mkdtemp(prefix="tintype-store-"))
        self.folder = self._root / "vms"
        self.folder.mkdir()
        self.machines = []

    def add_machine(self, name, snapshots, disks=1):
        """A machine with snapshots taken in this order; each is (name, name of its parent or None)."""
        folder = self.folder / f"vm{len(self.machines)}"
        folder.mkdir()
        machine = Machine(folder, name, disks)
        machine._fill(snapshots)
        self.machines.append(machine)
        return machine

    def files(self):
        """Every file of the store, relative to it."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())

    def remove(self):
        shutil.rmtree(self._root, ignore_errors=True)
