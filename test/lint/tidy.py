#!/usr/bin/env python3
"""clang-tidy over source files, several of one target at a time: what it spends on a file is mostly the headers that it
includes, which those of one target share. A group in which names clash is halved until it compiles. A group that was
found clean is not read again until what the compiler sees of it, its text or .clang-tidy changes.

    test/lint/tidy.py BUILD CHECKS SIZE FILE...
    BUILD: with compile_commands.json. CHECKS: added to those of .clang-tidy. SIZE: files in a group, at most.
"""
import concurrent.futures
import hashlib
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import threading

TOP = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "tintype-tidy"
NOISE = re.compile(r"warnings? (generated|treated)|Suppressed|Use -header-filter")
# What a line of an unnamed namespace declares, as clang-format leaves it: the last name before one of these.
DECLARED = re.compile(r"^(?!using |namespace |template|friend |[}#/ ]).*?\b([A-Za-z_]\w*)(?:\[\w*\])?(?= ?[({=;]| final| : )")


def unnamed_names(text):
    """Names that the file declares for itself alone: two files of a group must not share one."""
    names, depth = set(), 0
    for line in text.splitlines():
        if line == "namespace {":
            depth += 1
        elif line.startswith("}  // namespace") and line.strip() == "}  // namespace":
            depth -= 1
        elif depth and (found := DECLARED.match(line)):
            names.add(found[1])
    return names


class Tidy:
    def __init__(self, build, checks):
        self.build, self.checks = build, checks
        self.folder = build / "tidy"
        self.folder.mkdir(exist_ok=True)
        rules = [subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout,
                 (TOP / ".clang-tidy").read_bytes(), pathlib.Path(__file__).read_bytes(), checks.encode()]
        self.rules = hashlib.sha256(b"".join(rules)).digest()
        self.commands = {}
        for entry in json.loads((build / "compile_commands.json").read_text()):
            words = shlex.split(entry["command"])
            words = words[1:] if os.path.basename(words[0]) == "ccache" else words
            output = words.index("-o")
            del words[output:output + 2]
            file = os.path.realpath(entry["file"])
            words = [word for word in words if word != "-c" and os.path.realpath(word) != file]
            # Dependencies are ninja's business.
            words = [word for word, before in zip(words, ["", *words])
                     if word not in ("-MD", "-MT", "-MF") and before not in ("-MT", "-MF")]
            self.commands[file] = (entry["directory"], tuple(words))
        self.lock = threading.Lock()
        self.failed = False

    def groups(self, files, size):
        """Files of one command, in groups without a name twice."""
        known = sorted((self.commands[str(file)], file) for file in files if str(file) in self.commands)
        for _, same in itertools.groupby(known, key=lambda one: one[0]):
            made = []
            for _, file in same:
                names = unnamed_names(file.read_text())
                for members, taken in made:
                    if len(members) < size and not names & taken:
                        members.append(file)
                        taken |= names
                        break
                else:
                    made.append(([file], set(names)))
            yield from (members for members, _ in made)

    def look(self, files):
        directory, words = self.commands[str(files[0])]
        name = hashlib.sha256("\n".join(map(str, files)).encode()).hexdigest()[:16]
        # One file stands for itself: what is said about it is said of the main file.
        source = files[0]
        if len(files) > 1:
            source = self.folder / name / "group.cpp"
            source.parent.mkdir(exist_ok=True)
            source.write_text("".join(f'#include "{file}"  // NOLINT(bugprone-suspicious-include)\n' for file in files))
            # Names of one file don't shadow another's; the compilers look for those that do within one.
            words += ("-Wno-shadow",)
        seen = subprocess.run([*words, "-E", "-P", str(source)], cwd=directory, capture_output=True, check=False).stdout
        # NOLINT stands in comments, which preprocessing drops.
        texts = b"".join(file.read_bytes() for file in files)
        verdict = CACHE / hashlib.sha256(self.rules + seen + texts).hexdigest()
        if verdict.exists():
            return
        database = self.folder / name
        database.mkdir(exist_ok=True)
        (database / "compile_commands.json").write_text(json.dumps(
            [{"directory": directory, "file": str(source), "arguments": [*words, "-c", str(source)]}]))
        done = subprocess.run(["clang-tidy", "--quiet", f"--checks={self.checks}", "-p", str(database),
                               r"--header-filter=.*/(lib|endpoint|rooms|unit)/.*\.[ch]pp$", str(source)],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            verdict.touch()
        elif len(files) > 1 and "[clang-diagnostic-" in done.stdout:
            half = len(files) // 2
            self.look(files[:half])
            self.look(files[half:])
        else:
            with self.lock:
                self.failed = True
                print(done.stdout, *(line for line in done.stderr.splitlines() if not NOISE.search(line)), sep="\n",
                      flush=True)


def main():
    build, checks, size, *files = sys.argv[1:]
    CACHE.mkdir(parents=True, exist_ok=True)
    tidy = Tidy(pathlib.Path(build).resolve(), checks)
    groups = list(tidy.groups([pathlib.Path(file).resolve() for file in files], int(size)))
    # Large ones first, so that none is left alone at the end.
    groups.sort(key=lambda group: -sum(file.stat().st_size for file in group))
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(tidy.look, groups))
    print(f"clang-tidy: {sum(map(len, groups))} files in {len(groups)} groups: "
          f"{'see above' if tidy.failed else 'clean'}")
    sys.exit(tidy.failed)


if __name__ == "__main__":
    main()
