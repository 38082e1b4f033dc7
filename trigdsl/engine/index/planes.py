"""Planes: for each feature, which rows an update's keys and tokens leave. A row is the bit of one trigger."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import define, field

from trigdsl.engine.index.features import (
    Amount,
    ChangedTo,
    Key,
    KeyFeature,
    KeyLiteral,
    Pieces,
    Referred,
    Token,
    TokenFeature,
    TokenLiteral,
    Words,
)
from trigdsl.engine.index.sight import Sight

Rows = int
"""A set of rows: bit n is trigger n."""
Demand = Sequence[Sequence[KeyLiteral]]
"""What one row asks of a key: one literal of each group has to accept it."""


MOST_KEYS = 10_000
"""So many keys a table remembers of people whom the rules call by several names at once."""

# Tables: key → rows


@define(eq=False)
class Table:
    """The rows that each key of a feature suits, of those that ask it."""

    feature: KeyFeature
    demands: Mapping[int, Demand]
    free: Rows = 0
    rows: dict[Key, Rows] = field(factory=dict)
    other: Rows = 0
    ever_new: bool = False

    @classmethod
    def of(cls, feature: KeyFeature, demands: Mapping[int, Demand], free: Rows = 0) -> "Table":
        """Return the table of what rows ask of a feature; the free rows suit every key."""
        inner = feature.inner if isinstance(feature, ChangedTo) else feature
        table = cls(feature, demands, free, other=free, ever_new=isinstance(inner, Referred))
        if isinstance(inner, Amount):
            table._sweep(inner)
        else:
            table._name()
        return table

    def _name(self) -> None:
        """Fill in the keys that tests name; every other key suits the rows that the usual one suits."""
        usual_key = self.feature.usual()
        flips: dict[Key, Rows] = dict.fromkeys(self.feature.always(), 0)
        for row, demand in self.demands.items():
            mentioned = {key for group in demand for literal in group for key in literal.mentions()}
            usual = _accepts(demand, usual_key)
            self.other |= usual << row
            for key in {*mentioned, *self.feature.always()}:
                if _accepts(demand, key) != usual:
                    flips[key] = flips.get(key, 0) | 1 << row
        self.rows = {key: self.other ^ flipped for key, flipped in flips.items()}

    def _sweep(self, amount: Amount) -> None:
        """Fill in every place of a number, from the least on: a row differs only around its own numbers."""
        last = 2 * len(amount.points)
        flips = [0] * (last + 1)
        for row, demand in self.demands.items():
            own = {place for group in demand for literal in group for place in literal.mentions()}
            before = False
            for place in sorted({0, *own}):
                if _accepts(demand, place) != before:
                    before = not before
                    flips[place] ^= 1 << row
        suits = self.free
        for place, flipped in enumerate(flips):
            suits ^= flipped
            self.rows[place] = suits
        for key in self.feature.always():
            self.rows[key] = self._suited(key)

    def _suited(self, key: Key) -> Rows:
        return self.free | mask(row for row, demand in self.demands.items() if _accepts(demand, key))

    def unnamed(self, key: Key) -> Rows:
        """Return the rows that a key suits which stands in no row yet."""
        if not self.ever_new:
            return self.other
        suited = self._suited(key)
        if len(self.rows) < MOST_KEYS:
            self.rows[key] = suited
        return suited

    def usual(self) -> int:
        """Return how many rows suit a key, on average over the keys there are."""
        every = [*self.rows.values(), self.other]
        return sum(rows.bit_count() for rows in every) // len(every)


def _accepts(demand: Demand, key: Key) -> bool:
    return all(any(literal.accepts(key) for literal in group) for group in demand)


def mask(rows: Iterable[int]) -> Rows:
    """Return a set of rows."""
    found = 0
    for row in rows:
        found |= 1 << row
    return found


def add(rows: dict[Token, Rows], tokens: Iterable[Token], row: int) -> None:
    """Take a row into the sets of some tokens."""
    for token in tokens:
        rows[token] = rows.get(token, 0) | 1 << row


def together(rows: Mapping[Token, Rows], tokens: Iterable[Token], found: Rows = 0) -> Rows:
    """Return the rows of all of some tokens, and those found already."""
    get = rows.get
    for token in tokens:
        more = get(token)
        if more is not None:
            found |= more
    return found


def bits(rows: Rows) -> Iterator[int]:
    """Yield the rows of a set, the lowest first."""
    while rows:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest


# Planes: each leaves of some rows those that suit an update


@define(eq=False)
class KeyPlane:
    """What rows ask of one key and nothing else."""

    asks: Rows
    table: Table
    cost: int
    look: Callable[[Sight], Key]
    rows: Mapping[Key, Rows]

    def narrowed(self, sight: Sight, rows: Rows) -> Rows:
        """Return those of some rows that suit an update."""
        key = self.look(sight)
        found = self.rows.get(key)
        return rows & (self.table.unnamed(key) if found is None else found)

    def usual(self) -> int:
        """Return how many rows are usually left of all."""
        return self.table.usual()


@define(eq=False)
class Exclusion:
    """Rows that some tokens of an update rule out."""

    asks: Rows
    feature: TokenFeature
    blocked: Mapping[Token, Rows]
    every: Rows
    cost: int

    def narrowed(self, sight: Sight, rows: Rows) -> Rows:
        """Return those of some rows that suit an update."""
        hit = together(self.blocked, self.feature.tokens(sight))
        return rows ^ (rows & hit) if hit else rows

    def usual(self) -> int:
        """Return how many rows are usually left of all."""
        return self.every.bit_count()


@define(eq=False)
class TokenPlane:
    """Rows of which an update must have one of some tokens."""

    asks: Rows
    feature: TokenFeature
    satisfying: Mapping[Token, Rows]
    free: Rows
    cost: int

    def narrowed(self, sight: Sight, rows: Rows) -> Rows:
        """Return those of some rows that suit an update."""
        return rows & together(self.satisfying, self.feature.tokens(sight), self.free)

    def usual(self) -> int:
        """Return how many rows are usually left of all."""
        return self.free.bit_count()


FEW = 2
"""Up to so many rows are asked one by one, not looked up all at once."""


@define(eq=False)
class ClausePlane:
    """Rows of which one of several parts has to be satisfied."""

    asks: Rows
    parts: Sequence["Part"]
    literals: Mapping[int, Sequence[KeyLiteral | TokenLiteral]]
    every: Rows
    cost: int

    def narrowed(self, sight: Sight, rows: Rows) -> Rows:
        """Return those of some rows that suit an update."""
        missing = rows & self.asks
        if missing.bit_count() <= FEW:
            for row in bits(missing):
                if not any(literal.holds(sight) for literal in self.literals[row]):
                    rows ^= 1 << row
            return rows
        for part in self.parts:
            if missing & part.asks:
                missing ^= missing & part.satisfied(sight, missing)
                if not missing:
                    return rows
        return rows ^ missing

    def usual(self) -> int:
        """Return how many rows are usually left of all."""
        return (self.every & ~self.asks).bit_count()


Plane = KeyPlane | Exclusion | TokenPlane | ClausePlane


# The parts of a clause


@define(eq=False)
class KeyPart:
    """Rows that some keys satisfy."""

    asks: Rows
    table: Table

    @property
    def feature(self) -> KeyFeature:
        """What it looks at."""
        return self.table.feature

    def satisfied(self, sight: Sight, wanted: Rows) -> Rows:  # noqa: ARG002 - a table is quick for all rows
        """Return the rows that an update satisfies; of those that are not wanted it may leave out some."""
        key = self.table.feature.look(sight)
        found = self.table.rows.get(key)
        return self.table.unnamed(key) if found is None else found


@define(eq=False)
class TokenPart:
    """Rows that some tokens satisfy, and rows that others must leave alone."""

    asks: Rows
    feature: TokenFeature
    satisfying: Mapping[Token, Rows]
    blocked: Mapping[Token, Rows]
    negated: Rows

    def satisfied(self, sight: Sight, wanted: Rows) -> Rows:
        """Return the rows that an update satisfies; of those that are not wanted it may leave out some."""
        tokens = self.feature.tokens(sight)
        found = together(self.satisfying, tokens)
        if self.negated & wanted:
            found |= self.negated ^ (self.negated & together(self.blocked, tokens))
        return found


Part = KeyPart | TokenPart

COSTS: Mapping[type, int] = {Words: 1, Pieces: 2}
"""How much it takes to look at what: a text is taken apart last."""
