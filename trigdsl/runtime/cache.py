"""Checked rules kept from one start to the next, under a key of everything they were made from.

A cache is a folder of files, each safe to delete. What does not fit is left unread, and what cannot be written is not:
rules are then checked as if there were no cache. An entry is data (`codec`), so reading one runs nothing.
"""

import contextlib
import gc
import hashlib
import importlib.util
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic
from trigdsl.runtime import codec
from trigdsl.runtime.places import is_folder, rule_files, template_files
from trigdsl.runtime.ruleset import Loaded, Ruleset
from trigdsl.runtime.texts.rendering import Renderer
from trigdsl.semantics.messages import Templates
from trigdsl.semantics.rules import Rules
from trigdsl.semantics.scenes import Scenario
from trigdsl.version import __version__

FORMAT = "trigdsl checked rules, 2"
ROWS_A_LINE = 1_000
"""So many rows of a document are read at a time."""
MOST_ENTRIES = 100
"""How many entries are kept; the ones that were written first go."""
VARIABLE = "TRIGDSL_CACHE"
"""The environment variable that names the folder of the cache, or says `off`."""

_PREFIX = "checked-rules-"


def folder(environment: Mapping[str, str]) -> Path | None:
    """Return the folder of the cache in a user's environment, or None where none is wanted or none can be."""
    said = environment.get(VARIABLE)
    if said is not None:
        return None if said in ("", "off", "0", "no") else Path(said)
    if environment.get("XDG_CACHE_HOME"):
        return Path(environment["XDG_CACHE_HOME"], "trigdsl")
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return Path(local, "trigdsl", "cache") if local else None
    home = environment.get("HOME")
    if not home:
        return None
    return Path(home, "Library/Caches/trigdsl") if sys.platform == "darwin" else Path(home, ".cache/trigdsl")


@frozen
class Entry:
    """The place of some rules in a cache: what they were asked for by, and with what."""

    folder: Path
    paths: tuple[str, ...]
    directory: Mapping[str, Any] | None = None
    allow: Collection[str] = ()
    begun: float = field(factory=time.time)

    @property
    def file(self) -> Path:
        """The file of the entry: named by everything that can be known before rules are read."""
        asked = [self.paths, os.fspath(Path.cwd()), self.directory, sorted(self.allow), _surroundings()]
        text = json.dumps(asked, sort_keys=True, ensure_ascii=False, default=str)
        return self.folder / f"{_PREFIX}{_digest([text.encode('utf-8', 'surrogatepass')])}.json"

    def read(self) -> Loaded | None:
        """Return the rules with their warnings, as they were checked; None when they are not here, or not any more."""
        collecting = gc.isenabled()
        # All that reading makes is kept, so looking for what is not costs more than it frees.
        gc.disable()
        try:
            with self.file.open("rb") as lines:
                head = lines.readline()
                if head.decode("ascii") != f"{FORMAT} {_digest(lines)}\n":
                    return None
                lines.seek(len(head))
                entry = json.loads(lines.readline())
                files, folders = tuple(map(Path, entry["files"])), tuple(map(Path, entry["folders"]))
                if entry["content"] != self._content(files, folders):
                    return None
                # A line at a time: what all of them are as JSON takes more memory than the rules.
                entry["rules"]["rows"] = itertools.chain.from_iterable(map(json.loads, lines))
                ruleset = unpacked(entry["rules"])
            return Loaded(ruleset, ruleset.warnings, files, folders)
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None
        finally:
            if collecting:
                gc.enable()

    def write(self, loaded: Loaded) -> None:
        """Keep rules that are free of errors, if that can be done."""
        ruleset = loaded.ruleset
        if ruleset is None:
            return
        with contextlib.suppress(OSError, ValueError, RecursionError):
            if self._changed_since(loaded.files, loaded.folders):
                return
            rules = packed(ruleset)
            rows = rules.pop("rows")
            entry = {
                "files": [os.fspath(path) for path in loaded.files],
                "folders": [os.fspath(path) for path in loaded.folders],
                "content": self._content(loaded.files, loaded.folders),
                "rules": rules,
            }
            parts = [entry, *(rows[at : at + ROWS_A_LINE] for at in range(0, len(rows), ROWS_A_LINE))]
            lines = [
                f"{json.dumps(part, ensure_ascii=False, separators=(',', ':'))}\n".encode() for part in parts
            ]
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(self.file, b"".join([f"{FORMAT} {_digest(lines)}\n".encode(), *lines]))
            _prune(self.folder)

    def _content(self, files: Iterable[Path], folders: Iterable[Path]) -> str:
        """Return what changes when any file that was read changes, goes, or gets another beside it."""
        return _digest(self._read(files, folders))

    def _read(self, files: Iterable[Path], folders: Iterable[Path]) -> Iterator[bytes]:
        for name in self.paths:
            path = Path(name)
            found = rule_files(path) if is_folder(path) else [path] if path.exists() else []
            yield repr((name, [os.fspath(each.resolve()) for each in found])).encode()
        for path in (*files, *(each for folder in folders for each in template_files(folder))):
            yield os.fsencode(path)
            yield path.read_bytes()

    def _changed_since(self, files: Iterable[Path], folders: Iterable[Path]) -> bool:
        """Return whether a file may have been written after it was read."""
        paths = (*files, *(each for folder in folders for each in template_files(folder)))
        stats = (path.stat() for path in paths)
        return any(max(stat.st_mtime, stat.st_ctime) >= self.begun for stat in stats)


def packed(ruleset: Ruleset) -> codec.Document:
    """Return a rule set as data, from which it is made again."""
    texts = ruleset.renderer.templates, ruleset.renderer.labels
    return codec.encoded((ruleset.rules, *texts, ruleset.warnings, ruleset.scenarios))


def unpacked(document: codec.Document) -> Ruleset:
    """Return the rule set of a document; DocumentError when it is none."""
    match codec.decoded(document):
        case (
            Rules() as rules,
            Templates() as templates,
            dict() as labels,
            tuple() as told,
            tuple() as tests,
        ):
            kinds = [isinstance(each, Diagnostic) for each in told]
            kinds += [isinstance(each, Scenario) for each in tests]
            if all(kinds):
                return Ruleset(rules, Renderer(rules, templates, labels), told, tests)
    raise codec.DocumentError("it is no rule set")


def _surroundings() -> list[str]:
    """Return what else rules are made with: this package, its grammar and libraries, and optional parts."""
    own = Path(resources.__file__).parent
    code = sorted(own.rglob("*.py"))
    stats = ((path.relative_to(own).as_posix(), path.stat()) for path in code)
    modules = _digest(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode() for name, stat in stats)
    texts = (
        path
        for name in ("grammar", "stdlib")
        for path in sorted(resources.folder(name).rglob("*"))
        if path.suffix in (".lark", ".toml", ".trig", ".txt", ".html")
    )
    read = _digest(part for path in texts for part in (os.fsencode(path.name), path.read_bytes()))
    parts = [name for name in ("re2", "babel", "liquid") if importlib.util.find_spec(name) is not None]
    return [FORMAT, __version__, modules, read, *parts]


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.hexdigest()


def _replace(path: Path, content: bytes) -> None:
    """Put a file into its place whole, so that nobody ever reads half of it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as new:
        try:
            new.write(content)
            new.close()
            Path(new.name).replace(path)
        except BaseException:
            Path(new.name).unlink(missing_ok=True)
            raise


def _prune(folder: Path) -> None:
    entries = sorted(folder.glob(f"{_PREFIX}*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in entries[MOST_ENTRIES:]:
        old.unlink(missing_ok=True)
