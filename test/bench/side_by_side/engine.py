"""What the programs beside this measure inside of the engine, without sockets."""

import collections
import pathlib
import subprocess

from side_by_side.processes import DRIVER_CORE, on_core
from side_by_side.report import number, table

LIMIT = 600  # seconds
# What engine_growth calls by one word, for people: an operation, and what there is more and more of.
OPERATIONS = {"get": "Get", "get_job": "Get of a job", "wql_key": "WQL by key", "wql_job": "WQL by a job's key",
              "invoke": "Invoke", "pull_20": "Pull of 20", "pull_1": "Pull of one"}


def growth(top, quick):
    """List of (size, microseconds for one operation), by what grows; empty where it isn't built."""
    program = pathlib.Path(top) / "build/release/test/bench/engine_growth"
    found = collections.defaultdict(list)
    if not program.exists():
        return dict(found)
    try:
        done = subprocess.run(on_core(DRIVER_CORE, program, 1_000 if quick else 1_000_000), capture_output=True, text=True,
                              timeout=LIMIT, check=True)
    except subprocess.SubprocessError as error:
        print(f"engine_growth: {error}", flush=True)  # nothing of what was measured before is lost for that
        return {}
    for line in done.stdout.splitlines():
        words = line.split("\t")
        if len(words) == 3:
            operation, _, dimension = words[0].partition("_by_")
            title = f"{OPERATIONS.get(operation, operation)}, by {dimension}"
            found[title].append((int(words[1]), float(words[2]) / 1000))
    return dict(found)


def growth_table(grown):
    sizes = sorted({size for points in grown.values() for size, _ in points if str(size).strip("0") == "1"})
    rows = []
    for what, points in grown.items():
        at = dict(points)
        rows.append([what, *(number(at[size]) if size in at else "–" for size in sizes)])
    return "µs for one operation, by how many there are:\n\n" + table(["", *(f"{size:,}" for size in sizes)], rows)


def parts(top):
    """Text of the scripts that count instructions, if they are there."""
    folder = pathlib.Path(top) / "test/bench"
    texts = []
    for script, title in (("engine_cost.sh", "### Engine: whole requests"), ("engine_parts.sh", "### Engine: parts")):
        if not (folder / script).exists():
            continue
        try:
            done = subprocess.run(["bash", folder / script, pathlib.Path(top) / "build/release"], capture_output=True,
                                  text=True, timeout=LIMIT, check=True)
        except subprocess.SubprocessError as error:
            print(f"{script}: {error}", flush=True)
            continue
        texts.append(f"{title}\n\nAs `test/bench/{script} build/release` prints it:\n\n```\n{done.stdout.strip()}\n```")
    return texts
