"""`ticket.form is "Refund"` here and `ticket.form is "refund"` there."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic, Edit
from trigdsl.semantics import rules as r
from trigdsl.semantics import textual, types
from trigdsl.semantics.lints import worlds
from trigdsl.semantics.lints.linting import Linted
from trigdsl.source import Span

CODE = "different-case"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each text that rules compare one field with in two spellings of case."""
    uses: dict[tuple[str, tuple[str, ...], str], list[tuple[str, r.Test]]] = defaultdict(list)
    for _, trigger in rules.triggers:
        for test in worlds.tests_of(trigger.condition):
            for value in _texts(test):
                assert not isinstance(test, r.Happens | r.ScheduleIs)
                key = test.subject.base, test.subject.steps, textual.folded(value)
                uses[key].append((value, test))
    for found in uses.values():
        spellings = Counter(value for value, _ in found)
        usual = spellings.most_common(1)[0][0]
        for value, test in found:
            if value != usual:
                other = next(t for v, t in found if v == usual)
                message = f"`{value}` is written `{usual}` in other rules"
                note = rules.note("for example here", other.at)
                edits = _edit(rules, test.at, value, usual)
                yield rules.warn(CODE, test.at, message, f"write `{usual}`", note, edits=edits)


def _texts(test: r.Test) -> Iterator[str]:
    match test:
        case r.Equals(subject, operand):
            operands = [operand]
        case r.IsOneOf(subject, several):
            operands = [*several]
        case r.Changes(subject, before, now):
            operands = [o for o in (before, now) if o is not None]
        case _:
            return
    if isinstance(subject.type, types.TextType):
        yield from (o.value for o in operands if isinstance(o, r.Constant) and isinstance(o.value, str))


def _edit(rules: Linted, at: r.Location, value: str, usual: str) -> tuple[Edit, ...]:
    source = rules.sources.get(at.path)
    marked = "" if source is None else source.text[at.span.start : at.span.end]
    if marked.count(value) != 1:
        return ()
    start = at.span.start + marked.index(value)
    return (Edit(Span(start, start + len(value)), usual),)
