"""What a replay costs: time and memory at a tenth, a half and the whole of a stream, of two versions of many rules.

cd tests && python -m bench.replays [EVENTS [TRIGGERS]]
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import workload

SHARES = (0.1, 0.5, 1.0)


def write_versions(folder: Path, triggers: int) -> None:
    """Write two versions of the rules: in the new one some triggers are gone, some off, some renamed, some ask more."""
    for name in ("old", "new"):
        (folder / name).mkdir()
    workload.write_rules(folder / "old", triggers)
    for path in (folder / "old").glob("*.trig"):
        fields, *texts = re.split(r"^(?=trigger )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        changed = [_changed(number, text) for number, text in enumerate(texts)]
        (folder / "new" / path.name).write_text(fields + "".join(changed), encoding="utf-8")


def _changed(number: int, text: str) -> str:
    match number % 20:
        case 0:
            return ""
        case 1:
            return f"disabled {text}"
        case 2:
            return text.replace('trigger "', 'trigger "Renamed ', 1)
        case 3:
            return text.replace("\n  then ", "\n    and ticket.tags do not include topic_1\n  then ", 1)
        case _:
            return text


def measured(folder: Path, events: int) -> tuple[float, float, list[str]]:
    """Return the seconds of CPU and the megabytes at their most of one replay, and the first lines that it says."""
    stream = folder / "events.jsonl"
    with stream.open("wb") as file:
        file.writelines(workload.lines(events))
    command = ["replay", "old", "new", "--events", stream.name, "--directory", "people.json"]
    # Each replay is started by a process of its own, whose children's memory is that of the replay alone.
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], capture_output=True, check=True);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(used.ru_utime + used.ru_stime); print(used.ru_maxrss); print(done.stdout.decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(sys.executable).with_name("trigdsl")), *command],
        cwd=folder, capture_output=True, check=True, text=True,
    )  # fmt: skip
    seconds, peak, *said = done.stdout.splitlines()
    return float(seconds), int(peak) / 1024, said[:3]


def main() -> None:
    """Print the figures, and what the whole replay says first."""
    events, triggers = (int(text) for text in (*sys.argv[1:], "100000", "500")[:2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_versions(folder, triggers)
        (folder / "people.json").write_text(json.dumps(workload.directory()), encoding="utf-8")
        for share in SHARES:
            count = int(events * share)
            seconds, megabytes, said = measured(folder, count)
            print(f"{count:>9,} events: {seconds:6.1f} s of CPU, {megabytes:6.1f} MB at most", flush=True)
        print("\n".join(said))


if __name__ == "__main__":
    main()
