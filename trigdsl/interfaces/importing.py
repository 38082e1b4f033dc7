"""`trigdsl import`: triggers of a help desk as a folder of rules."""

import codecs
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from attrs import frozen

from trigdsl.interfaces.files import InputError, Replacement, WrongUseError, reason
from trigdsl.interop.zendesk import names as names_file
from trigdsl.interop.zendesk.catalogue import Id
from trigdsl.interop.zendesk.exporting.triggers import export
from trigdsl.interop.zendesk.importing import answers as api
from trigdsl.interop.zendesk.importing.answers import Answers
from trigdsl.interop.zendesk.importing.drafts import Kept
from trigdsl.interop.zendesk.importing.folders import Checked, Imported, imported
from trigdsl.runtime import loader
from trigdsl.runtime.texts import engines

_SHOWN = 20


@frozen
class Request:
    """What to import, and where to."""

    paths: Sequence[str]
    output: str
    replace: bool = False
    json: bool = False


def run(request: Request, out: IO[str], err: IO[str]) -> int:
    """Write the folder and tell what is in it; return 1 if something could not be read, else 0."""
    folder = Path(request.output)
    answers = _read(request.paths, folder)
    if not answers.triggers:
        _check_given(request.paths, answers)
    found = imported(answers, _check, _mistake)
    if found.triggers:
        _write(folder, found.files, replace=request.replace)
    if request.json:
        print(json.dumps(_data(found), ensure_ascii=False), file=out)
    else:
        out.writelines(f"{line}\n" for line in _told(found, request.output))
    if found.refused:
        print(f"trigdsl: {_refused(found)} could not be read", file=err)
    return 1 if found.refused else 0


# Reading


def _read(paths: Iterable[str], output: Path) -> Answers:
    """Return what the files hold; of a folder, the files in JSON, but for those of an import into it."""
    answers = Answers()
    for name in paths:
        path = Path(name)
        files = [path]
        if path.is_dir():
            ours = output.resolve()
            found = sorted(p for p in path.rglob("*") if p.suffix in (".json", ".jsonl", ".ndjson"))
            files = [p for p in found if ours not in p.resolve().parents]
            if not files:
                raise WrongUseError(f"there is no JSON file in `{name}`")
        for file in files:
            _read_file(answers, file, name if file == path else str(file), among_others=file != path)
    return answers


def _read_file(answers: Answers, file: Path, shown: str, *, among_others: bool) -> None:
    try:
        raw = file.read_bytes()
        # What a Windows shell writes to a file is UTF-16, and says so at its beginning.
        encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        answers.read(raw.decode(encoding), shown, among_others=among_others)
    except UnicodeDecodeError as error:
        raise InputError(f"`{shown}` is not UTF-8 text (byte {error.start + 1})") from None
    except (OSError, ValueError) as error:
        raise InputError(f"`{shown}` cannot be read: {reason(error)}") from None


def _check_given(paths: Iterable[str], answers: Answers) -> None:
    """Say what was given in place of triggers; what was refused tells of itself."""
    for path in map(Path, paths):
        if path.is_dir() and any(path.glob("*.trig")):
            raise InputError(f"`{path}` is a folder of rules: import takes the answers of Zendesk's API")
    if not answers.refused:
        raise InputError("there is no trigger in what was given: it is the answer of api/v2/triggers")


# Checking and writing


def _check(files: Mapping[str, str]) -> Checked:
    """Return what is wrong with the files of a folder, and the triggers that its rules become again."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        _put(root, files)
        loaded = loader.load_paths([root])
    found, triggers = [*loaded.diagnostics], None
    if loaded.ruleset is not None and loaded.written is not None:
        names = names_file.read(json.loads(files[names_file.FILE]))
        again = export(loaded.ruleset.rules, loaded.written, names)
        found += again.diagnostics
        triggers = None if again.failed else again.triggers
    return Checked(
        [
            (Path(d.source.name).relative_to(root).as_posix(), d)
            for d in found
            if d.source.name.startswith(place)
        ],
        triggers,
    )


def _mistake(text: str) -> str | None:
    """Return what is wrong with a body, or None; InputError where nothing can read it, before anything is written."""
    if not engines.has_liquid():
        raise InputError("the triggers send texts in Liquid: install `trigdsl[liquid]` and import again")
    found = engines.inspect_liquid(text).mistakes
    return found[0].message if found else None


def _put(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")


def _write(folder: Path, files: Mapping[str, str], *, replace: bool) -> None:
    """Write the files, each whole or not at all; nothing that is there already is lost unless that is asked for."""
    if folder.exists() and not folder.is_dir():
        raise WrongUseError(f"`{folder}` is a file: rules are written to a folder")
    there = sorted(path for path in files if (folder / path).exists())
    others = sorted(p.name for p in folder.glob("*.trig") if p.name not in files) if folder.is_dir() else []
    if (there or others) and not replace:
        named = (there or others)[0]
        raise WrongUseError(
            f"`{folder / named}` is there already: write to a new folder, or say `--replace` to write over what is there"
        )
    if others:
        raise WrongUseError(
            f"`{folder / others[0]}` is there and would be read with the imported rules: move it away first"
        )
    try:
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with Replacement(str(folder / path)) as file:
                file.write(text)
                file.commit()
    except OSError as error:
        raise InputError(f"`{folder}` cannot be written: {reason(error)}") from None


# Telling


def _told(found: Imported, folder: str) -> Iterable[str]:
    rules = sum(path.endswith(".trig") for path in found.files)
    texts = sum(path.endswith(".liquid") for path in found.files)
    active = found.triggers - found.disabled
    if not found.triggers:
        yield f"no trigger was imported, so nothing was written to {folder}"
    else:
        yield (
            f"{_several(found.triggers, 'trigger')} imported into {folder}: {active} active, {found.disabled} disabled; "
            f"{_several(rules, 'rule file')}, {_several(texts, 'text')}"
        )
    if found.kept:
        titles = found.not_executable
        yield (
            f"{_several(len(titles), 'trigger')} of these cannot run: no rule can say "
            f"{_several(len(found.kept), 'part')} of them, kept word for word (`raw zendesk`)"
        )
        yield from (f"  {kept}" for kept in _shortened([_kept(kept) for kept in found.kept]))
    if found.refused:
        yield f"{_refused(found)} not imported:"
        yield from (f"  {line}" for line in _shortened([f"{r.where}: {r.reason}" for r in found.refused]))
    for kind, count in found.unknown.items():
        yield _unnamed(kind, count)
    yield from (f"note: {note}" for note in found.notes)
    if found.triggers:
        yield f"next: trigdsl check {folder}"


def _refused(found: Imported) -> str:
    files = sum(refusal.whole_file for refusal in found.refused)
    entries = len(found.refused) - files
    parts = [_several(files, "file")] if files else []
    parts += [_several(entries, "entry", "entries")] if entries else []
    return " and ".join(parts)


def _kept(kept: Kept) -> str:
    block, number = kept.part
    if number < 0:
        return f'"{kept.title}": {kept.reason}'
    what = f"action {number + 1}" if block == "actions" else f"condition {number + 1} of `{block}`"
    return f'"{kept.title}", {what}, `{kept.field}`: {kept.reason}'


def _shortened(lines: list[str]) -> Iterable[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"… and {len(lines) - _SHOWN} more; --json has all"


_ADDRESSES: Mapping[Id, str] = {
    Id.USER: "users",
    Id.GROUP: "groups",
    Id.ORGANIZATION: "organizations",
    Id.BRAND: "brands",
    Id.FORM: "ticket_forms",
    Id.STATUS: "custom_statuses",
    Id.SCHEDULE: "schedules",
    Id.LANGUAGE: "locales",
    Id.WEBHOOK: "webhooks",
    Id.TARGET: "targets",
}


def _unnamed(kind: Id, count: int) -> str:
    one = f"{_several(count, kind.value)} without a name: "
    return f"note: {one}give the answer of {api.SECTIONS[_ADDRESSES[kind]]} as one more file"


def _several(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _data(found: Imported) -> dict[str, Any]:
    return {
        "version": 1,
        "triggers": found.triggers,
        "disabled": found.disabled,
        "executable": found.triggers - len(found.not_executable),
        "files": sorted(found.files),
        "kept": [
            {
                "trigger": k.title,
                "part": k.part[0],
                "number": k.part[1] + 1,
                "field": k.field,
                "reason": k.reason,
            }
            for k in found.kept
        ],
        "refused": [{"where": r.where, "reason": r.reason} for r in found.refused],
        "unnamed": {kind.value: count for kind, count in found.unknown.items()},
        "notes": found.notes,
    }
