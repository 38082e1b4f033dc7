"""From checked rules to their index: every clause of every trigger finds the plane that answers it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from attrs import define, field, frozen

from trigdsl.engine.index.affected import Affected
from trigdsl.engine.index.clauses import Clause, clauses
from trigdsl.engine.index.features import (
    Asked,
    Feature,
    KeyFeature,
    KeyLiteral,
    Pieces,
    Token,
    TokenFeature,
    TokenLiteral,
)
from trigdsl.engine.index.literals import Literal, Literals
from trigdsl.engine.index.matching import Index
from trigdsl.engine.index.planes import (
    COSTS,
    ClausePlane,
    Exclusion,
    KeyPart,
    KeyPlane,
    Part,
    Plane,
    Rows,
    Table,
    TokenPart,
    TokenPlane,
    add,
    mask,
)
from trigdsl.engine.index.sight import Callings
from trigdsl.semantics import rules as r

ENOUGH = 4
"""A test of which nothing can be looked up gets a plane when so many rows ask it; else it is asked row by row."""


@frozen
class _Line:
    """One clause of a row, with what its tests ask of which features."""

    row: int
    clause: Clause
    literals: Sequence[Literal]

    def condition(self) -> r.Condition:
        """Return the clause as a condition again."""
        parts = tuple(literal.condition() for literal in self.clause)
        return parts[0] if len(parts) == 1 else r.AnyOf(parts)


Layer = dict[int, Sequence[Literal]]
"""Clauses of one plane: at most one a row."""


@define(eq=False)
class _Builder:
    """Where the clauses go, one by one."""

    every: Rows
    demands: dict[KeyFeature, dict[int, list[Sequence[KeyLiteral]]]] = field(
        factory=lambda: defaultdict(dict)
    )
    blocked: dict[TokenFeature, dict[Token, Rows]] = field(factory=lambda: defaultdict(dict))
    layers: dict[TokenFeature | None, list[Layer]] = field(factory=lambda: defaultdict(list))
    left_over: dict[int, list[r.Condition]] = field(factory=lambda: defaultdict(list))
    asked_by: Counter[Feature] = field(factory=Counter)

    def place(self, line: _Line) -> None:
        """Put a clause where it is answered."""
        features = {literal.feature for literal in line.literals}
        alone = next(iter(features)) if len(features) == 1 else None
        if self._is_rest(line.literals):
            self.left_over[line.row].append(line.condition())
        elif isinstance(alone, KeyFeature):
            keys = [literal for literal in line.literals if isinstance(literal, KeyLiteral)]
            self.demands[alone].setdefault(line.row, []).append(keys)
        elif isinstance(alone, TokenFeature) and all(_is_negated(literal) for literal in line.literals):
            tokens = {token for literal in line.literals for token in _tokens(literal)}
            add(self.blocked[alone], tokens, line.row)
        else:
            layers = self.layers[alone if isinstance(alone, TokenFeature) else None]
            layer = next((known for known in layers if line.row not in known), None)
            if layer is None:
                layers.append(layer := {})
            layer[line.row] = line.literals

    def _is_rest(self, literals: Iterable[Literal]) -> bool:
        """Return whether no plane is worth its while, or none can say it: two things that must both be there."""
        negated = Counter(literal.feature for literal in literals if _is_negated(literal))
        rare = (isinstance(x.feature, Asked) and self.asked_by[x.feature] < ENOUGH for x in literals)
        return any(count > 1 for count in negated.values()) or any(rare)

    def planes(self) -> list[Plane]:
        """Return the planes, those first that leave the fewest rows, and those last that take a text apart."""
        found: list[Plane] = []
        for key_feature, demands in self.demands.items():
            asks = mask(demands)
            table = Table.of(key_feature, demands, self.every & ~asks)
            found.append(KeyPlane(asks, table, _cost([key_feature]), key_feature.look, table.rows))
        for token_feature, blocked in self.blocked.items():
            asks = 0
            for rows in blocked.values():
                asks |= rows
            found.append(Exclusion(asks, token_feature, blocked, self.every, _cost([token_feature])))
        for layers in self.layers.values():
            found += [self._clauses(layer) for layer in layers]
        return sorted(found, key=lambda plane: (plane.cost, plane.usual()))

    def _clauses(self, layer: Layer) -> Plane:
        by_feature: dict[Feature, Layer] = defaultdict(dict)
        for row, literals in layer.items():
            for feature in {literal.feature: None for literal in literals}:
                by_feature[feature][row] = [x for x in literals if x.feature is feature]
        parts = [_part(feature, asked) for feature, asked in by_feature.items()]
        parts.sort(key=lambda part: _cost([part.feature]))
        alone = parts[0] if len(parts) == 1 else None
        if isinstance(alone, TokenPart) and not alone.negated and not isinstance(alone.feature, Pieces):
            free = self.every & ~alone.asks
            return TokenPlane(alone.asks, alone.feature, alone.satisfying, free, _cost([alone.feature]))
        return ClausePlane(mask(layer), parts, layer, self.every, _cost(by_feature))


def _part(feature: Feature, asked: Layer) -> Part:
    """Return the part of a clause that looks at one feature."""
    asks = mask(asked)
    if isinstance(feature, KeyFeature):
        demands = {row: [[x for x in several if isinstance(x, KeyLiteral)]] for row, several in asked.items()}
        return KeyPart(asks, Table.of(feature, demands))
    satisfying: dict[Token, Rows] = {}
    blocked: dict[Token, Rows] = {}
    negated: Rows = 0
    literals = {row: [x for x in several if isinstance(x, TokenLiteral)] for row, several in asked.items()}
    for row, several in literals.items():
        for literal in several:
            add(blocked if literal.negated else satisfying, literal.tokens, row)
            negated |= literal.negated << row
    return TokenPart(asks, feature, satisfying, blocked, negated)


def _is_negated(literal: Literal) -> bool:
    return isinstance(literal, TokenLiteral) and literal.negated


def _tokens(literal: Literal) -> frozenset[Token]:
    return literal.tokens if isinstance(literal, TokenLiteral) else frozenset()


def _cost(features: Iterable[Feature]) -> int:
    return max((COSTS.get(type(feature), 0) for feature in features), default=0)


def index_of(rules: r.Rules) -> Index:
    """Return the index of a rule set: it finds what the definition finds, at a cost that follows what fires."""
    literals = Literals(rules.vocabulary)
    lines = [
        _Line(row, clause, [literals.of(literal) for literal in clause])
        for row, trigger in enumerate(rules.triggers)
        if trigger.runs
        for clause in clauses(trigger.condition)
    ]
    counters = {
        counter.field: [[literals.of(literal) for literal in clause] for clause in clauses(counter.condition)]
        for counter in rules.counters
    }
    builder = _Builder((1 << len(rules.triggers)) - 1)
    builder.asked_by.update(x.feature for line in lines for x in line.literals)
    affected = Affected()
    for line in lines:
        builder.place(line)
        for literal in line.literals:
            affected.add(literal, line.row)
    return Index(
        rules,
        builder.planes(),
        {row: _together(conditions) for row, conditions in builder.left_over.items()},
        affected,
        mask(row for row, trigger in enumerate(rules.triggers) if trigger.runs),
        {trigger.title: row for row, trigger in enumerate(rules.triggers) if trigger.once},
        counters,
        Callings.of(literals.operands),
    )


def _together(conditions: Sequence[r.Condition]) -> r.Condition:
    return conditions[0] if len(conditions) == 1 else r.AllOf(tuple(conditions))
