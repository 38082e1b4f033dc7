"""Texts of every kind through the parser and the checker: no traceback, and no text takes more than a second.

    python tests/fuzz/texts.py [--count 1000000] [--seed 1] [--processes 2]

Texts are random characters, random tokens of the language, random bytes, and good files with some of
their tokens left out, swapped, doubled and misspelt, now and then one file grafted onto another. A text that
shows a diagnostic in a way not met before is kept and changed further, so the search goes where
there is something new. A failure is printed with the text that shows it, as soon as it is found. Time is that of the
process, not of the clock, and what seemed slow is tried again at the end, when nothing else runs.
"""

import argparse
import itertools
import multiprocessing
import queue
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import slips
from attrs import define, field

from trigdsl.diagnostics import render
from trigdsl.runtime.loader import load_text
from trigdsl.syntax import parser, words

GOOD = Path(__file__).parent.parent / "corpus" / "good"
SLOWEST = 1.0
MOST = 400
"""Longer texts are cut: what matters happens within a rule or between neighbours."""
BLOCK = 1_000
"""After so many texts a process tells what they have shown."""
EVERY = 60.0
"""A line is printed about every so many seconds, so that a run that is cut off has said what it has found."""
MOST_FAILURES = 20
"""A process that has found so many stops."""
STRANGE = "\"“”«»'()[]{}<>=!&|#\\\n\t\r .,;:@*%$€éß😀\u202e\u0301\ue000\ue001\ue0ff\x00\x1b{{}}{%%}09-_/"


def seeds() -> list[str]:
    return [path.read_bytes().decode("utf-8-sig") for path in sorted(GOOD.glob("*.trig"))]


def vocabulary() -> list[str]:
    table = words.load("en")
    phrases = [phrase for spellings in table.phrases.values() for phrase in spellings]
    nouns = [
        "ticket.status",
        "solved",
        "ticket",
        "requester",
        "assignee",
        "group",
        "vip",
        "4",
        "2026-01-31",
        "09:00",
        '"a',
        'b"',
        "comment",
        "is",
    ]
    return [*phrases, *nouns, *table.guesses, ",", ".", "(", ")", "<", ">=", '"""', "#", "\n"]


def texts(dice: random.Random, pool: list[str], spoken: list[str]) -> Iterator[tuple[str, str]]:
    """Yield texts without end, each with its kind."""
    while True:
        match dice.randrange(10):
            case 0:
                length = dice.randrange(200)
                yield "characters", "".join(dice.choice(STRANGE + "abcdefgh ") for _ in range(length))
            case 1:
                yield "bytes", dice.randbytes(dice.randrange(300)).decode("utf-8", "replace")
            case 2 | 3:
                yield "tokens", " ".join(dice.choice(spoken) for _ in range(dice.randrange(60)))
            case 4:
                one, two = dice.choice(pool), dice.choice(pool)
                grafted = one[: dice.randrange(len(one) + 1)] + two[dice.randrange(len(two) + 1) :]
                yield "grafts", grafted[:MOST]
            case _:
                text = dice.choice(pool)
                start = dice.randrange(max(1, len(text) - MOST + 1))
                start = text.find("\n", start) + 1 if start else 0
                yield "slips", changed(text[start : start + MOST], dice, spoken)


def changed(text: str, dice: random.Random, spoken: list[str]) -> str:
    """Return a text with one to four of its tokens changed."""
    for _ in range(dice.choice([1, 1, 1, 2, 3, 4])):
        found = slips.tokens(text)
        if not found:
            return text
        span = dice.choice(found)
        word = text[span.start : span.end]
        new = dice.choice(
            [
                "",
                f"{word} {word}",
                dice.choice(spoken),
                dice.choice(STRANGE) + word,
                word + dice.choice(STRANGE),
            ]
        )
        if word.isalpha() and len(word) > 1 and dice.random() < 0.5:
            new = slips.misspelt(word, dice)
        text = text[: span.start] + new + text[span.end :]
    return text


def tried(text: str) -> tuple[frozenset[str], float]:
    """Return what is said of a text, its names and places blotted out, and the seconds of this process that took."""
    start = time.process_time()
    source, problems = parser.decode("fuzz", text.encode("utf-8", "replace"))
    found = load_text(source.text, name="fuzz")
    said = [*problems, *found.diagnostics]
    for diagnostic in said:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.source.text), diagnostic
        assert render(diagnostic)
    assert said or found.ruleset is not None
    seen = frozenset(f"{d.code} {(d.message.split('`')[-1])}" for d in said)
    return seen, time.process_time() - start


@define
class Found:
    """What some texts have shown: how many there were of each kind, which sets of diagnostics, what failed, what was slow."""

    kinds: Counter[str] = field(factory=Counter)
    known: set[frozenset[str]] = field(factory=set)
    failures: list[str] = field(factory=list)
    slow: list[str] = field(factory=list)

    def add(self, other: "Found") -> None:
        """Take in what other texts have shown."""
        self.kinds += other.kinds
        self.known |= other.known
        self.failures += other.failures
        self.slow += other.slow


def run(seed: int, count: int, tell: Callable[[Found], None]) -> None:
    """Try many texts, and tell now and then what those since the last time have shown."""
    dice = random.Random(seed)
    pool, spoken = seeds(), vocabulary()
    known: set[frozenset[str]] = set()
    found = Found()
    failed = 0
    for number, (kind, text) in enumerate(itertools.islice(texts(dice, pool, spoken), count), 1):
        found.kinds[kind] += 1
        try:
            seen, seconds = tried(text)
        except Exception:
            found.failures.append(f"{text!r}\n{traceback.format_exc()}")
            failed += 1
        else:
            found.slow += [text] if seconds > SLOWEST else []
            if seen not in known:
                known.add(seen)
                found.known.add(seen)
                pool.append(text[:MOST])
        if number % BLOCK == 0 or number == count or failed == MOST_FAILURES:
            tell(found)
            found = Found()
        if failed == MOST_FAILURES:
            return


def every_slip(tell: Callable[[Found], None]) -> None:
    """Try every slip of every good file."""
    for text in seeds():
        found = Found()
        for slip in slips.slips(text, random.Random(len(text))):
            found.kinds["slips of good files, each"] += 1
            try:
                found.slow += [slip.text] if tried(slip.text)[1] > SLOWEST else []
            except Exception:
                found.failures.append(f"{slip.what}\n{slip.text!r}\n{traceback.format_exc()}")
        tell(found)


def worker(seed: int, count: int, told: "multiprocessing.Queue[Found | None]", *, slipping: bool) -> None:
    """Try a share of the texts in a process of its own; None says that it is done."""
    run(seed, count, told.put)
    if slipping:
        every_slip(told.put)
    told.put(None)


def still_slow(text: str) -> bool:
    """Return whether a text takes too long when nothing else is tried: a loaded machine makes any text slow."""
    return min(tried(text)[1] for _ in range(3)) > SLOWEST


def report(found: Found, seconds: float) -> None:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in found.kinds.most_common())
    wrong = (
        f"{len(found.failures)} failures, {len(found.slow)} slow"
        if found.failures or found.slow
        else "no failure"
    )
    print(
        f"{found.kinds.total():,} texts in {seconds:,.0f} s ({kinds}): {len(found.known):,} sets of diagnostics, {wrong}",
        flush=True,
    )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    asked = options.parse_args()
    start = last = time.monotonic()
    share = -(-asked.count // asked.processes)
    told: multiprocessing.Queue[Found | None] = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(
            target=worker,
            args=(asked.seed + number, share, told),
            kwargs={"slipping": number == 0 and asked.count >= 100_000},
            daemon=True,
        )
        for number in range(asked.processes)
    ]
    print(f"seeds {asked.seed} to {asked.seed + asked.processes - 1}", flush=True)
    for process in processes:
        process.start()
    found, working = Found(), len(processes)
    while working:
        try:
            part = told.get(timeout=10)
        except queue.Empty:
            # A process that was ended from outside tells nothing more.
            working = sum(process.is_alive() for process in processes)
            continue
        if part is None:
            working -= 1
            continue
        found.add(part)
        for failure in part.failures:
            print(failure, flush=True)
        if time.monotonic() - last > EVERY:
            last = time.monotonic()
            report(found, last - start)
    found.slow = [text for text in found.slow if still_slow(text)]
    report(found, time.monotonic() - start)
    for text in found.slow:
        print(f"slow: {text!r}")
    return 1 if found.failures or found.slow else 0


if __name__ == "__main__":
    sys.exit(main())
