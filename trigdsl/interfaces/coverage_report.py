"""Coverage as text: for each trigger how much of it the tests have shown, and what they have not."""

from collections.abc import Iterator

from trigdsl.runtime.reader import IN_ENGLISH, Reader
from trigdsl.testing.scenarios.coverage import Coverage, TriggerSeen


def text(coverage: Coverage, reader: Reader = IN_ENGLISH) -> str:
    """Return coverage for a person: a line for each trigger, and one for each condition that lacks a test."""
    lines = ["", reader.say("coverage of conditions")]
    lines += [line for seen in coverage.triggers for line in _trigger(seen, reader)]
    met, wanted = (sum(getattr(t, name) for t in coverage.triggers) for name in ("met", "wanted"))
    count = sum(seen.trigger.runs for seen in coverage.triggers)
    triggers = reader.several(count, "{} trigger", "{} triggers")
    share = percent(coverage.share), triggers, str(met), str(wanted)
    lines.append(reader.say("{} of the conditions of {}: {} of {}", *share))
    return "\n".join(lines)


def _trigger(seen: TriggerSeen, reader: Reader) -> Iterator[str]:
    place, title = f"{seen.trigger.at.path}:{seen.trigger.at.line}", reader.title(seen.trigger.title)
    if seen.trigger.off is not None:
        yield f"  {reader.told(seen.trigger.off):>8}  {title}  ({place})"
        return
    share = percent(seen.met / seen.wanted if seen.wanted else 1.0)
    yield f"  {share:>8}  {title}  ({place})"
    for part in seen.parts:
        missing = part.missing(reader)
        if missing:
            at = part.part.at
            said = reader.condition(at.text), str(at.line), ", ".join(missing)
            yield "            " + reader.say("`{}` (line {}) {}", *said)


def percent(share: float) -> str:
    """Return a share in percent; what is not all is never 100 %."""
    return f"{min(int(share * 100), 99) if share < 1 else 100} %"
