"""`trigdsl check --fix`: the mends that cannot be wrong, made in the files and shown."""

import difflib
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

from trigdsl.diagnostics import Diagnostic, Edit, Severity
from trigdsl.interfaces.files import InputError, Replacement, reason
from trigdsl.runtime.loader import library_files
from trigdsl.runtime.ruleset import Loaded
from trigdsl.semantics.lints import unused_name
from trigdsl.source import Source

MOST_ROUNDS = 20
"""A mend can uncover the next mistake of its rule, so files are looked at again."""


def run(load: Callable[[], Loaded], out: IO[str]) -> None:
    """Mend the files until nothing is certain any more, and print what changed; a change that makes it worse is undone."""
    before: dict[Path, bytes] = {}
    loaded = load()
    for _ in range(MOST_ROUNDS):
        mended = {path: _mended(path, edits) for path, edits in _edits(loaded).items()}
        changed = {path: new for path, new in mended.items() if new is not None}
        if not changed:
            break
        round_before = {path: path.read_bytes() for path in changed}
        _write(changed)
        again = load()
        if _errors(again) > _errors(loaded):
            _write(round_before)
            break
        for path, raw in round_before.items():
            before.setdefault(path, raw)
        loaded = again
    for path, raw in before.items():
        old, new = (text.decode("utf-8-sig").splitlines(keepends=True) for text in (raw, path.read_bytes()))
        out.writelines(difflib.unified_diff(old, new, str(path), f"{path} (mended)"))


def _errors(loaded: Loaded) -> int:
    return sum(d.severity is Severity.ERROR for d in loaded.diagnostics)


def _edits(loaded: Loaded) -> dict[Path, tuple[Source, list[Edit]]]:
    """Return the certain edits of each file that is the user's own; no name goes while anything is an error."""
    wrong = _errors(loaded) > 0
    libraries = {path.resolve() for path in library_files().values()}
    found: dict[Path, tuple[Source, list[Edit]]] = {}
    for diagnostic in loaded.diagnostics:
        path = Path(diagnostic.source.name)
        if not diagnostic.fix or not path.is_file() or path.resolve() in libraries:
            continue
        # What cannot be understood yet may be meant to use the name.
        if diagnostic.code != unused_name.CODE or not (wrong or _named_elsewhere(diagnostic, path, loaded)):
            found.setdefault(path, (diagnostic.source, []))[1].extend(diagnostic.fix)
    return found


def _named_elsewhere(diagnostic: Diagnostic, path: Path, loaded: Loaded) -> bool:
    """Return whether a rule file near this one that was not looked at has the unused name in it."""
    name = re.search(r"`([^`]+)`", diagnostic.message)
    assert name is not None
    beside = (other for other in path.resolve().parent.rglob("*.trig") if other not in loaded.files)
    word = re.compile(rf"(?<![\w.]){re.escape(name[1])}(?!\w)")
    return any(word.search(other.read_text(encoding="utf-8", errors="replace")) for other in beside)


def _mended(path: Path, found: tuple[Source, list[Edit]]) -> bytes | None:
    """Return a file's bytes with the edits made, its line ends and byte order mark kept; None if it is another by now."""
    source, edits = found
    text = source.text
    made = len(text) + 1
    for edit in sorted(edits, key=lambda e: e.span.start, reverse=True):
        if edit.span.end <= made:
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            made = edit.span.start
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"`{path}` cannot be read: {reason(error)}") from None
    if text == source.text:
        return None
    new = text.encode()
    if b"\r\n" in raw:
        new = new.replace(b"\n", b"\r\n")
    return (b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b"") + new


def _write(files: dict[Path, bytes]) -> None:
    for path, raw in files.items():
        with Replacement(str(path)) as new:
            new.write(raw.decode("utf-8"))
            new.commit()
