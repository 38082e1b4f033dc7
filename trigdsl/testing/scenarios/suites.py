"""Which files make one rule set when tests run: a file of tests that uses rules stands for itself."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from trigdsl.runtime.places import is_folder, rule_files
from trigdsl.syntax import pieces, words

_RULES = (
    *("THEN", "SET", "CLEAR", "ADD", "REMOVE", "NOTIFY", "CALL_WEBHOOK", "STOP"),
    *("POST_PUBLIC_COMMENT", "POST_PRIVATE_COMMENT", "DEFINE", "FIELD", "CATEGORY"),
)
"""The words that a file has only where it holds more than tests and what they use."""


@frozen
class Suite:
    """Files that make one rule set; with `only`, the tests of that file alone are run."""

    paths: tuple[str, ...]
    only: str | None = None

    def holds(self, path: str) -> bool:
        """Return whether the tests of a file belong to the suite."""
        return self.only is None or Path(path) == Path(self.only)


def suites(path: str) -> Iterator[Suite]:
    """Yield what a path given to `trigdsl test` stands for.

    A folder is one rule set, but for its files of tests that use rules: each of these stands for itself, and tests
    in what it uses are not run for it. A file that holds nothing but tests, and uses nothing, is read with its folder.
    """
    place = Path(path)
    if is_folder(place):
        files = [str(file) for file in rule_files(place)]
        apart = [file for file in files if _kind(file) == "apart"]
        together = tuple(file for file in files if file not in apart)
        if together or not apart:
            yield Suite(together if apart else (path,))
        yield from (Suite((file,), file) for file in apart)
        return
    kind = _kind(path)
    if kind == "bare":
        yield Suite(tuple(_beside(place)), path)
    else:
        yield Suite((path,), path if kind == "apart" else None)


def _beside(file: Path) -> Sequence[str]:
    """Return the files of a file's folder that make one rule set with it."""
    folder = file.parent
    found = [folder / f.name for f in sorted(folder.glob("*.trig")) if _kind(str(f)) != "apart" or f == file]
    return [str(file) if f == file else str(f) for f in found]


def _kind(path: str) -> str:
    """Return `apart` of a file of tests that uses rules, `bare` of one that holds nothing but tests, else nothing.

    The words are looked for, so that rules which are kept from an earlier start need not be read again.
    """
    try:
        text = pieces.blanked(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    table = words.load("en")

    def has(*terminals: str) -> bool:
        phrases = "|".join(re.escape(phrase) for terminal in terminals for phrase in table.phrases[terminal])
        return re.search(rf"(?<![\w.-])(?:{phrases})(?![\w.-])", text, re.IGNORECASE) is not None

    if not has("TEST") or not has("EXPECT") or has(*_RULES):
        return ""
    return "apart" if has("USE") else "bare"
