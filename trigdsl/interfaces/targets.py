"""What a command may write to: no file that it reads, and none that would be read as rules."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from trigdsl.interfaces.files import WrongUseError
from trigdsl.interop.zendesk import names
from trigdsl.runtime.places import template_files
from trigdsl.runtime.ruleset import Loaded

Name = str | Path | None
"""The name of a file; without one, or as -, none is meant."""


def check(written: Iterable[str | None], read: Iterable[Name], rules: Iterable[Loaded] = ()) -> None:
    """Refuse to write over what is read, two things into one file, or what is no rule into a rule file."""
    targets = [path for path in written if path is not None]
    sources = [*read, *(path for loaded in rules for path in _of_rules(loaded))]
    for number, target in enumerate(targets):
        if _is_one_of(target, [*sources, *targets[number + 1 :]]):
            raise WrongUseError(f"`{target}` would be written over what is read: name another file")
        if target.endswith(".trig"):
            raise WrongUseError(
                f"`{target}` would be read as rules: name a file that does not end with `.trig`"
            )


def _of_rules(loaded: Loaded) -> Iterator[Path]:
    """Yield what was read of rules, and what lies beside them: templates, and the names of an import."""
    yield from loaded.files
    for folder in loaded.folders:
        yield from template_files(folder)
        yield from (place / names.FILE for place in (folder, folder.parent))


def _is_one_of(target: str, others: Iterable[Name]) -> bool:
    return any(other not in (None, "-") and _same(Path(target), Path(str(other))) for other in others)


def _same(one: Path, other: Path) -> bool:
    """Return whether two names mean one file; one that is not there yet is told by its place, a pipe is none."""
    try:
        if one.exists() and other.exists():
            return one.is_file() and one.samefile(other)
        return one.resolve() == other.resolve()
    except (OSError, ValueError, RuntimeError):
        return False
