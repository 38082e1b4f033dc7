"""What tests did not notice, as text: each sentence that could change, and a test that would notice."""

from collections.abc import Iterator, Sequence
from typing import Any

from trigdsl.interfaces.coverage_report import percent
from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.semantics.written import Written
from trigdsl.testing.mutation.mutants import Mutant
from trigdsl.testing.mutation.trial import Tried, score
from trigdsl.testing.mutation.witness import Witness


def survivor(result: Tried, witness: Witness | None, reader: Reader = IN_ENGLISH) -> str:
    """Return a change that no test noticed, with a test that would notice it."""
    mutant = result.mutant
    title, place = reader.title(mutant.title), f"{mutant.at.path}:{mutant.at.line}"
    lines = [f"{reader.say('NOT NOTICED')}  {title}  ({place})"]
    lines += [f"    {line}" for line in sentence(mutant, reader)]
    if witness is None:
        said = "No ticket was found that tells the two apart; the change may mean nothing."
        lines.append(f"  {reader.say(said)}")
    else:
        lines.append(f"  {reader.say('This test passes, and would notice it:')}")
        lines += [
            f"    {line}".rstrip() for line in reader.rules(witness.text(result.court.written)).splitlines()
        ]
    return "\n".join(lines) + "\n"


def sentence(mutant: Mutant, reader: Reader = IN_ENGLISH) -> Iterator[str]:
    """Yield how the sentence reads, and how it could read."""
    change = mutant.change
    yield from _marked("- ", reader.piece(change.before))
    yield from _marked("+ ", reader.piece(change.after) or f"({reader.told(change.kind)})")


def _marked(mark: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        yield (mark if number == 0 else "  ") + line


def summary(tried: Sequence[Tried], reader: Reader = IN_ENGLISH) -> str:
    """Return the last lines: what provably means the same, and the score."""
    same = [x.mutant for x in tried if x.mutant.same is not None]
    lines = []
    if same:
        lines.append(reader.say("set aside, since they mean the same: {}", str(len(same))))
        for mutant in same:
            change = mutant.change
            after = reader.piece(change.after) or f"({reader.told(change.kind)})"
            why = reader.told(mutant.same or "")
            lines.append(
                f"  {mutant.at.path}:{mutant.at.line}: {reader.piece(change.before)} -> {after}: {why}"
            )
    counted = len(tried) - len(same)
    killed = sum(x.killer is not None for x in tried)
    share = percent(score(tried)), str(killed), str(counted)
    lines.append(reader.say("{} of the changes were noticed: {} of {}", *share))
    return "\n".join(lines)


def to_json(tried: Sequence[Tried], witnesses: Sequence[Witness | None]) -> dict[str, Any]:
    """Return the documented shape; there is a witness, or none, for each survivor in order."""
    left = iter(witnesses)
    return {
        "score": round(score(tried), 4),
        "mutants": [
            {
                "trigger": x.mutant.title,
                "path": x.mutant.at.path,
                "line": x.mutant.at.line,
                "kind": x.mutant.change.kind,
                "before": x.mutant.change.before,
                "after": x.mutant.change.after,
                "noticed_by": x.killer,
                "same": x.mutant.same,
                "test": _text(next(left), x.court.written) if x.survived else None,
            }
            for x in tried
        ],
    }


def _text(witness: Witness | None, written: Written) -> str | None:
    return None if witness is None else witness.text(written)
