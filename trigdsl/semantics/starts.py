"""How a test begins: whether `given` says of each thing what it is."""

from collections.abc import Iterator

from attrs import frozen

from trigdsl.semantics import rules as r
from trigdsl.semantics.checker import ConditionChecker
from trigdsl.semantics.vocabulary import CLOCK, DERIVED
from trigdsl.syntax import tree as t
from trigdsl.syntax.tree import Verb


@frozen
class StartChecker:
    """Turns a `given` into what is so when a test begins; what leaves something open is reported."""

    conditions: ConditionChecker

    def check(self, given: t.Condition, *, creates: bool) -> r.Condition | None:
        """Return what a `given` means, or None when something in it was reported.

        With `creates` it is part of the creating update, else what was before.
        """
        parts = given.items if isinstance(given, t.And) else (given,)
        meant = [self._part(part, creates=creates) for part in parts]
        known = tuple(m for m in meant if m is not None)
        if len(known) < len(meant):
            return None
        return r.AllOf(known, at=self.conditions.scope.at(given.span, given))

    def _part(self, part: t.Condition, *, creates: bool) -> r.Condition | None:
        meant = self.conditions.check(part)
        if meant is None:
            return None
        scope = self.conditions.scope
        if isinstance(part, t.Comparison) and part.verb is Verb.IS_ONE_OF and len(part.values) > 1:
            choice = f"{self._subject(part)} is {scope.shown(part.values[0])}"
            scope.report("unclear-start", part.span, "a test begins with one of these", f"write `{choice}`")
            return None
        for test in _statements(meant):
            problem = self._problem(test, creates=creates)
            if problem is not None:
                scope.report("unclear-start", part.span, *problem)
                return None
        return meant

    def _subject(self, part: t.Comparison) -> str:
        return str(part.subject.path) if isinstance(part.subject, t.PathSubject) else "it"

    def _problem(self, test: r.Condition, *, creates: bool) -> tuple[str, str] | None:
        """Return why a part of a `given` does not say what is so, and what to write."""
        root = self.conditions.scope.vocabulary.root
        match test:
            case r.ScheduleIs() | r.Not(r.ScheduleIs()):
                return None
            case r.Happens(fact) if fact in (f"{root}.public", f"{root}.private"):
                if creates:
                    return "whether a new one is public follows from its comment", 'write `comments "…"`'
                return None
            case r.Happens():
                return "this is said of a step, not of a beginning", "say it in `when …`"
            case (
                r.Equals(subject)
                | r.IsOneOf(subject)
                | r.IsEmpty(subject)
                | r.Includes(subject)
                | r.Not(r.Includes(subject))
                | r.Compares(subject, "<=" | ">=")
            ):
                return self._of(subject, creates=creates)
            case _:
                return "`given` says what is so, and this leaves it open", "write `… is …` with one value"

    def _of(self, subject: r.Reading, *, creates: bool) -> tuple[str, str] | None:
        scope = self.conditions.scope
        root = scope.vocabulary.root
        if subject.previous:
            return "a test begins before any update, so nothing was before", "take `previous` away"
        if (subject.base, *subject.steps) == CLOCK:
            return None
        if subject.base != root:
            return "this is part of an update, and is said of a step", "say it in `when …`"
        declared = scope.vocabulary.field(root, subject.steps[0])
        assert declared is not None
        follows = declared.counting is not None or declared.name in DERIVED - {"channel"}
        if creates and follows and len(subject.steps) == 1:
            return f"of a new {root} `{subject.text}` follows from what happens", "take it away"
        return None


def _statements(condition: r.Condition) -> Iterator[r.Condition]:
    """Yield the single parts that all hold when a condition holds."""
    match condition:
        case r.AllOf(items):
            for item in items:
                # That somebody is there is part of what a state of theirs means.
                implied = (
                    isinstance(item, r.Not) and isinstance(item.item, r.IsEmpty) and item.at == condition.at
                )
                if not implied:
                    yield from _statements(item)
        case _:
            yield condition
