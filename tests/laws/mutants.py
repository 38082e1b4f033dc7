"""Plant bugs in the engine, one at a time, and say what finds each: the conformance suite, a law, or nothing.

    python tests/laws/mutants.py [--count 80 | --all | --only PLACE …] [--seed 1] [--seconds 45] [--processes 2] [--list]

The bugs are made from the code, not chosen: every comparison, test, operator, constant and dropped statement of the
engine is a candidate. Those that change no outcome stand in set_aside.toml with the reason, and are not planted.
Exit code 1 means that a bug that was planted was found by nothing, or that the engine is wrong as it is.
"""

import argparse
import ast
import compileall
import copy
import itertools
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from attrs import define, evolve, field, frozen

import trigdsl

ROOT = Path(trigdsl.__file__).parent.parent
ENGINE = ROOT / "trigdsl" / "engine"
FILES = tuple(
    sorted(path.relative_to(ROOT).as_posix() for path in ENGINE.rglob("*.py") if path.stem != "__init__")
)
FIND = Path(__file__).with_name("find.py")
SET_ASIDE = Path(__file__).with_name("set_aside.toml")
PATIENCE = 10
"""How many times as long as it was given of the processor a search may take before it is ended."""

COMPARISONS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}
OPERATORS: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.BitOr(),  # the engine takes sets from sets, never numbers from numbers
    ast.Mult: ast.Add(),
    ast.BitOr: ast.BitAnd(),
    ast.BitAnd: ast.BitOr(),
    ast.BitXor: ast.BitOr(),
    ast.LShift: ast.RShift(),
    ast.FloorDiv: ast.Mult(),
    ast.Mod: ast.FloorDiv(),
}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
UNTOUCHED = (ast.Raise, ast.Assert, ast.JoinedStr)
NEGATED_BY_A_COMPARISON = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)


@frozen
class Candidate:
    """One bug that can be planted: what stands at a place of a file, and what would stand there instead."""

    file: str
    line: int
    inside: str
    written: str
    kind: str
    old: str
    new: str
    start: int
    end: int
    text: str
    turn: int = 1

    @property
    def change(self) -> str:
        """What changes, as it is keyed beside the text of the line; those alike are numbered."""
        again = f" #{self.turn}" if self.turn > 1 else ""
        return f"{self.kind} {self.old} → {self.new}{again}"

    @property
    def name(self) -> str:
        return f"{Path(self.file).name}:{self.line} {self.change}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by, wherever the line moves."""
        return Path(self.file).name, self.inside, self.written, self.change

    def planted(self, source: str) -> str:
        """Return the source with the bug in it."""
        return source[: self.start] + self.text + source[self.end :]


# The candidates


@define(eq=False)
class _Maker(ast.NodeVisitor):
    file: str
    source: str
    found: list[Candidate] = field(factory=list)
    inside: list[str] = field(factory=list)
    functions: list[ast.FunctionDef] = field(factory=list)

    def _offset(self, line: int, column: int) -> int:
        lines = self.source.splitlines(keepends=True)
        before = lines[line - 1].encode()[:column].decode()  # ast counts bytes
        return sum(map(len, lines[: line - 1])) + len(before)

    def _add(self, kind: str, node: ast.expr | ast.stmt, text: str, old: str = "", new: str = "") -> None:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        candidate = Candidate(
            self.file,
            node.lineno,
            ".".join(self.inside),
            self.source.splitlines()[node.lineno - 1].strip(),
            kind,
            old or ast.unparse(node).replace("\n", " "),
            new or text,
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno, node.end_col_offset),
            f"({text})" if isinstance(node, ast.expr) else text,
        )
        alike = sum(1 for other in self.found if evolve(other, turn=1).key == candidate.key)
        self.found.append(evolve(candidate, turn=alike + 1))

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, UNTOUCHED):
            return
        if isinstance(node, ast.stmt):
            self._drop(node)
        super().visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.inside.append(node.name)
        for statement in node.body:
            self.visit(statement)
        self.inside.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.inside.append(node.name)
        self.functions.append(node)
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        for statement in node.body:
            self.visit(statement)
        self.functions.pop()
        self.inside.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    # Expressions

    def visit_Compare(self, node: ast.Compare) -> None:
        for n, operator in enumerate(node.ops):
            changed = copy.deepcopy(node)
            changed.ops[n] = COMPARISONS[type(operator)]
            self._add("comparison", node, ast.unparse(changed))
        for side in (node.left, *node.comparators):
            for part in ast.walk(side) if isinstance(side, ast.Tuple) else [side]:
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    self._add("constant", part, repr(part.value + "x"))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self._add("constant", node, str(not node.value))
        elif isinstance(node.value, int):
            self._add("constant", node, str(node.value + 1))

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self._add("and/or", node, ast.unparse(changed))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if not isinstance(node.op, ast.UAdd):
            self._add("negation", node, ast.unparse(node.operand))
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if not self.functions and isinstance(node.op, ast.BitOr):
            return  # a type
        changed = copy.deepcopy(node)
        changed.op = OPERATORS[type(node.op)]
        self._add("operator", node, ast.unparse(changed))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if called in NAMES:
            self._add("call", node.func, NAMES[called])
        if called == "sorted":
            changed = copy.deepcopy(node)
            changed.keywords.append(ast.keyword("reverse", ast.Constant(value=True)))
            self._add("call", node, ast.unparse(changed), "sorted", "sorted in reverse")
        if called != "isinstance":  # the second argument is a type
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in NAMES:
            changed = ast.Attribute(node.value, NAMES[node.attr], node.ctx)
            self._add("call", node, ast.unparse(changed))
        self.generic_visit(node)

    # Tests

    def _negate(self, test: ast.expr) -> None:
        if not _negated_elsewhere(test):
            self._add("test", test, f"not ({ast.unparse(test)})", new="not (…)")

    def visit_If(self, node: ast.If) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._negate(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._negate(test)
        self.generic_visit(node)

    def visit_match_case(self, node: ast.match_case) -> None:
        if node.guard is not None:
            self._negate(node.guard)
            self.visit(node.guard)
        for statement in node.body:
            self.visit(statement)

    # Statements

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        changed = copy.deepcopy(node)
        changed.op = OPERATORS[type(node.op)]
        self._add("operator", node, ast.unparse(changed))
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        annotated = self.functions[-1].returns
        boolean = isinstance(annotated, ast.Name) and annotated.id == "bool"
        is_constant = isinstance(node.value, ast.Constant)
        if node.value is not None and boolean and not is_constant and not _negated_elsewhere(node.value):
            self._add("result", node, f"return not ({ast.unparse(node.value)})", new="return not (…)")
        self.generic_visit(node)

    def _drop(self, node: ast.stmt) -> None:
        match node:
            case ast.Return():
                dropped = node is not self.functions[-1].body[-1]
            case ast.Assign(targets=[ast.Name(name)]) if self.functions:
                dropped = name in _given_before(self.functions[-1], node)
            case ast.Assign():
                dropped = any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets)
            case ast.Expr(value):
                dropped = isinstance(value, ast.Call | ast.Yield | ast.YieldFrom)
            case _:
                dropped = isinstance(node, ast.AugAssign | ast.Delete | ast.Continue)
        if dropped:
            self._add("statement", node, "pass")


def _negated_elsewhere(test: ast.expr) -> bool:
    """Return whether changing the comparison, or leaving out the `not`, negates the test already."""
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not)
    return (
        isinstance(test, ast.Compare)
        and len(test.ops) == 1
        and isinstance(test.ops[0], NEGATED_BY_A_COMPARISON)
    )


def _given_before(function: ast.FunctionDef, statement: ast.stmt) -> set[str]:
    """Return the names that a function has given a value before a statement."""
    arguments = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    stored = (node for node in ast.walk(function) if isinstance(node, ast.Name))
    return arguments | {
        node.id for node in stored if isinstance(node.ctx, ast.Store) and node.lineno < statement.lineno
    }


def source_of(file: str) -> str:
    """Return the text of a file of the package."""
    return (ROOT / file).read_text(encoding="utf-8")


def candidates() -> list[Candidate]:
    """Return every bug that can be planted, in the order of the code."""
    found = []
    for file in FILES:
        maker = _Maker(file, source_of(file))
        maker.visit(ast.parse(maker.source))
        found += sorted(maker.found, key=lambda c: (c.start, c.end))
    return found


def sample(of: Sequence[Candidate], count: int, seed: int) -> list[Candidate]:
    """Return some of the candidates, spread over files, and in each over kinds."""
    drawn = Random(seed)
    files: dict[str, dict[str, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for candidate in of:
        files[candidate.file][candidate.kind].append(candidate)
    turns = [
        _in_turn([drawn.sample(g, len(g)) for g in drawn.sample([*k.values()], len(k))])
        for k in files.values()
    ]
    return _in_turn(turns)[:count]


def _in_turn(several: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Return the first of each, then the second of each, and so on."""
    return [c for turn in itertools.zip_longest(*several) for c in turn if c is not None]


@frozen
class Aside:
    """Bugs that change no outcome, and why: one, those of a line, or all of a function."""

    file: str
    inside: str
    reason: str
    line: str | None = None
    change: str | None = None

    def covers(self, candidate: Candidate) -> bool:
        """Return whether a candidate is among them, wherever its line has moved."""
        file, inside, line, change = candidate.key
        said = (self.file, self.inside, self.line or line, self.change or change)
        return said == (file, inside, line, change)


def set_aside() -> list[Aside]:
    """Return the bugs that change no outcome."""
    entries = tomllib.loads(SET_ASIDE.read_text(encoding="utf-8")).get("mutant", [])
    return [Aside(**entry) for entry in entries]


def reason_for(candidate: Candidate, asides: Sequence[Aside]) -> str | None:
    """Return why a bug changes no outcome, or None where it may."""
    return next((aside.reason for aside in asides if aside.covers(candidate)), None)


# The search


@frozen
class Found:
    """What came of planting one bug: who found it, if anybody, and in how many seconds."""

    candidate: Candidate
    by: str | None
    seconds: float

    @property
    def sort(self) -> str:
        """Which of the finders it was."""
        if self.by is None:
            return "nothing"
        starts = {
            "the conformance case": "the suite",
            "the law": "the laws",
            "the time limit": "the time limit",
        }
        return next((sort for start, sort in starts.items() if self.by.startswith(start)), "a crash")


def copied(folder: Path) -> Path:
    """Return a folder that now holds a copy of the package and what it reads, the engine not yet compiled."""
    for name in ("trigdsl", "grammar", "stdlib", "docs"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(folder / "trigdsl", quiet=2)
    shutil.rmtree(folder / "trigdsl" / "engine" / "__pycache__")
    return folder


def searched(folder: Path, seconds: float, seed: int) -> tuple[str | None, float]:
    """Return what finds something wrong with the copy in a folder, or None; and after how many seconds of the processor."""
    command = [sys.executable, str(FIND), "--seconds", str(seconds), "--seed", str(seed)]
    # Compiled files are told apart by their second, and bugs are planted faster than that.
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    start = time.monotonic()
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE * seconds
        )
    except subprocess.TimeoutExpired:
        return None, seconds  # what does not end is found by the search itself; this one never had its turn
    said = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    spent = float(said["after"].removesuffix(" s")) if "after" in said else time.monotonic() - start
    if done.returncode == 0:
        return None, spent
    last = (done.stderr.splitlines() or ["no word"])[-1]
    return said.get("found", last).removeprefix("by "), spent


def tried(candidate: Candidate, folder: Path, seconds: float, seed: int) -> Found:
    """Return what came of planting a bug in the copy in a folder, which is mended again."""
    file = folder / candidate.file
    source = source_of(candidate.file)
    file.write_text(candidate.planted(source), encoding="utf-8")
    try:
        return Found(candidate, *searched(folder, seconds, seed))
    finally:
        file.write_text(source, encoding="utf-8")


def all_tried(chosen: Sequence[Candidate], processes: int, seconds: float, seed: int) -> Iterator[Found]:
    """Yield what came of each bug, some of them side by side; ValueError when the engine is wrong as it is."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(processes) as pool:
        folders: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for number in range(processes):
            folders.put(copied(Path(scratch) / str(number)))

        def one(candidate: Candidate) -> Found:
            folder = folders.get()
            try:
                return tried(candidate, folder, seconds, seed)
            finally:
                folders.put(folder)

        first = folders.get()
        wrong, _ = searched(first, seconds, seed)
        folders.put(first)
        if wrong is not None:
            raise ValueError(f"no bug is planted yet, and one is found by {wrong}")
        yield from pool.map(one, chosen)


def _print_totals(results: Sequence[Found], aside: Sequence[tuple[Candidate, str]]) -> None:
    sorts = Counter(result.sort for result in results)
    by = ", ".join(f"{number} by {sort}" for sort, number in sorts.most_common() if sort != "nothing")
    print(f"\n{len(results)} tried, {len(results) - sorts['nothing']} found: {by or 'none'}")
    print(f"\n{sorts['nothing']} found by nothing:")
    for result in results:
        if result.by is None:
            print(f"  {result.candidate.name}\n    in {result.candidate.inside}: {result.candidate.written}")
    print(f"\n{len(aside)} set aside:")
    for candidate, reason in aside:
        print(f"  {candidate.name}\n    {reason}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=80, help="how many bugs to plant")
    options.add_argument("--all", action="store_true", help="plant them all")
    options.add_argument(
        "--only", nargs="+", metavar="PLACE", help="plant those of some lines: `cycle.py:72`"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--seconds", type=float, default=45, help="how long to look for each, of the processor"
    )
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--list", action="store_true", help="print the names, and plant nothing")
    asked = options.parse_args()
    every = candidates()
    if asked.only:
        every = [candidate for candidate in every if candidate.name.split()[0] in asked.only]
    chosen = every if asked.all or asked.only else sample(every, asked.count, asked.seed)
    if asked.list:
        print("\n".join(candidate.name for candidate in chosen))
        return 0
    asides = set_aside()
    reasons = [(candidate, reason_for(candidate, asides)) for candidate in chosen]
    planted = [candidate for candidate, reason in reasons if reason is None]
    results = []
    try:
        for result in all_tried(planted, asked.processes, asked.seconds, asked.seed):
            results.append(result)
            print(f"{result.candidate.name}: {result.by or 'NOTHING'}, {result.seconds:.1f} s", flush=True)
    except ValueError as error:
        print(error)
        return 1
    _print_totals(results, [(candidate, reason) for candidate, reason in reasons if reason is not None])
    return 1 if any(result.by is None for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
