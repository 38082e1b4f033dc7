"""What a verb asks of a field of Zendesk's: one condition, or what several of them say together."""

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from attrs import frozen

from trigdsl.interop.zendesk import catalogue as c
from trigdsl.interop.zendesk import normal
from trigdsl.interop.zendesk.catalogue import Kind
from trigdsl.interop.zendesk.exporting import offered
from trigdsl.interop.zendesk.exporting.fields import Fields, Known, number_text
from trigdsl.interop.zendesk.exporting.formulas import Formula, Place, Said, either, every
from trigdsl.interop.zendesk.exporting.problems import Problems, UnsayableError
from trigdsl.semantics import rules as r
from trigdsl.semantics import types
from trigdsl.syntax import several
from trigdsl.syntax.tree import Verb

_RELATIONS = {
    Verb.IS_LESS_THAN: "less_than",
    Verb.IS_BEFORE: "less_than",
    Verb.IS_AT_MOST: "less_than_equal",
    Verb.IS_MORE_THAN: "greater_than",
    Verb.IS_AFTER: "greater_than",
    Verb.IS_AT_LEAST: "greater_than_equal",
}
_OTHERWISE = {
    "less_than": "greater_than_equal",
    "less_than_equal": "greater_than",
    "greater_than": "less_than_equal",
    "greater_than_equal": "less_than",
}
_MANY = {Verb.INCLUDE: Verb.INCLUDE_ANY_OF, Verb.DO_NOT_INCLUDE: Verb.INCLUDE_NONE_OF}
_BEYOND = {
    Verb.GAIN: "a tag that this update added, and it knows only those that are there",
    Verb.GAIN_ANY_OF: "a tag that this update added, and it knows only those that are there",
    Verb.LOSE: "a tag that this update took away, and it knows only those that are there",
    Verb.LOSE_ANY_OF: "a tag that this update took away, and it knows only those that are there",
    Verb.MATCHES: "a pattern, and it has none",
    Verb.IS_LIKE: "a pattern, and it has none",
    Verb.STARTS_WITH: "how a text begins",
    Verb.ENDS_WITH: "how a text ends",
}
"""What Zendesk cannot ask for, by the verb that does."""


@frozen
class Comparing:
    """Asks one field of Zendesk's what a comparison asks; what it cannot is reported."""

    fields: Fields
    problems: Problems
    known: Known
    place: Place
    shown: str

    def formula(
        self,
        verb: Verb,
        operands: Sequence[r.Operand],
        *,
        holds: bool,
        reach: timedelta | None = None,
    ) -> Formula:
        """Return what has to hold for a comparison with a verb that denies nothing to hold, or not to hold."""
        if reach is not None:
            return self._within(verb, reach, holds=holds)
        if verb in _RELATIONS:
            return self._ordered(_RELATIONS[verb], operands[0], holds=holds)
        match verb:
            case Verb.IS:
                return self._is(operands[0], holds=holds)
            case Verb.IS_ONE_OF:
                return self._is_one_of(operands, holds=holds)
            case Verb.IS_EMPTY:
                return self._empty(holds=holds)
            case Verb.CHANGES_FROM if len(operands) == 2:
                parts = [
                    self._asked(Verb.CHANGES_FROM, operands[:1], holds=holds),
                    self._asked(Verb.CHANGES_TO, operands[1:], holds=holds),
                ]
                return every(parts, self.place) if holds else either(parts, self.place)
            case Verb.INCLUDE_ALL_OF:
                parts = [self._asked(Verb.INCLUDE_ANY_OF, [each], holds=holds) for each in operands]
                return every(parts, self.place) if holds else either(parts, self.place)
            case _:
                return self._asked(_MANY.get(verb, verb), operands, holds=holds)

    def before(self, verb: Verb, operands: Sequence[r.Operand], *, holds: bool) -> Formula:
        """Return what `previous … is …` asks: it changed from that value, or did not change and has it."""
        if verb not in (Verb.IS, Verb.IS_EMPTY):
            message = f"no trigger of Zendesk's can ask this of the value before the update: `{self.shown}`"
            raise self.problems.cannot(self.place, message)
        if verb is Verb.IS:
            changed = self._asked(Verb.CHANGES_FROM, operands, holds=holds)
        else:
            changed = self._said("value_previous" if holds else "not_value_previous", "")
        stays = [
            self._asked(Verb.CHANGES, (), holds=not holds),
            self.formula(verb, operands, holds=holds),
        ]
        if holds:
            return either([changed, every(stays, self.place)], self.place)
        return every([changed, either(stays, self.place)], self.place)

    # One condition

    @property
    def _may_be_empty(self) -> bool:
        return offered.may_be_empty(self.known.field, own=self.known.own)

    def _said(self, operator: str, value: str) -> Said:
        if operator not in self.known.field.operators:
            raise self._cannot()
        return Said({"field": self.known.name, "operator": operator, "value": value})

    def _cannot(self, verb: Verb | None = None) -> UnsayableError:
        why = _BEYOND.get(verb) if verb is not None else None
        message = f"no trigger of Zendesk's can ask this: `{self.shown}`"
        if why is not None:
            message = f"no trigger of Zendesk's can ask for {why}"
        return self.problems.cannot(self.place, message)

    def _asked(self, verb: Verb, operands: Sequence[r.Operand], *, holds: bool) -> Said:
        """Return the one condition that a verb is in the catalogue."""
        denied = verb if holds else several.NEGATIVE.get(verb)
        table = c.OPERATORS[self.known.field.kind]
        operator = next((name for name, known in table.items() if known is denied), None)
        if operator is None:
            raise self._cannot(verb)
        if operator not in self.known.field.operators:
            raise self._cannot(verb)
        if operator in c.TERMINAL:
            return self._said(operator, "")
        return self._said(operator, self._value(verb, operands))

    def _value(self, verb: Verb, operands: Sequence[r.Operand]) -> str:
        texts = [self.fields.text(self.known, operand, self.place) for operand in operands]
        if verb in c.LISTS:
            joined = " ".join(map(normal.written_word, texts))
            if normal.words(joined) != texts:
                message = f"no trigger of Zendesk's can hold this list of words: `{self.shown}`"
                raise self.problems.cannot(self.place, message)
            return joined
        if not texts[0].strip():
            raise self.problems.cannot(self.place, f"an empty text is none to Zendesk: `{self.shown}`")
        return texts[0]

    # Equality

    def _is(self, operand: r.Operand, *, holds: bool) -> Formula:
        if self.known.field.kind is Kind.YES_NO and isinstance(operand, r.Constant):
            return self._said("is", "true" if bool(operand.value) is holds else "false")
        if not holds and self.known.name in offered.ALWAYS_THERE and self.known.name in offered.COUNTS:
            value = self.fields.text(self.known, operand, self.place)
            return either([self._said("less_than", value), self._said("greater_than", value)], self.place)
        return self._asked(Verb.IS, [operand], holds=holds)

    def _is_one_of(self, operands: Sequence[r.Operand], *, holds: bool) -> Formula:
        table = c.OPERATORS[self.known.field.kind]
        name = "includes" if holds else "not_includes"
        if name in self.known.field.operators and table.get("includes") is Verb.IS_ONE_OF:
            return self._asked(Verb.IS_ONE_OF, operands, holds=holds)
        parts = [self._is(operand, holds=holds) for operand in operands]
        return either(parts, self.place) if holds else every(parts, self.place)

    def _empty(self, *, holds: bool) -> Formula:
        if not self._may_be_empty:
            message = f"no trigger of Zendesk's can ask whether this is empty: `{self.shown}`"
            raise self.problems.cannot(self.place, message)
        if self.known.own:
            return self._said("not_present" if holds else "present", "")
        return self._said("is" if holds else "is_not", "")

    # Order

    def _ordered(self, relation: str, operand: r.Operand, *, holds: bool) -> Formula:
        if not isinstance(operand, r.Constant) or operand.value is None:
            raise self.problems.cannot(
                self.place, f"no trigger of Zendesk's can compare with another field: `{self.shown}`"
            )
        if holds:
            return self._related(relation, operand)
        otherwise = self._related(_OTHERWISE[relation], operand)
        if self.known.name in offered.ALWAYS_THERE:
            return otherwise
        # What is empty is neither less nor more, so the denial holds of it.
        return either([self._empty(holds=True), otherwise], self.place)

    def _related(self, relation: str, operand: r.Constant) -> Formula:
        if relation in self.known.field.operators:
            return self._said(relation, self.fields.text(self.known, operand, self.place))
        if isinstance(self.known.type, types.ChoiceType):
            return self._next_choice(relation, operand)
        if self.known.name in offered.COUNTS and isinstance(operand.value, int | Decimal):
            return self._next_number(relation, operand.value)
        raise self._cannot()

    def _next_choice(self, relation: str, operand: r.Constant) -> Formula:
        """Return `at least high` as `more than normal`: Zendesk knows strict order alone."""
        kind = self.known.type
        assert isinstance(kind, types.ChoiceType)
        strict = {"less_than_equal": "less_than", "greater_than_equal": "greater_than"}.get(relation)
        if strict is None or strict not in self.known.field.operators:
            raise self._cannot()
        at = kind.rank[str(operand.value)] + (1 if strict == "less_than" else -1)
        if 0 <= at < len(kind.options):
            value = self.fields.text(self.known, r.Constant(kind.options[at]), self.place)
            return self._said(strict, value)
        if self._may_be_empty:
            return self._empty(holds=False)
        value = self.fields.text(self.known, operand, self.place)
        return either([self._said("is", value), self._said(strict, value)], self.place)

    def _next_number(self, relation: str, value: int | Decimal) -> Formula:
        """Return `at least 4` as `more than 3`: what counts is whole."""
        if relation == "greater_than_equal":
            return self._said("greater_than", number_text(math.ceil(value) - 1))
        return self._said("less_than", number_text(math.floor(value) + 1))

    def _within(self, verb: Verb, reach: timedelta, *, holds: bool) -> Formula:
        days, rest = divmod(abs(reach), timedelta(days=1))
        if rest or not holds:
            what = "whole days" if rest else "what is not within some days"
            message = f"no trigger of Zendesk's can ask for {what}: `{self.shown}`"
            raise self.problems.cannot(self.place, message)
        last = verb is Verb.IS_WITHIN_THE_LAST
        return self._said("within_previous_n_days" if last else "within_next_n_days", str(days))


def conditions(said: Iterable[Said]) -> list[dict[str, object]]:
    """Return conditions as a list of Zendesk's."""
    return [dict(one.data) for one in said]
