"""The engine has no clock, no input or output, no randomness and no log: by its source, and at run time."""

import ast
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from trigdsl import engine

MODULES = """
asyncio calendar concurrent ctypes getpass glob http importlib io jinja2 lark locale logging multiprocessing os
pathlib platform queue random secrets select selectors shelve shutil signal socket sqlite3 ssl subprocess sys
tempfile threading time tomllib urllib uuid warnings zoneinfo
"""
NAMES = "open print input exec eval compile __import__ breakpoint globals locals id hash"
CALLS = "now utcnow today getenv environ urandom uuid1 uuid4 fromtimestamp"
FORBIDDEN_MODULES, FORBIDDEN_NAMES, FORBIDDEN_CALLS = (frozenset(t.split()) for t in (MODULES, NAMES, CALLS))


def modules() -> list[Path]:
    return sorted(Path(engine.__path__[0]).rglob("*.py"))


def impurities(source: str) -> Iterator[str]:
    """Yield what a module must not import, call or reach for."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                yield from (n.name for n in names if n.name.split(".")[0] in FORBIDDEN_MODULES)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in FORBIDDEN_MODULES:
                yield module
            case ast.Name(name, ast.Load()) if name in FORBIDDEN_NAMES:
                yield name
            case ast.Attribute(ast.Name("date" | "datetime"), attribute) if attribute in FORBIDDEN_CALLS:
                yield attribute
            case ast.Call(ast.Attribute(_, attribute)) if attribute in FORBIDDEN_CALLS:
                yield attribute
            case ast.Global():
                yield "global"


def test_the_engine_is_looked_at_whole() -> None:
    names = {path.stem for path in modules()}
    assert names >= {"conditions", "cycle", "effects", "firing", "patterns", "state", "trace", "view"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_its_source_reaches_for_nothing_outside(path: Path) -> None:
    assert list(impurities(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time", ["time"]),
        ("import os.path", ["os.path"]),
        ("from random import choice", ["random"]),
        ("def f():\n    import logging", ["logging"]),
        ("datetime.now(UTC)", ["now"]),
        ("date.today()", ["today"]),
        ("datetime.datetime.now()", ["now"]),
        ("tick = datetime.utcnow", ["utcnow"]),
        ("clock.now()", ["now"]),
        ("view.now = {}", []),
        ("view.now.get(1)", []),
        ("print(1)", ["print"]),
        ("read = open", ["open"]),
        ("def f():\n    global n\n    n = 1", ["global"]),
        ("from datetime import datetime", []),
    ],
)
def test_the_look_finds_what_it_looks_for(source: str, found: list[str]) -> None:
    assert sorted(set(impurities(source))) == found


CHILD = """
import builtins, io, logging, os, random, socket, subprocess, sys, time

from trigdsl.engine import cycle
from trigdsl.engine.state import Comment, Directory, Record, Update
from trigdsl.runtime.loader import compile_text
from datetime import UTC, datetime

ruleset = compile_text('''
webhook pager
schedule "Hours" in "Europe/Paris" open monday to friday 09:00 to 18:00 closed on 2026-12-25
trigger "Open" when schedule "Hours" is open and ticket.created_at is within the last 3 days
  then set ticket.priority to high notify requester, group "Tier 1" and all agents with template solved
trigger "Words" once per ticket when ticket.subject contains any word of "down" and ticket.subject is like "*is d?wn"
  then add 1 to ticket.n add vip to ticket.tags call webhook pager with template solved
    post public comment with body "Hi {{ ticket.subject }}"
trial trigger "Trial" when ticket.tags gain vip then clear ticket.priority
trigger "Never" when ticket.status is solved then stop
field ticket.n is a number
''')
directory = Directory.of([
    Record("user", "1", {"email": "ana@example.com", "role": "end_user"}),
    Record("user", "2", {"email": "bo@example.com", "role": "agent", "groups": frozenset({"10"})}),
    Record("group", "10", {"name": "Tier 1"}),
])
update = Update("s", "42", "e-1", datetime(2026, 1, 5, 12, tzinfo=UTC), True, "1", "email",
                {"subject": "It is down"}, Comment("Help"))


class Impure(BaseException):
    pass


def forbidden(*args, **kwargs):
    raise Impure


def poison(owner, names):
    for name in names.split():
        setattr(owner, name, forbidden)


write = os.write
poison(time, "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns sleep localtime gmtime strftime")
poison(random, "random randint choice shuffle seed getrandbits")
poison(os, "urandom getenv open read write listdir stat getpid system")
poison(socket, "socket create_connection getaddrinfo")
poison(subprocess, "Popen run")
poison(logging.Logger, "_log handle makeRecord")
poison(io, "open")
poison(builtins, "open print input")
sys.stdout = sys.stderr = sys.stdin = None
armed = True


def audit(event, args):
    quiet = ("object.", "sys._getframe", "code.__new__", "gc.")
    if armed and not event.startswith(quiet):
        raise Impure(event)


sys.addaudithook(audit)
"""

STEP = """
results = [cycle.step(ruleset.rules, None, update, directory, trace=trace).to_json() for trace in (True, False)]
fired = results[0]["fired"]
same = results[0] == results[1]
armed = False
write(1, f"{fired} {same}".encode())
"""

TEMPT = """
try:
    {deed}
except Impure:
    armed = False
    write(1, b"caught")
"""


def child(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CHILD + textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_step_runs_where_the_world_outside_is_poisoned() -> None:
    assert child(STEP) == "['Open', 'Words'] True"


@pytest.mark.parametrize(
    "deed",
    [
        "time.time()",
        "random.random()",
        "open('/dev/null')",
        "os.urandom(1)",
        "socket.socket()",
        "logging.getLogger('x').error('x')",
        "print('x')",
        "import _io; _io.open('/dev/null')",
        "import colorsys",
    ],
)
def test_the_poison_works(deed: str) -> None:
    assert child(TEMPT.format(deed=deed)) == "caught"


def test_the_order_of_sets_depends_on_no_seed() -> None:
    code = """
    import os, json, sys
    sys.path.insert(0, sys.argv[1])
    from desk import BO, ANA, desk
    rules = '''
    trigger "A" when ticket is updated then add z, y, x, w, v to ticket.tags
      notify ticket.followers and all agents with template solved
    trigger "B" when ticket.tags include all of nothing, nowhere then stop
    '''
    values = {"requester": ANA, "followers": [f"p{n}@example.com" for n in range(20)]}
    outcome = desk(rules).knows(values).updates(BO)
    print(json.dumps([outcome.to_json(), outcome.trace.to_json()]))
    """
    here = str(Path(__file__).parent.parent)
    printed = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), here],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(printed) == 1
    assert b'"v", "w", "x", "y", "z"' in printed.pop()
