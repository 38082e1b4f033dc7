"""Which rows may hold otherwise after a firing has changed something."""

from collections import defaultdict

from attrs import define, field

from trigdsl.engine.effects import FieldChanged
from trigdsl.engine.index.features import Members, Token, TokenLiteral
from trigdsl.engine.index.literals import Literal
from trigdsl.engine.index.planes import Rows, add, together


@define(eq=False)
class Affected:
    """Rows by the name of what they read; of the members of a set, rows by the member that they ask for."""

    rows: dict[str, Rows] = field(factory=dict)
    members: dict[str, dict[Token, Rows]] = field(factory=lambda: defaultdict(dict))

    def add(self, literal: Literal, row: int) -> None:
        """Take in what one test of a row reads."""
        feature = literal.feature
        if isinstance(feature, Members) and feature.own is not None and isinstance(literal, TokenLiteral):
            add(self.members[feature.own], literal.tokens, row)
        else:
            add(self.rows, feature.reads, row)

    def by(self, name: str) -> Rows:
        """Return the rows that read something which is another now."""
        found = self.rows.get(name, 0)
        for rows in self.members.get(name, {}).values():
            found |= rows
        return found

    def by_change(self, change: FieldChanged) -> Rows:
        """Return the rows that a changed field may matter to: of a set only those that ask for what came or went."""
        before, after = change.before, change.after
        members = self.members.get(change.field)
        if members is None or not isinstance(before, frozenset) or not isinstance(after, frozenset):
            return self.by(change.field)
        return together(members, before ^ after, self.rows.get(change.field, 0))
