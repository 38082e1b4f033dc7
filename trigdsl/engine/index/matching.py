"""The index of a rule set, and the search that it answers for one update."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define

from trigdsl.engine.conditions import holds
from trigdsl.engine.effects import CommentPosted, Effect, FieldChanged
from trigdsl.engine.index import sight
from trigdsl.engine.index.affected import Affected
from trigdsl.engine.index.literals import Literal
from trigdsl.engine.index.planes import Plane, Rows, bits
from trigdsl.engine.search import Mode
from trigdsl.engine.view import View
from trigdsl.semantics import rules as r


@define(eq=False)
class Index:
    """The planes of a rule set. What it keeps of a stream, to find it sooner, is bounded and changes no answer."""

    rules: r.Rules
    planes: Sequence[Plane]
    left_over: Mapping[int, r.Condition]
    affected: Affected
    possible: Rows
    once: Mapping[str, int]
    counters: Mapping[str, Sequence[Sequence[Literal]]]
    callings: sight.Callings

    def search(self, view: View, mode: Mode, remembered: frozenset[str]) -> "Lookup":
        """Return the search for what holds of an update, without the triggers that once fired."""
        left = self.possible
        if remembered:
            for title in remembered & self.once.keys():
                left &= ~(1 << self.once[title])
        return Lookup(self, sight.Sight.of(view, self.callings.under(view.directory)), mode, left)

    def counting(self, view: View) -> Callable[[r.Counter], bool]:
        """Return what says whether the condition of a counting field holds now."""
        now = sight.Sight.of(view, self.callings.under(view.directory))

        def counts(counter: r.Counter) -> bool:
            now.found.clear()  # one counting field may read another
            return _all_hold(self.counters[counter.field], now)

        return counts


def _all_hold(clauses: Sequence[Sequence[Literal]], now: sight.Sight) -> bool:
    for clause in clauses:
        for literal in clause:
            if literal.holds(now):
                break
        else:
            return False
    return True


@define(eq=False)
class Lookup:
    """The triggers of one update that have not been taken yet, as rows; `held` are those that the planes leave."""

    index: Index
    sight: sight.Sight
    mode: Mode
    left: Rows
    held: Rows = 0
    stale: Rows = -1

    def next(self) -> r.Trigger | None:
        """Return the first trigger that holds, taken out of those left; None when there is none."""
        self._catch_up()
        while self.held:
            lowest = self.held & -self.held
            row = lowest.bit_length() - 1
            self.held ^= lowest
            if self._holds(row):
                self.left ^= lowest
                if self.mode is Mode.SINGLE_PASS:
                    self.left &= -lowest
                return self.index.rules.triggers[row]
        return None

    def fired(self, effects: Iterable[Effect]) -> None:
        """Note which triggers may hold otherwise after what a firing changed."""
        affected = self.index.affected
        for effect in effects:
            if isinstance(effect, FieldChanged):
                self.stale |= affected.by_change(effect)
                self._forget(effect.field)
            elif isinstance(effect, CommentPosted):
                for state in ("public", "private"):
                    name = f"{self.index.rules.vocabulary.root}.{state}"
                    self.stale |= affected.by(name)
                    self._forget(name)

    def _forget(self, name: str) -> None:
        """Let go of what was found of something that is another now."""
        found = self.sight.found
        for feature in [known for known in found if name in known.reads]:
            del found[feature]

    def holding(self) -> set[str]:
        """Return the titles of those left that hold now."""
        self._catch_up()
        triggers = self.index.rules.triggers
        return {triggers[row].title for row in bits(self.held) if self._holds(row)}

    def _catch_up(self) -> None:
        """Ask the planes again for the rows that may hold otherwise than they did."""
        rows = self.stale & self.left
        if rows:
            self.held &= ~rows
            for plane in self.index.planes:
                if rows & plane.asks:
                    rows = plane.narrowed(self.sight, rows)
                    if not rows:
                        break
            self.held |= rows
        self.stale = 0

    def _holds(self, row: int) -> bool:
        """Return whether what no plane says of a row holds too."""
        rest = self.index.left_over.get(row)
        return rest is None or holds(rest, self.sight.view)
