"""Tests as what they ask of features: every test becomes a literal, whatever it is."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import define, field

from trigdsl.engine.index import clauses, sight
from trigdsl.engine.index.features import (
    UNCHANGED,
    Amount,
    Asked,
    ChangedFrom,
    ChangedTo,
    FieldValue,
    FoldedText,
    Happening,
    Key,
    KeyFeature,
    KeyLiteral,
    Members,
    Piece,
    Pieces,
    Referred,
    Same,
    TokenFeature,
    TokenLiteral,
    Words,
)
from trigdsl.semantics import footprint, types
from trigdsl.semantics import rules as r
from trigdsl.semantics.textual import folded, words_of
from trigdsl.semantics.types import Value
from trigdsl.semantics.vocabulary import Vocabulary

Literal = KeyLiteral | TokenLiteral
_F = TypeVar("_F", bound=KeyFeature | TokenFeature)


@define(eq=False)
class Literals:
    """The literals of one rule set; tests that ask the same share a feature."""

    vocabulary: Vocabulary
    operands: dict[str, set[r.Operand]] = field(factory=dict)
    _known: dict[Any, Any] = field(factory=dict)
    _of: dict[clauses.Literal, Literal] = field(factory=dict)

    def of(self, literal: clauses.Literal) -> Literal:
        """Return what a test, or a part that stays whole, asks of which feature: the same for all who ask the same."""
        found = self._of.get(literal)
        if found is None:
            found = self._of[literal] = self._made(literal)
        return found

    def _made(self, literal: clauses.Literal) -> Literal:
        found = self._literal(literal.part)
        if found is None:
            found = KeyLiteral(self._asked(literal.part), bool, lambda: ())
        if not literal.negated:
            return found
        if isinstance(found, TokenLiteral):
            return TokenLiteral(found.feature, found.tokens, negated=True)
        accepts = found.accepts
        return KeyLiteral(found.feature, lambda key: not accepts(key), found.mentions)

    def _asked(self, part: r.Condition) -> Asked:
        if part not in self._known:
            self._known[part] = Asked(footprint.of_condition(part, self.vocabulary), part)
        known: Asked = self._known[part]
        return known

    def _feature(self, kind: type[_F], test: r.Test, make: Callable[[frozenset[str]], _F], *more: Any) -> _F:
        """Return the feature of a kind that a test asks of its path, made when it is the first to."""
        assert not isinstance(test, r.Happens | r.ScheduleIs)
        address = (kind, test.subject, more)
        if address not in self._known:
            self._known[address] = make(footprint.of_condition(test, self.vocabulary))
        known: _F = self._known[address]
        return known

    def _literal(self, test: r.Condition) -> Literal | None:
        match test:
            case r.Happens(fact):
                return self._happens(fact)
            case r.Equals(subject, r.Reading() as other):
                return self._same(test, subject, other)
            case r.Equals(_, operand):
                return self._equals(test, (operand,))
            case r.IsOneOf(_, operands):
                return self._equals(test, operands)
            case r.IsEmpty(subject):
                feature = self._value(test, subject)
                return None if feature is None else KeyLiteral(feature, lambda key: key is None, lambda: ())
            case r.Compares(subject, relation, operand):
                return self._compares(test, subject, relation, operand)
            case r.Changes():
                return self._changes(test)
            case r.Includes(_, operands, False) | r.Gains(_, operands) | r.Loses(_, operands):
                return self._includes(test, operands)
            case r.ContainsWord(_, operands):
                return self._words(test, operands)
            case r.Contains() | r.StartsWith() | r.EndsWith() | r.IsLike():
                return self._piece(test)
            case _:
                return None

    # One key

    def _happens(self, fact: str) -> Literal | None:
        entity, state = fact.split(".")
        if entity == "comment":
            wanted = {"present": (False, True), "public": (True,), "private": (False,)}[state]
            accepts: Callable[[Key], bool] = lambda key: key[1] in wanted  # noqa: E731
        elif state in ("created", "updated"):
            accepts = lambda key: key[0] is (state == "created")  # noqa: E731
        else:
            return None
        feature = self._known.setdefault(Happening, Happening(frozenset()))
        return KeyLiteral(feature, accepts, lambda: ())

    def _same(self, test: r.Equals, subject: r.Reading, other: r.Reading) -> Literal | None:
        if not isinstance(subject.type, types.ReferenceType | types.ChoiceType):
            return None
        mine, theirs = sight.reader(subject, self.vocabulary), sight.reader(other, self.vocabulary)
        feature = self._feature(Same, test, lambda reads: Same(reads, mine, theirs), other)
        return KeyLiteral(feature, bool, lambda: ())

    def _value(self, test: r.Test, subject: r.Reading) -> KeyFeature | None:
        """Return the feature of a path's value, or None where values of its type are not looked up."""
        read = sight.reader(subject, self.vocabulary)
        return self._valued(test, subject.type, read)

    def _valued(self, test: r.Test, kind: types.Type, read: sight.Reader, *more: Any) -> KeyFeature | None:
        match kind:
            case types.ChoiceType() | types.YesNoType():
                return self._feature(FieldValue, test, lambda reads: FieldValue(reads, read), *more)
            case types.TextType():
                return self._feature(FoldedText, test, lambda reads: FoldedText(reads, read), *more)
            case types.NumberType():
                return self._feature(Amount, test, lambda reads: Amount(reads, read), *more)
            case types.ReferenceType(entity):
                self.operands.setdefault(entity, set())
                return self._feature(Referred, test, lambda reads: Referred(reads, read, entity), *more)
            case _:
                return None

    def _equals(self, test: r.Equals | r.IsOneOf, operands: Sequence[r.Operand]) -> Literal | None:
        feature = self._value(test, test.subject)
        return None if feature is None else self._is_any(feature, test.subject.type, operands)

    def _is_any(self, feature: KeyFeature, kind: types.Type, operands: Sequence[r.Operand]) -> Literal | None:
        """Return the literal that a value is one of some operands, none of them read at run time."""
        if any(isinstance(operand, r.Reading) for operand in operands):
            return None
        if isinstance(kind, types.ReferenceType):
            self.operands[kind.kind].update(operands)
            named = frozenset(operands)
            return KeyLiteral(feature, lambda key: _is_value(key) and not named.isdisjoint(key), lambda: ())
        values = [operand.value for operand in operands if isinstance(operand, r.Constant)]
        if isinstance(_inmost(feature), Amount):
            return _of_numbers(feature, _inmost(feature), values)
        keys = frozenset(folded(str(v)) if isinstance(kind, types.TextType) else v for v in values)
        return KeyLiteral(feature, lambda key: _is_value(key) and key in keys, lambda: keys)

    def _compares(
        self, test: r.Compares, subject: r.Reading, relation: str, operand: r.Operand
    ) -> Literal | None:
        if not isinstance(operand, r.Constant) or operand.value is None:
            return None
        kind, wanted = subject.type, operand.value
        if isinstance(kind, types.ChoiceType):
            feature = self._value(test, subject)
            assert feature is not None
            fits = _RELATIONS[relation]
            keys = frozenset(o for o in kind.options if fits(kind.rank[o], kind.rank[str(wanted)]))
            return KeyLiteral(feature, lambda key: key in keys, lambda: keys)
        if isinstance(kind, types.NumberType):
            amount = self._value(test, subject)
            assert isinstance(amount, Amount)
            amount.name(wanted)
            fits = _RELATIONS[relation]
            return KeyLiteral(
                amount,
                lambda key: isinstance(key, int) and fits(key, amount.place(wanted)),
                lambda: _around(amount, [wanted]),
            )
        return None

    def _changes(self, test: r.Changes) -> Literal | None:
        subject, kind = test.subject, test.subject.type
        read = sight.reader(subject, self.vocabulary)
        read_before = sight.reader_before(subject, self.vocabulary)
        of_before = test.before is not None
        inner = self._valued(test, kind, read_before if of_before else read, "before" if of_before else "now")
        if inner is None:
            return None
        sort = ChangedFrom if of_before else ChangedTo
        feature = self._feature(sort, test, lambda reads: sort(reads, read, read_before, inner))
        operand = test.before if of_before else test.now
        if operand is None:
            return KeyLiteral(feature, lambda key: key is not UNCHANGED, lambda: ())
        return self._is_any(feature, kind, (operand,))

    # Tokens

    def _includes(
        self, test: r.Includes | r.Gains | r.Loses, operands: Sequence[r.Operand]
    ) -> Literal | None:
        kind = test.subject.type
        if any(isinstance(operand, r.Reading) for operand in operands):
            return None
        read = _members(
            test,
            sight.reader(test.subject, self.vocabulary),
            sight.reader_before(test.subject, self.vocabulary),
        )
        entity = None
        tokens: Iterable[Any] = (operand.value for operand in operands if isinstance(operand, r.Constant))
        if isinstance(kind, types.ReferencesType):
            entity, tokens = kind.kind, operands
            self.operands.setdefault(entity, set()).update(operands)
        own = None
        if entity is None and test.subject.base == self.vocabulary.root and len(test.subject.steps) == 1:
            own = f"{self.vocabulary.root}.{test.subject.steps[0]}"
        feature = self._feature(Members, test, lambda reads: Members(reads, read, entity, own), type(test))
        return TokenLiteral(feature, frozenset(tokens), negated=False)

    def _words(self, test: r.ContainsWord, operands: Sequence[r.Operand]) -> Literal | None:
        texts = _texts(operands)
        if texts is None:
            return None
        read = sight.reader(test.subject, self.vocabulary)
        feature = self._feature(Words, test, lambda reads: Words(reads, read))
        tokens: set[Any] = set()
        for words in filter(None, map(words_of, texts)):
            if len(words) > 1:
                feature.name(words)
            tokens.add(words if len(words) > 1 else words[0])
        return TokenLiteral(feature, frozenset(tokens), negated=False)

    def _piece(self, test: r.Contains | r.StartsWith | r.EndsWith | r.IsLike) -> Literal | None:
        if isinstance(test, r.IsLike):
            pattern = folded(test.pattern)
            piece = Piece(max(re.split(r"[*?#]", pattern), key=len), "like", pattern)
        else:
            texts = _texts([test.operand])
            if texts is None:
                return None
            piece = Piece(folded(texts[0]), _HOW[type(test)], "")
        if not piece.piece:
            return None
        read = sight.reader(test.subject, self.vocabulary)
        feature = self._feature(Pieces, test, lambda reads: Pieces(reads, read))
        feature.name(piece)
        return TokenLiteral(feature, frozenset({piece}), negated=False)


_HOW: Mapping[type, str] = {r.Contains: "contains", r.StartsWith: "starts", r.EndsWith: "ends"}

_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _is_value(key: Key) -> bool:
    return key is not None and key is not UNCHANGED


def _inmost(feature: KeyFeature) -> KeyFeature:
    return feature.inner if isinstance(feature, ChangedTo) else feature


def _of_numbers(feature: KeyFeature, amount: KeyFeature, values: Sequence[Value]) -> KeyLiteral:
    """Return the literal that a number is one of some."""
    assert isinstance(amount, Amount)
    for value in values:
        amount.name(value)
    return KeyLiteral(
        feature,
        lambda key: _is_value(key) and any(key == amount.place(value) for value in values),
        lambda: _around(amount, values),
    )


def _around(amount: Amount, numbers: Iterable[Value]) -> Iterable[int]:
    """Return the places at which a test of some numbers may begin to differ."""
    return [place for number in numbers for at in [amount.place(number)] for place in (at - 1, at, at + 1)]


def _members(
    test: r.Condition, read: sight.Reader, read_before: sight.Reader
) -> Callable[[sight.Sight], frozenset[str]]:
    match test:
        case r.Gains():
            return lambda seen: _set(read(seen)) - _set(read_before(seen))
        case r.Loses():
            return lambda seen: _set(read_before(seen)) - _set(read(seen))
        case _:
            return lambda seen: _set(read(seen))


def _set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _texts(operands: Sequence[r.Operand]) -> list[str] | None:
    """Return the texts that operands write, or None where one is read at run time."""
    values = [operand.value if isinstance(operand, r.Constant) else None for operand in operands]
    texts = [value for value in values if isinstance(value, str)]
    return texts if len(texts) == len(operands) else None
