"""Time measured side by side, and how a figure is told.

Machines are noisy, and only the ratio of two figures of one run means something. So whatever is compared
is timed in turn, several rounds of each, and the medians are compared.
"""

import gc
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen

ROUNDS = 7

T = TypeVar("T")


def cpu(work: Callable[[], object], times: int) -> float:
    """Return the CPU seconds of one call, over many."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def paired(ours: Callable[[], object], yardstick: Callable[[], object], times: int) -> tuple[float, float]:
    """Return the medians of both, timed in turn."""
    rounds = [(cpu(ours, times), cpu(yardstick, times)) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds)


def wall(command: list[str], **environment: str) -> float:
    """Return the seconds that a command takes from start to end."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return time.perf_counter() - start


def walls(one: list[str], other: list[str], **environment: str) -> tuple[float, float]:
    """Return the medians of two commands, started in turn."""
    rounds = [(wall(one, **environment), wall(other, **environment)) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in rounds), statistics.median(b for _, b in rounds)


def round_of(work: Callable[[T], object], inputs: list[T]) -> float:
    """Return the CPU seconds of one piece of work, over all inputs, with no garbage collected in between."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        for given in inputs:
            work(given)
        return (time.process_time() - start) / len(inputs)
    finally:
        gc.enable()


@frozen
class Figure:
    """One line of the report: what was measured, what it was held against, and whether it is what was aimed at."""

    what: str
    value: float
    unit: str = "µs"
    yardstick: str | None = None
    against: float | None = None
    aim: float | None = None

    @property
    def measured(self) -> float:
        """The ratio where there is a yardstick, else the value itself."""
        return self.value if self.against is None else self.value / self.against

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where none was set."""
        return None if self.aim is None else self.measured <= self.aim

    def text(self) -> str:
        """Return the line."""
        line = f"{self.what}: {_number(self.value)} {self.unit}"
        if self.against is not None:
            line += (
                f" · {self.yardstick}: {_number(self.against)} {self.unit} · ratio {_number(self.measured)}"
            )
        if self.aim is None:
            return line
        return f"{line} (aim ≤ {self.aim:g}: {'met' if self.met else 'MISSED'})"

    def to_json(self) -> dict[str, Any]:
        """Return the line as data."""
        ratio = None if self.against is None else self.measured
        return {
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "yardstick": self.yardstick,
            "against": self.against,
            "ratio": ratio,
            "aim": self.aim,
            "met": self.met,
        }


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> dict[str, Any]:
    """Return the state of the machine: absolute figures mean little without it."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cpus": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()] if sys.platform != "win32" else None,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
