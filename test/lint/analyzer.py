#!/usr/bin/env python3
"""GCC's -fanalyzer over source files, several of one target at a time as test/lint/tidy.py has them: what it says about
our own code, each place once. GCC 12's is made for C; docs/reliability.md says what becomes of its findings.

    test/lint/analyzer.py BUILD SIZE FILE...
    BUILD: of GCC, with compile_commands.json. SIZE: files in a group, at most.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

from tidy import TOP, Tidy

FINDING = re.compile(r"^(?:\.\./)*(?P<file>[^:\s]*):(?P<line>\d+):\d+: warning: .*\[-Wanalyzer-")


def look(tidy, files):
    """Findings of a group: place to words."""
    directory, words = tidy.commands[str(files[0])]
    source = tidy.folder / "analyzer" / f"{abs(hash(tuple(files))):x}.cpp"
    source.parent.mkdir(exist_ok=True)
    source.write_text("".join(f'#include "{file}"\n' for file in files))
    words = [word for word in words if word != "-Werror"]
    done = subprocess.run([*words, "-fanalyzer", "-O1", "-Wno-shadow", "-fdiagnostics-plain-output", "-c", str(source),
                           "-o", os.devnull], cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if len(files) == 1:
            raise SystemExit(done.stderr)
        half = len(files) // 2
        return {**look(tidy, files[:half]), **look(tidy, files[half:])}
    found = {}
    for line in done.stderr.splitlines():
        match = FINDING.match(line)
        if match and not match["file"].startswith("/usr/"):
            found.setdefault((match["file"], match["line"]), line)
    return found


def main():
    build, size, *files = sys.argv[1:]
    tidy = Tidy(pathlib.Path(build).resolve(), "")
    groups = list(tidy.groups([pathlib.Path(file).resolve() for file in files], int(size)))
    found = {}
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for group, one in zip(groups, pool.map(lambda group: look(tidy, group), groups)):
            found |= one
            print(f"read {len(group)} files like {group[0].relative_to(TOP)}: {len(one)} findings", file=sys.stderr)
    print(*found.values(), sep="\n")
    print(f"gcc -fanalyzer: {sum(map(len, groups))} files, {len(found)} findings")


if __name__ == "__main__":
    main()
