"""What a run exercised, so that "nothing found" means something."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from attrs import define, field
from constructs import constructs, every_construct, verbs

from trigdsl.engine.effects import Outcome
from trigdsl.syntax import tree as t


@define
class Exercised:
    """Counts of some cases, and the numbers of those on which the two disagree."""

    cases: int = 0
    again: int = 0
    """Streams that their rule set had been given before, which are no cases."""
    events: int = 0
    rule_sets: set[int] = field(factory=set)
    of_hosts: int = 0
    in_files: int = 0
    single_pass: int = 0
    refused: int = 0
    """Rule sets with mistakes, which are run on nothing."""
    constructs: Counter[str] = field(factory=Counter)
    pairs: Counter[tuple[str, str]] = field(factory=Counter)
    fired: int = 0
    enabled: int = 0
    chains: Counter[int] = field(factory=Counter)
    wrong: list[tuple[int, str]] = field(factory=list)

    def add(self, other: "Exercised") -> None:
        """Take in what other cases exercised."""
        for name in ("cases", "again", "events", "of_hosts", "in_files", "single_pass", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.fired += other.fired
        self.enabled += other.enabled
        self.rule_sets |= other.rule_sets
        self.constructs.update(other.constructs)
        self.pairs.update(other.pairs)
        self.chains.update(other.chains)
        self.wrong += other.wrong

    def count_rules(self, trees: Iterable[t.File], cases: int) -> None:
        """Count what stands in the rules of so many cases."""
        found = {name for tree in trees for name in constructs(tree)}
        self.constructs.update(dict.fromkeys(found, cases))
        said = sorted(found & VERBS)
        self.pairs.update(dict.fromkeys(combinations(said, 2), cases))

    def count_firings(self, outcomes: Sequence[Outcome]) -> None:
        """Count whether something fired in a case, and how many firings in a row enabled each other."""
        longest = max(map(_longest, outcomes), default=0)
        self.fired += longest > 0
        self.enabled += longest > 1
        self.chains[longest] += 1

    def lines(self) -> list[str]:
        """Return the report, a line each."""
        cases = max(1, self.cases)
        found = [
            f"{self.events:,} events; {len(self.rule_sets):,} different rule sets, {self.refused} more with mistakes",
            f"{self.of_hosts:,} cases over vocabularies of hosts, {self.in_files:,} with rules in several files",
            f"{self.single_pass:,} in a single pass as well; {self.again:,} streams drawn twice are not counted",
            f"{self.fired / cases:.1%} fire something, {self.enabled / cases:.1%} have a firing that enabled another",
            "longest chains: " + ", ".join(f"{n}: {count:,}" for n, count in sorted(self.chains.items())),
        ]
        counts = sorted((self.constructs[name], name) for name in every_construct())
        found.append("rarest constructs: " + ", ".join(f"{name} {count:,}" for count, name in counts[:10]))
        possible = [*combinations(verbs(), 2)]
        rarest = min(possible, key=self.pairs.__getitem__)
        met = sum(1 for pair in possible if self.pairs[pair])
        found.append(
            f"pairs of verbs in one rule set: {met:,} of {len(possible):,}; "
            f"the rarest, {rarest[0]} with {rarest[1]}, in {self.pairs[rarest]:,} cases"
        )
        return found


VERBS = frozenset(verbs())


def _longest(outcome: Outcome) -> int:
    """Return how many firings of an update stand in a row, each enabled by the one before it."""
    if outcome.trace is None:
        return min(1, len(outcome.fired))
    depth: dict[str, int] = {}
    for firing in outcome.trace.fired:
        depth[firing.trigger] = 1 + depth.get(firing.enabled_by or "", 0)
    return max(depth.values(), default=0)
