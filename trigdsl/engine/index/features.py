"""What an index looks up of an update: for each thing that a test can ask, one key, or a set of tokens."""

import operator
from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, field, frozen

from trigdsl.engine.conditions import holds
from trigdsl.engine.index.sight import Reader, Sight
from trigdsl.engine.patterns import is_like
from trigdsl.semantics import rules as r
from trigdsl.semantics.textual import folded, words_of
from trigdsl.semantics.types import Value

Key = Any
"""What a table is asked with; each feature has keys of its own."""
Token = Any

OTHER = object()
"""The key of every value that no test names."""
UNCHANGED = object()
"""The key of a field that this update has not changed."""


# One key of an update


@define(eq=False)
class KeyFeature(ABC):
    """Something an update has exactly one of: the value of a field, a fact."""

    reads: frozenset[str]

    @abstractmethod
    def key(self, sight: Sight) -> Key:
        """Return the key of an update."""

    def always(self) -> Collection[Key]:
        """Return the keys that every table has, besides those that tests name."""
        return (None,)

    def usual(self) -> Key:
        """Return a key that stands for every value that no test names."""
        return OTHER

    @property
    def look(self) -> Callable[[Sight], Key]:
        """The shortest way to the key."""
        return self.key


@define(eq=False)
class FieldValue(KeyFeature):
    """A choice, yes or no, or whatever else is compared as it is."""

    read: Reader

    def key(self, sight: Sight) -> Key:
        """Return the value."""
        return self.read(sight)

    @property
    def look(self) -> Callable[[Sight], Key]:
        """The shortest way to the key."""
        return self.read


@define(eq=False)
class FoldedText(KeyFeature):
    """A text as it is compared whole."""

    read: Reader

    def key(self, sight: Sight) -> Key:
        """Return the folded text."""
        value = self.read(sight)
        return None if value is None else folded(str(value))


@define(eq=False)
class Referred(KeyFeature):
    """Somebody or something with a name: which names of the rules stand for it."""

    read: Reader
    kind: str

    def key(self, sight: Sight) -> Key:
        """Return the names, none of them where the rules do not speak of it, None where there is nobody."""
        value = self.read(sight)
        return None if value is None else sight.called[self.kind].get(value, _NOT_CALLED)  # type: ignore[arg-type]

    def always(self) -> Collection[Key]:
        """Return nobody, and somebody without a name in the rules."""
        return (None, _NOT_CALLED)

    def usual(self) -> Key:
        """Return somebody without a name in the rules."""
        return _NOT_CALLED


_NOT_CALLED: frozenset[r.Operand] = frozenset()


@define(eq=False)
class Amount(KeyFeature):
    """A number: where it stands among the numbers of the rules, twice as fine, so that between two has a place."""

    read: Reader
    points: list[Any] = field(factory=list)

    def name(self, number: Value) -> None:
        """Take in a number that a test names."""
        if self.place(number) % 2 == 0:
            insort(self.points, number)

    def place(self, number: Value) -> int:
        """Return the place of a number: odd on a number of the rules, even between two."""
        at = bisect_left(self.points, number)
        return 2 * at + 1 if at < len(self.points) and self.points[at] == number else 2 * at

    def key(self, sight: Sight) -> Key:
        """Return the place of the value."""
        value = self.read(sight)
        if isinstance(value, int | Decimal):
            return self.place(value)
        return None if value is None else OTHER

    def always(self) -> Collection[Key]:
        """Return that there is no value, and that it is no number."""
        return (None, OTHER)


@define(eq=False)
class ChangedTo(KeyFeature):
    """What a field holds now, if this update changed it."""

    read: Reader
    read_before: Reader
    inner: KeyFeature

    def key(self, sight: Sight) -> Key:
        """Return the key of the value now, or that it is unchanged."""
        return UNCHANGED if self.read(sight) == self.read_before(sight) else self.inner.key(sight)

    def always(self) -> Collection[Key]:
        """Return that it is unchanged, and the keys of values."""
        return (UNCHANGED, *self.inner.always())

    def usual(self) -> Key:
        """Return a key that stands for every value that no test names."""
        return self.inner.usual()


@define(eq=False)
class ChangedFrom(ChangedTo):
    """What a field held before, if this update changed it; on creation it held nothing."""

    def key(self, sight: Sight) -> Key:
        """Return the key of the value before, or that there was none or it is unchanged."""
        return UNCHANGED if sight.view.before is None else ChangedTo.key(self, sight)


@define(eq=False)
class Same(KeyFeature):
    """Whether two paths lead to the same."""

    read: Reader
    other: Reader

    def key(self, sight: Sight) -> Key:
        """Return whether both lead somewhere, and to the same."""
        value = self.read(sight)
        return value is not None and value == self.other(sight)

    def always(self) -> Collection[Key]:
        """Return both answers."""
        return (True, False)


@define(eq=False)
class Happening(KeyFeature):
    """Whether the ticket is new, and what comment this update has."""

    def key(self, sight: Sight) -> Key:
        """Return whether it is created, and whether there is no comment, a private or a public one."""
        comment = sight.view.update.comment
        return sight.view.before is None, None if comment is None else comment.public

    def always(self) -> Collection[Key]:
        """Return everything that can happen."""
        return [(created, comment) for created in (True, False) for comment in (None, False, True)]

    def usual(self) -> Key:
        """Return that a ticket is updated without a comment."""
        return (False, None)


@define(eq=False)
class Asked(KeyFeature):
    """A test of which nothing can be looked up: the definition is asked."""

    test: r.Condition

    def key(self, sight: Sight) -> Key:
        """Return whether it holds."""
        answer = sight.found.get(self)
        if answer is None:
            answer = sight.found[self] = holds(self.test, sight.view)
        return answer

    def always(self) -> Collection[Key]:
        """Return both answers."""
        return (True, False)


# Many tokens of an update


@define(eq=False)
class TokenFeature(ABC):
    """Something an update has any number of: tags, words."""

    reads: frozenset[str]

    @abstractmethod
    def tokens(self, sight: Sight) -> Iterable[Token]:
        """Return the tokens that an update has, a token more than once where that is quicker."""

    @abstractmethod
    def has_any(self, sight: Sight, tokens: frozenset[Token]) -> bool:
        """Return whether an update has one of some tokens."""


@define(eq=False)
class Members(TokenFeature):
    """The members of a set; with a kind, the names by which the rules call them."""

    members: Callable[[Sight], frozenset[str]]
    kind: str | None = None
    own: str | None = None
    """The name of the field whose members are asked for as they stand in it."""

    def tokens(self, sight: Sight) -> Iterable[Token]:
        """Return the members, or their names."""
        members = self.members(sight)
        if self.kind is None:
            return members
        by_key = sight.called[self.kind]
        return [name for member in members for name in by_key.get(member, ())]

    def has_any(self, sight: Sight, tokens: frozenset[Token]) -> bool:
        """Return whether one of some members is there."""
        members = self.members(sight)
        if self.kind is None:
            return not tokens.isdisjoint(members)
        by_key = sight.called[self.kind]
        return any(not tokens.isdisjoint(by_key.get(member, ())) for member in members)


@define(eq=False)
class Words(TokenFeature):
    """The words of a text, and the phrases of the rules that stand in it."""

    read: Reader
    phrases: dict[str, set[tuple[str, ...]]] = field(factory=dict)

    def name(self, phrase: tuple[str, ...]) -> None:
        """Take in a phrase that a test names."""
        self.phrases.setdefault(phrase[0], set()).add(phrase)

    def tokens(self, sight: Sight) -> Sequence[Token]:
        """Return the words, and the phrases."""
        found: list[Token] | None = sight.found.get(self)
        if found is None:
            value = self.read(sight)
            words = words_of(value) if isinstance(value, str) else ()
            found = sight.found[self] = [*words]
            if self.phrases and not self.phrases.keys().isdisjoint(words):
                found.extend(self._phrases_in(words))
        return found

    def has_any(self, sight: Sight, tokens: frozenset[Token]) -> bool:
        """Return whether one of some words or phrases stands in the text."""
        return not tokens.isdisjoint(self.tokens(sight))

    def _phrases_in(self, words: tuple[str, ...]) -> Iterable[Token]:
        for at, word in enumerate(words):
            for phrase in self.phrases.get(word, ()):
                if words[at : at + len(phrase)] == phrase:
                    yield phrase


@frozen
class Piece:
    """A piece of a text that a test looks for, and how: anywhere, at an end, or by a pattern that has it."""

    piece: str
    how: str
    pattern: str

    def fits(self, text: str) -> bool:
        """Return whether a folded text that has the piece passes the test."""
        match self.how:
            case "starts":
                return text.startswith(self.piece)
            case "ends":
                return text.endswith(self.piece)
            case "like":
                return is_like(text, self.pattern)
            case _:
                return True


GRAM = 3
"""The length of what is looked up of a text to find the pieces that may stand in it."""
GRAM_COST, PIECE_COST, PIECE_COST_A_CHARACTER = 100, 60, 0.3
"""What it costs to take a text apart, by its length, and to look for one piece in it, in nanoseconds measured."""


@define(eq=False)
class Pieces(TokenFeature):
    """The pieces of the rules that stand in a text: candidates by three characters, each then looked for."""

    read: Reader
    by_gram: dict[str, list[Piece]] = field(factory=dict)
    known: set[Piece] = field(factory=set)

    def name(self, piece: Piece) -> None:
        """Take in a piece that a test names, under the three of its characters that fewest others share."""
        if piece in self.known:
            return
        self.known.add(piece)
        text = piece.piece
        grams = {text[at : at + GRAM] for at in range(max(1, len(text) - GRAM + 1))}
        rarest = min(sorted(grams), key=lambda gram: len(self.by_gram.get(gram, ())))
        self.by_gram.setdefault(rarest, []).append(piece)

    def tokens(self, sight: Sight) -> Sequence[Token]:
        """Return the pieces that stand in the text."""
        found: list[Token] | None = sight.found.get(self)
        if found is None:
            value = self.read(sight)
            text = folded(value) if isinstance(value, str) else ""
            found = sight.found[self] = [
                p for p in self._candidates(text) if p.piece in text and p.fits(text)
            ]
        return found

    def has_any(self, sight: Sight, tokens: frozenset[Token]) -> bool:
        """Return whether one of some pieces stands in the text."""
        value = self.read(sight)
        if not isinstance(value, str):
            return False
        text = folded(value)
        return any(piece.piece in text and piece.fits(text) for piece in tokens)

    def _candidates(self, text: str) -> Iterable[Piece]:
        """Return the pieces that may stand in a text: all of them where that is quicker than to take it apart."""
        if len(self.known) * (PIECE_COST + PIECE_COST_A_CHARACTER * len(text)) < GRAM_COST * len(text):
            return self.known
        pairs = list(map(operator.add, text, text[1:]))
        grams = {*text, *pairs, *map(operator.add, pairs, text[2:])}
        return (piece for gram in self.by_gram.keys() & grams for piece in self.by_gram[gram])


Feature = KeyFeature | TokenFeature


# What a literal asks of a feature


@frozen(eq=False)
class KeyLiteral:
    """A test as a table is asked it: which keys it accepts, and the keys at which that can differ from OTHER."""

    feature: KeyFeature
    accepts: Callable[[Key], bool]
    mentions: Callable[[], Iterable[Key]]

    def holds(self, sight: Sight) -> bool:
        """Return whether an update is as asked."""
        return self.accepts(self.feature.look(sight))


@frozen(eq=False)
class TokenLiteral:
    """That an update has any of some tokens, or none of them."""

    feature: TokenFeature
    tokens: frozenset[Token]
    negated: bool

    def holds(self, sight: Sight) -> bool:
        """Return whether an update is as asked."""
        return self.feature.has_any(sight, self.tokens) is not self.negated
