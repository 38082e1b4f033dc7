"""`ticket.priority is urgent or high`: values that stand behind a condition as if they were conditions of their own."""

from collections.abc import Collection, Container, Iterator

from attrs import frozen

from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.semantics.vocabulary import Vocabulary
from trigdsl.source import Source, Span
from trigdsl.spelling import certain
from trigdsl.syntax import several
from trigdsl.syntax import tree as t


@frozen
class Run:
    """Unknown names behind a comparison, all joined to it by `or` (either) or all by `and`."""

    comparison: t.Comparison
    names: tuple[t.NameTest, ...]
    either: bool

    @property
    def span(self) -> Span:
        """From the first name to the last."""
        return self.names[0].span.to(self.names[-1].span)


def runs(condition: t.And | t.Or | t.Mixture, defined: Container[str]) -> Iterator[Run]:
    """Yield the runs of names that nothing defines, each behind a comparison with a value."""
    items = condition.items
    joints = (isinstance(condition, t.Or),) * (len(items) - 1)
    if isinstance(condition, t.Mixture):
        joints = condition.ors
    for at, item in enumerate(items[:-1]):
        if not isinstance(item, t.Comparison) or not item.values:
            continue
        names: list[t.NameTest] = []
        for name, either in zip(items[at + 1 :], joints[at:], strict=True):
            if not isinstance(name, t.NameTest) or name.name in defined or either is not joints[at]:
                break
            names.append(name)
        if names:
            yield Run(item, tuple(names), joints[at])


def meant(
    run: Run, test: r.Condition | None, vocabulary: Vocabulary, source: Source, defined: Collection[str]
) -> t.Condition | None:
    """Return the condition that names behind a comparison were meant for; None where they are hardly its values."""
    values = [_value(name, source) for name in run.names]
    if isinstance(test, r.Not):
        test = test.item
    if isinstance(test, r.Happens):
        entity = test.fact.partition(".")[0]
        if any((entity, name.name) not in vocabulary.states for name in run.names):
            return None
        return several.said_of(run.comparison, values, either=run.either, lists=False)
    kind = getattr(getattr(test, "subject", None), "type", None)
    if not all(_suits(value, kind, vocabulary, defined) for value in values):
        return None
    return several.said_of(run.comparison, values, either=run.either)


def _value(name: t.NameTest, source: Source) -> t.Word | t.Text:
    quoted = source.text[name.span.start : name.span.end].startswith('"')
    return t.Text(name.name, span=name.span) if quoted else t.Word(name.name, span=name.span)


def _suits(
    value: t.Word | t.Text, kind: types.Type | None, vocabulary: Vocabulary, defined: Collection[str]
) -> bool:
    """Return whether a field can have the value; of what nothing is known, whether any field has such a choice."""
    if isinstance(value, t.Text):
        return not isinstance(kind, types.NumberType | types.DateType | types.YesNoType)
    match kind:
        case None:
            return any(_has(field.type, value.text) for field in vocabulary.fields.values())
        case types.TextType() | types.TagsType():
            return value.text not in vocabulary.starts() and certain(value.text, defined) is None
        case _:
            return _has(kind, value.text)


def _has(kind: types.Type, value: str) -> bool:
    return isinstance(kind, types.ChoiceType | types.ChoiceSetType) and value.casefold() in kind.options
