"""Texts of every kind through the parser and the checker: no traceback, and no text takes more than a second.

    python tests/fuzz/texts.py [--count 1000000] [--seed 1] [--processes 2]

Texts are random characters, random tokens of the language, random bytes, and good files with some of
their tokens left out, swapped, doubled and misspelt, now and then one file grafted onto another. A text that
shows a diagnostic in a way not met before is kept and changed further, so the search goes where
there is something new. A failure is printed with the text that shows it.
"""

import argparse
import multiprocessing
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import slips

from trigdsl.diagnostics import render
from trigdsl.runtime.loader import load_text
from trigdsl.syntax import parser, words

GOOD = Path(__file__).parent.parent / "corpus" / "good"
SLOWEST = 1.0
MOST = 400
"""Longer texts are cut: what matters happens within a rule or between neighbours."""
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
    """Return what is said of a text, its names and places blotted out, and how long that took, in seconds."""
    start = time.perf_counter()
    source, problems = parser.decode("fuzz", text.encode("utf-8", "replace"))
    found = load_text(source.text, name="fuzz")
    said = [*problems, *found.diagnostics]
    for diagnostic in said:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(diagnostic.source.text), diagnostic
        assert render(diagnostic)
    assert said or found.ruleset is not None
    seen = frozenset(f"{d.code} {(d.message.split('`')[-1])}" for d in said)
    return seen, time.perf_counter() - start


def run(seed: int, count: int) -> tuple[Counter[str], int, list[str]]:
    """Try many texts; return how many of each kind, how many showed something new, and the failures."""
    dice = random.Random(seed)
    pool, spoken = seeds(), vocabulary()
    kinds: Counter[str] = Counter()
    known: set[frozenset[str]] = set()
    failures: list[str] = []
    for number, (kind, text) in enumerate(texts(dice, pool, spoken)):
        if number == count or len(failures) == 20:
            break
        kinds[kind] += 1
        try:
            seen, seconds = tried(text)
        except Exception:
            failures.append(f"{text!r}\n{traceback.format_exc()}")
            continue
        if seconds > SLOWEST:
            again = min(tried(text)[1] for _ in range(3))
            failures += [f"{text!r}\n{again:.2f} s"] if again > SLOWEST else []
        if seen not in known:
            known.add(seen)
            pool.append(text[:MOST])
    return kinds, len(known), failures


def every_slip(text: str) -> list[str]:
    """Try every slip of a good file; return the failures."""
    failures = []
    for slip in slips.slips(text, random.Random(len(text))):
        try:
            tried(slip.text)
        except Exception:
            failures.append(f"{slip.what}\n{slip.text!r}\n{traceback.format_exc()}")
    return failures


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    asked = options.parse_args()
    start = time.monotonic()
    share = -(-asked.count // asked.processes)
    jobs = [(asked.seed + number, share) for number in range(asked.processes)]
    with multiprocessing.Pool(asked.processes) as pool:
        found = pool.starmap(run, jobs)
        slipped = pool.map(every_slip, seeds() if asked.count >= 100_000 else [])
    kinds: Counter[str] = sum((part[0] for part in found), Counter())
    failures = [failure for part in found for failure in part[2]]
    failures += [failure for part in slipped for failure in part]
    print(
        f"seeds {asked.seed} to {asked.seed + asked.processes - 1}: {kinds.total():,} texts in {time.monotonic() - start:.0f} s"
    )
    print(", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common()))
    print(
        f"{max(part[1] for part in found):,} different sets of diagnostics in one process; every slip of {len(slipped)} good files as well"
    )
    print("\n\n".join(failures) or "no traceback, and nothing slow")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
