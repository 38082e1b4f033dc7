"""What every lint is given, and how it warns."""

from collections.abc import Hashable, Iterator, Mapping, Sequence

from attrs import field, frozen

from trigdsl.diagnostics import Diagnostic, Edit, Note, Severity
from trigdsl.semantics import rules as r
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.worlds import Assumed
from trigdsl.semantics.ordering import Draft, Module
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source, Span


@frozen
class Linted:
    """Checked triggers, each with what was written; modules are the user's own files, and what they use."""

    vocabulary: Vocabulary
    triggers: Sequence[tuple[Draft, r.Trigger]]
    modules: Sequence[Module]
    sources: Mapping[str, Source]
    _known: dict[Hashable, tuple[Sequence[Assumed], bool]] = field(factory=dict, init=False, repr=False)
    _topics: dict[int, tuple[r.Condition, frozenset[Hashable]]] = field(factory=dict, init=False, repr=False)

    def possible(self, *assumed: Assumed, quiet: bool = False) -> bool:
        """Return whether conditions may be as assumed all at once."""
        return all(
            (not quiet and len(part) == 1 and worlds.open_ended(part[0].condition))
            or self._together(part, quiet=quiet)
            for part in self._apart([part for one in assumed for part in _parts(one)])
        )

    def _together(self, assumed: Sequence[Assumed], *, quiet: bool) -> bool:
        match assumed:
            case [Assumed(r.AnyOf(items), True)]:
                return any(self.possible(Assumed(item), quiet=quiet) for item in items)
        key = (quiet, *((id(one.condition), one.holds) for one in assumed))
        if key not in self._known:
            found = worlds.possible(*assumed, root=self.vocabulary.root, quiet=quiet)
            # The conditions are kept, so that no other takes their place in memory.
            self._known[key] = assumed, found
        return self._known[key][1]

    def _apart(self, assumed: Sequence[Assumed]) -> list[list[Assumed]]:
        """Return the conditions in groups that have no topic in common, and so are independent."""
        groups: list[tuple[set[Hashable], list[Assumed]]] = []
        for one in assumed:
            about = set(self.topics(one.condition))
            members = [one]
            apart = []
            for others, group in groups:
                if others & about:
                    about |= others
                    members = [*group, *members]
                else:
                    apart.append((others, group))
            groups = [*apart, (about, members)]
        return [members for _, members in groups]

    def topics(self, condition: r.Condition) -> frozenset[Hashable]:
        """Return what a condition is about."""
        known = self._topics.get(id(condition))
        if known is None:
            known = condition, worlds.topics(condition)
            self._topics[id(condition)] = known
        return known[1]

    def related(self, one: r.Condition, two: r.Condition) -> bool:
        """Return whether two conditions have something in common, so that one may say something of the other."""
        return bool(self.topics(one) & self.topics(two))

    def warn(
        self,
        code: str,
        at: r.Location,
        message: str,
        help_line: str,
        *notes: Note,
        edits: tuple[Edit, ...] = (),
    ) -> Diagnostic:
        """Return a warning at a place in the rules."""
        source = self.sources.get(at.path, Source(at.path, ""))
        return warning(code, source, at.span, message, help_line, *notes, edits=edits)

    def here(self, at: r.Location, draft: Draft) -> r.Location:
        """Return a place, or where it is in a defined name, the condition of the rule that uses the name."""
        return at if self.inside(at, draft) else self._condition(at, draft)

    def _condition(self, at: r.Location, draft: Draft) -> r.Location:
        span = draft.written.condition.span
        return r.Location(draft.source.name, draft.source.position(span.start)[0], at.text, span)

    def inside(self, at: r.Location, draft: Draft) -> bool:
        """Return whether a place is in a rule itself, and not in a name that it uses."""
        whole = draft.written.span
        return at.path == draft.source.name and whole.start <= at.span.start <= whole.end

    def note(self, message: str, at: r.Location) -> Note:
        """Return a note at a place in the rules."""
        return Note(message, self.sources.get(at.path, Source(at.path, "")), at.span)


def warning(
    code: str,
    source: Source,
    span: Span,
    message: str,
    help_line: str,
    *notes: Note,
    edits: tuple[Edit, ...] = (),
) -> Diagnostic:
    """Return a warning at a place in a file."""
    return Diagnostic(code, message, source, span, help_line, notes, Severity.WARNING, edits)


def _parts(assumed: Assumed) -> Iterator[Assumed]:
    """Yield what has to hold, or not to hold, all at once for a condition to come out as assumed."""
    match assumed:
        case Assumed(r.Not(item), holds):
            yield from _parts(Assumed(item, not holds))
        case Assumed(r.AllOf(items), True) | Assumed(r.AnyOf(items), False):
            for item in items:
                yield from _parts(Assumed(item, assumed.holds))
        case _:
            yield assumed
