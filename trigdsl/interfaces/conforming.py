"""`trigdsl conformance`: the suite of cases that says what the language means, run."""

import fnmatch
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from trigdsl import resources
from trigdsl.interfaces.files import InputError, WrongUseError, reason
from trigdsl.testing import conformance
from trigdsl.testing.conformance import Case, Result, SuiteError

SCHEMA_FILE = "schema.json"


@frozen
class Request:
    """Which cases to run, and whether the second evaluator decides them; no files are the whole suite."""

    files: Sequence[str] = ()
    oracle: bool = False
    pattern: str = "*"


def run(request: Request) -> int:
    """Print each case that fails and how many there were; return 1 when one failed, else 0."""
    paths = [Path(name) for name in request.files] or list(suite())
    cases = [case for path in paths for case in read(path)]
    wanted = [case for case in cases if fnmatch.fnmatchcase(case.id, _whole(request.pattern))]
    if not wanted:
        raise WrongUseError(f"there is no case like `{request.pattern}` among {len(cases)}")
    results = list(conformance.run(wanted, oracle=request.oracle))
    for result in results:
        for line in told(result):
            print(line)
    failed = sum(bool(result.differences) for result in results)
    skipped = sum(result.skipped is not None for result in results)
    left_out = f", {skipped} left out" if skipped else ""
    print(f"{len(results) - failed - skipped} of {len(results)} cases as expected, {failed} not{left_out}")
    return 1 if failed else 0


def _whole(pattern: str) -> str:
    """Return a pattern as one of whole ids: a word alone may stand anywhere in them."""
    return pattern if any(sign in pattern for sign in "*?[") else f"*{pattern}*"


def told(result: Result) -> Iterator[str]:
    """Yield what is to be said of a case: a line for each difference."""
    for difference in result.differences:
        yield f"{result.case.id}: {difference}"


def suite() -> Iterator[Path]:
    """Yield the files of the suite: inside an installed package, else in the checkout."""
    packed = resources.folder("conformance")
    folder = packed if packed.is_dir() else resources.folder("tests") / "conformance"
    yield from (path for path in sorted(folder.glob("*.json")) if path.name != SCHEMA_FILE)


def read(path: Path) -> Sequence[Case]:
    """Return the cases of a file; InputError where it cannot be read."""
    try:
        return conformance.read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, SuiteError) as error:
        raise InputError(f"`{path}` cannot be read: {reason(error)}") from None
