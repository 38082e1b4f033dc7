"""Names that may well be defined, in what could not be read: to report their use would only echo another mistake."""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from trigdsl.spelling import Suggestion, did_you_mean
from trigdsl.syntax import tree as t


@frozen
class Absent:
    """What could not be read: declarations by their first word and name, and whether a whole file is missing."""

    declared: frozenset[tuple[str, str]] = frozenset()
    files: bool = False

    def explains(self, head: str, name: str, help_line: str | None = None) -> bool:
        """Return whether a name that nobody knows may be declared there; one with a near neighbour is a slip."""
        if (_KINDS.get(head, head), _joined(name)) in self.declared:
            return True
        return self.files and not isinstance(help_line, Suggestion)

    def nearest(self, head: str, name: str) -> Suggestion | None:
        """Return a help line that names what is like a name and may be declared there."""
        return did_you_mean(
            name, sorted(known for kind, known in self.declared if kind == _KINDS.get(head, head))
        )


# Every head of a trigger names a trigger.
_KINDS = dict.fromkeys(["DISABLED_TRIGGER", "TRIAL_TRIGGER", "REPLACE_TRIGGER"], "TRIGGER")


def absent(files: Iterable[t.File], missing: Sequence[object]) -> Absent:
    """Return what is absent from some files, of which others are missing altogether."""
    lost = [item for file in files for item in file.items if isinstance(item, t.Lost)]
    names = {(_KINDS.get(item.head, item.head), name) for item in lost for name in _names(item)}
    return Absent(frozenset(names), bool(missing))


def _names(item: t.Lost) -> Iterator[str]:
    """Yield what a declaration may have named: its first words, however they are joined, since it has too many."""
    words = item.name.split()
    for count in range(len(words)):
        yield _joined(" ".join(words[: count + 1]))


def _joined(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.casefold())
