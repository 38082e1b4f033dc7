"""Names that may well be defined, in what could not be read: to report their use would only echo another mistake."""

from collections.abc import Iterable, Sequence

from attrs import frozen

from trigdsl.spelling import Suggestion
from trigdsl.syntax import tree as t


@frozen
class Absent:
    """What could not be read: declarations by their first word and name, and whether a whole file is missing."""

    declared: frozenset[tuple[str, str]] = frozenset()
    files: bool = False

    def explains(self, head: str, name: str, help_line: str | None = None) -> bool:
        """Return whether a name that nobody knows may be declared there; one with a near neighbour is a slip."""
        if (_KINDS.get(head, head), name.casefold()) in self.declared:
            return True
        return self.files and not isinstance(help_line, Suggestion)


# Every head of a trigger names a trigger.
_KINDS = dict.fromkeys(["DISABLED_TRIGGER", "TRIAL_TRIGGER", "REPLACE_TRIGGER"], "TRIGGER")


def absent(files: Iterable[t.File], missing: Sequence[object]) -> Absent:
    """Return what is absent from some files, of which others are missing altogether."""
    lost = (item for file in files for item in file.items if isinstance(item, t.Lost))
    names = frozenset((_KINDS.get(item.head, item.head), item.name.casefold()) for item in lost)
    return Absent(names, bool(missing))
