#!/usr/bin/env python3
"""GCC's -fanalyzer over source files: what it says about our own code, each place once. GCC 12's is made for C;
docs/reliability.md says what becomes of its findings. A file that takes more than two minutes of processor time or 4 GiB
is given up, and named.

    test/lint/analyzer.py BUILD FILE...
    BUILD: of GCC, with compile_commands.json.
"""
import concurrent.futures
import os
import pathlib
import re
import resource
import subprocess
import sys

from tidy import TOP, Tidy

FINDING = re.compile(r"^(?:\.\./)*(?P<file>[^:\s]*):(?P<line>\d+):\d+: warning: .*\[-Wanalyzer-")
SECONDS, BYTES = 120, 4 << 30


def bound():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def look(tidy, file):
    """Findings in a file, place to words; none if it was given up."""
    directory, words = tidy.commands[str(file)]
    words = [word for word in words if word != "-Werror"]
    done = subprocess.run([*words, "-fanalyzer", "-O1", "-Wno-shadow", "-fdiagnostics-plain-output", "-c", str(file),
                           "-o", os.devnull], cwd=directory, capture_output=True, text=True, check=False, preexec_fn=bound)
    if done.returncode != 0:
        if "error:" in done.stderr and "out of memory" not in done.stderr:
            raise SystemExit(done.stderr)
        return None
    found = {}
    for line in done.stderr.splitlines():
        match = FINDING.match(line)
        if match and not match["file"].startswith("/usr/"):
            found.setdefault((match["file"], match["line"]), line)
    return found


def main():
    build, *names = sys.argv[1:]
    tidy = Tidy(pathlib.Path(build).resolve(), "")
    files = [pathlib.Path(name).resolve() for name in names]
    files = [file for file in files if str(file) in tidy.commands]
    found, given_up = {}, 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for file, one in zip(files, pool.map(lambda each: look(tidy, each), files)):
            name = file.relative_to(TOP)
            if one is None:
                given_up += 1
                print(f"{name}: given up", flush=True)
                continue
            for place in one.keys() - found.keys():
                print(one[place], flush=True)
            found |= one
    print(f"gcc -fanalyzer: {len(files)} files, {given_up} of them given up, {len(found)} findings")


if __name__ == "__main__":
    main()
