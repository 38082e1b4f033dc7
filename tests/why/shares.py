"""What `why` says of triggers that did not fire, judged: `python tests/why/shares.py [cases]` prints the shares."""

import copy
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from attrs import define, field, frozen

from trigdsl import resources
from trigdsl.engine.effects import Outcome
from trigdsl.engine.search import Mode
from trigdsl.engine.state import Ticket, Update, UpdateError
from trigdsl.runtime import loader, wire
from trigdsl.runtime.patches import patch
from trigdsl.runtime.ruleset import Ruleset
from trigdsl.semantics import rules as r
from trigdsl.testing.generation.cases import Case, make_case
from trigdsl.testing.generation.drawing import Draws
from trigdsl.testing.strategies import World
from trigdsl.why.answers import Answer, answer
from trigdsl.why.asked import Asked
from trigdsl.why.changes import changed

Event = Mapping[str, Any]
MOST_PARTS = 8


@frozen
class Question:
    """One trigger and one event that it did not fire on, as a stream came to it."""

    ruleset: Ruleset
    asked: Asked
    trigger: r.Trigger
    event: Event

    def fires_on(self, event: Event) -> bool:
        """Return whether the trigger fires when a stream brings another event to the same ticket."""
        fold = self.ruleset.fold(directory=self.asked.given, mode=self.asked.mode, render=False)
        if self.asked.before is not None:
            fold.start_from(self.asked.before)
        outcome = fold.feed(event)
        return self.trigger.title in (*outcome.fired, *(trial.trigger for trial in outcome.trial))

    def told(self) -> str:
        return f"{self.trigger.title}: {self.trigger.condition.at.text}\n{dict(self.event)}"


def questions(
    ruleset: Ruleset, people: Mapping[str, Any], events: Sequence[Event], mode: Mode = Mode.RESTART
) -> Iterator[Question]:
    """Yield each trigger with each event that it did not fire on."""
    known = ruleset.directory(people)
    last: list[tuple[Ticket | None, Update]] = []

    def step(before: Ticket | None, update: Update) -> Outcome:
        last[:] = [(before, update)]
        return ruleset.step(before, update, directory=known, mode=mode, render=False)

    fold = ruleset.fold(directory=known, mode=mode)
    fold.step = step
    for event in events:
        try:
            outcome = fold.feed(event)
        except UpdateError:
            continue
        if outcome.duplicate:
            continue
        ((before, update),) = last
        asked = Asked(ruleset.rules, before, update, known, mode)
        fired = {*outcome.fired, *(trial.trigger for trial in outcome.trial)}
        for trigger in ruleset.triggers:
            if trigger.title not in fired:
                yield Question(ruleset, asked, trigger, event)


def applied(event: Event, operations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an event with a JSON Patch applied, as RFC 6902 says."""
    found: dict[str, Any] = copy.deepcopy(dict(event))
    for operation in operations:
        *way, last = (p.replace("~1", "/").replace("~0", "~") for p in operation["path"].split("/")[1:])
        place: Any = found
        for step in way:
            place = place[step]
        assert operation["op"] == "add" or last in place
        if operation["op"] == "remove":
            del place[last]
        else:
            place[last] = copy.deepcopy(operation["value"])
    return found


def judged(question: Question) -> str:
    """Return what kind of answer a question has; AssertionError when what the answer says is not so."""
    found = answer(question.asked, question.trigger)
    if found.nearest is None:
        _judge_standing(question, found)
        return found.verdict
    if found.nearest.edits:
        _judge_change(question, found)
        return f"a change of {len(found.nearest.edits)}"
    return "gave up" if found.nearest.reason is None else f"reason: {found.nearest.reason.kind}"


def _judge_standing(question: Question, found: Answer) -> None:
    trigger, before = question.trigger, question.asked.before
    match found.verdict:
        case "disabled":
            assert not trigger.active
        case "not executable":
            assert trigger.raw
        case "fired before":
            assert trigger.once
            assert before is not None
            assert trigger.title in before.fired
        case "closed":
            assert before is not None
            assert before.values.get("status") == "closed"
        case verdict:
            raise AssertionError(f"{verdict}: {question.told()}")


def _judge_change(question: Question, found: Answer) -> None:
    """Hold a change to what is said of it: that with it the trigger fires, and with no part of it alone."""
    assert found.nearest is not None
    asked, edits = question.asked, found.nearest.edits
    operations = patch(question.event, asked.update, changed(asked, edits), question.ruleset.vocabulary)
    assert question.fires_on(applied(question.event, operations)), f"{question.told()}\n{operations}"
    assert not question.fires_on(question.event)
    # Each operation left out, as a tool could apply them.
    for left_out in range(len(operations)):
        some = [o for number, o in enumerate(operations) if number != left_out]
        if operations[left_out]["path"] not in ("/data/set", "/data/comment"):
            assert not some or not question.fires_on(applied(question.event, some)), (
                f"{question.told()}\n{operations} without {left_out}"
            )
    # Every part of it, as it is told.
    if len(edits) <= MOST_PARTS:
        for size in range(1, len(edits)):
            for part in itertools.combinations(edits, size):
                event = wire.update_to_json(changed(asked, part), question.ruleset.vocabulary)
                assert not question.fires_on(event), f"{question.told()}\n{edits}: {part} is enough"


def of_case(case: Case, mode: Mode = Mode.RESTART) -> Iterator[Question]:
    """Yield the questions of generated rules with a story; none where the rules have mistakes."""
    loaded = loader.load_text(case.rules, directory=case.directory)
    if loaded.ruleset is not None:
        yield from questions(loaded.ruleset, case.directory, case.events, mode)


def of_demo(*rules: str) -> Iterator[Question]:
    """Yield the questions of the demo's stream, under its own rules or some others."""
    folder = resources.folder("stdlib") / "demo"
    people = json.loads((folder / "directory.json").read_text(encoding="utf-8"))
    loaded = loader.load_paths(rules or [str(folder / "rules.trig")], directory=people)
    assert loaded.ruleset is not None
    lines = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    yield from questions(loaded.ruleset, people, [json.loads(line) for line in lines])


@define(eq=False)
class Shares:
    """How often each kind of answer was given, and how long it took to find and judge it, in seconds of the processor."""

    answers: Counter[str] = field(factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0

    def ask(self, question: Question) -> str:
        start = time.process_time()
        kind = judged(question)
        took = time.process_time() - start
        self.seconds += took
        self.slowest = max(self.slowest, took)
        self.answers[kind] += 1
        return kind

    def lines(self) -> list[str]:
        total = max(1, self.answers.total())
        return [
            *(f"{kind:28} {count:6}  {count / total:6.2%}" for kind, count in sorted(self.answers.items())),
            f"{'asked':28} {total:6}  {1000 * self.seconds / total:.1f} ms each, the slowest {self.slowest:.1f} s",
        ]


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    for title, found in (
        ("The demo", of_demo()),
        ("The demo under zendesk.current", of_demo("zendesk.current")),
        ("The demo under zendesk with the life cycle", of_demo("zendesk.lifecycle", "zendesk")),
        *((f"{cases} generated cases, {mode.value}", _generated(cases, mode)) for mode in Mode),
    ):
        shares = Shares()
        for question in found:
            if shares.ask(question) == "gave up" and "-v" in sys.argv:
                print(question.told())
        print(f"{title}\n", *(f"  {line}\n" for line in shares.lines()), sep="")


def _generated(cases: int, mode: Mode) -> Iterator[Question]:
    world = World.zendesk()
    for number in range(cases):
        yield from of_case(make_case(Draws.of(Random(number)), world), mode)


if __name__ == "__main__":
    main()
