"""`trigdsl export`: rules as the triggers of a help desk, or every part of them that it cannot hold."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from attrs import frozen

from trigdsl.diagnostics import render
from trigdsl.interfaces import people, targets
from trigdsl.interfaces.files import InputError, Replacement, WrongUseError, check_are_rules
from trigdsl.interfaces.report import count
from trigdsl.interop.zendesk import names as names_file
from trigdsl.interop.zendesk.exporting import counting
from trigdsl.interop.zendesk.exporting.triggers import Exported, export
from trigdsl.interop.zendesk.names import Names, NamesError
from trigdsl.runtime import loader
from trigdsl.runtime.directory import SECTIONS
from trigdsl.runtime.ruleset import Loaded


@frozen
class Request:
    """What to export: rules, where to, and what tells the ids of the account."""

    rules: Sequence[str]
    output: str | None = None
    names: str | None = None
    directories: Sequence[str] = ()
    split: bool = False
    replace: bool = False


def run(request: Request, out: IO[str], err: IO[str]) -> int:
    """Write the triggers; return 1, and write nothing, when the rules have mistakes or hold what cannot be written."""
    check_are_rules(request.rules)
    names, names_from = _names(request)
    directory = _directory(request.directories)
    loaded = loader.load_paths(request.rules)
    if loaded.ruleset is None or loaded.written is None:
        err.writelines(f"{render(diagnostic)}\n" for diagnostic in loaded.diagnostics)
        return 1
    _check_target(request, loaded)
    found = export(loaded.ruleset.rules, loaded.written, names, directory, split=request.split)
    err.writelines(f"{render(diagnostic)}\n" for diagnostic in found.diagnostics)
    if found.failed:
        err.write("trigdsl: nothing is written, since Zendesk cannot hold all of it\n")
        return 1
    told = counting.notes(found, loaded.ruleset.rules, names, names_from)
    err.writelines(f"note: {note}\n" for note in told)
    text = json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n"
    if request.output is None:
        out.write(text)
        return 0
    with Replacement(request.output) as file:
        file.write(text)
        file.commit()
    out.write(f"{_told(found)} written to {request.output}\n")
    return 0


def _check_target(request: Request, loaded: Loaded) -> None:
    """Refuse to write over what is read, and without leave over anything else that is there."""
    targets.check([request.output], [request.names, *request.directories], [loaded])
    if request.output is not None and Path(request.output).is_file() and not request.replace:
        raise WrongUseError(
            f"`{request.output}` is there already: write to a new file, or say `--replace` to write over what is there"
        )


def _told(found: Exported) -> str:
    inactive = sum(not trigger["active"] for trigger in found.triggers)
    return count(len(found.triggers), "trigger") + (f" ({inactive:,} inactive)" if inactive else "")


def _names(request: Request) -> tuple[Names, str | None]:
    """Return the names of the file that is given, else of the one beside the rules, else none; and the file's name."""
    if request.names is not None:
        return _read_names(Path(request.names)), request.names
    for rules in request.rules:
        folder = Path(rules) if Path(rules).is_dir() else Path(rules).parent
        beside = folder / names_file.FILE
        if beside.is_file():
            return _read_names(beside), names_file.FILE
    return Names(), None


def _read_names(path: Path) -> Names:
    data = people.read_json(str(path), "the names")
    try:
        return names_file.read(data)
    except NamesError as error:
        raise InputError(f"the names `{path}` cannot be read: {error}") from None


def _directory(paths: Sequence[str]) -> dict[str, Any]:
    given = people.read(paths)
    for path, data in given.files:
        if not all(_is_list(data.get(key)) for key in SECTIONS):
            raise InputError(f"the directory `{path}` is no object with lists of users, groups …")
    return given.together or {}


def _is_list(entries: Any) -> bool:
    return entries is None or (isinstance(entries, list) and all(isinstance(e, dict) for e in entries))
