"""Show that each law catches a bug that is planted for it.

    python tests/laws/prove.py [--law NAME] [--seconds 40] [--processes 2]

Each bug of `planted.py` is planted in a copy of the package, and its law alone is asked there. Exit code 1 means that
a law did not find its bug in time, or finds the same without it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from planted import PLANTED, Planted

ROOT = Path(__file__).parent.parent.parent
FIND = Path(__file__).parent / "find.py"
PATIENCE, GRACE = 5, 30
"""How many times as long as asked, and how many seconds more, a search may take before it is broken off."""


def plant(bug: Planted, folder: Path) -> None:
    """Leave in a folder a copy of the package that has the bug."""
    for name in ("trigdsl", "grammar", "stdlib"):
        shutil.copytree(ROOT / name, folder / name)
    path = folder / "trigdsl" / bug.module
    text = path.read_text(encoding="utf-8")
    if text.count(bug.old) != 1:
        raise ValueError(f"{bug.module} has {text.count(bug.old)} times: {bug.old}")
    path.write_text(text.replace(bug.old, bug.new), encoding="utf-8")


def searched(name: str, folder: Path, seconds: float) -> str:
    """Return what a search for what is wrong with the package in a folder says."""
    command = [sys.executable, str(FIND), "--law", name, "--seconds", str(seconds)]
    around = {**os.environ, "PYTHONPATH": str(folder)}
    try:
        done = subprocess.run(
            command,
            env=around,
            capture_output=True,
            text=True,
            timeout=PATIENCE * seconds + GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "nothing, and no end"
    return done.stdout.partition("\n")[0] or done.stderr.strip().rpartition("\n")[2]


def prove(name: str, seconds: float) -> bool:
    """Return whether a law catches its bug, and print after how long."""
    with tempfile.TemporaryDirectory(prefix="planted-") as temporary:
        folder = Path(temporary)
        plant(PLANTED[name], folder)
        start = time.monotonic()
        said = searched(name, folder, seconds)
        spent = time.monotonic() - start
    found = said.startswith(f"found by the law {name} ")
    if found and searched(name, ROOT, spent) == said:
        found, said = False, f"without the bug too it is {said}"
    print(f"{name}: {said} after {spent:.1f} s" if found else f"{name}: NOT FOUND ({said})", flush=True)
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--law", choices=PLANTED, metavar="NAME", help="prove this law alone")
    options.add_argument("--seconds", type=float, default=40, help="how long a law may look")
    options.add_argument("--processes", type=int, default=2)
    asked = options.parse_args()
    names = [asked.law] if asked.law else [*PLANTED]
    with ThreadPoolExecutor(asked.processes) as pool:
        found = [*pool.map(partial(prove, seconds=asked.seconds), names)]
    print(f"{sum(found)} of {len(found)} laws found the bug that was planted for them")
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
