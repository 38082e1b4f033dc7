"""Coverage as text: for each trigger how much of it the tests have shown, and what they have not."""

from collections.abc import Iterator

from trigdsl.testing.scenarios.coverage import Coverage, TriggerSeen


def text(coverage: Coverage) -> str:
    """Return coverage for a person: a line for each trigger, and one for each condition that lacks a test."""
    lines = ["", "coverage of conditions"]
    lines += [line for seen in coverage.triggers for line in _trigger(seen)]
    met, wanted = (sum(getattr(t, name) for t in coverage.triggers) for name in ("met", "wanted"))
    lines.append(f"{percent(coverage.share)} of the conditions of {_triggers(coverage)}: {met} of {wanted}")
    return "\n".join(lines)


def _triggers(coverage: Coverage) -> str:
    count = sum(seen.trigger.runs for seen in coverage.triggers)
    return f"{count:,} trigger{'s' * (count != 1)}"


def _trigger(seen: TriggerSeen) -> Iterator[str]:
    place = f"{seen.trigger.at.path}:{seen.trigger.at.line}"
    if seen.trigger.off is not None:
        yield f"  {seen.trigger.off:>8}  {seen.trigger.title}  ({place})"
        return
    share = percent(seen.met / seen.wanted if seen.wanted else 1.0)
    yield f"  {share:>8}  {seen.trigger.title}  ({place})"
    for part in seen.parts:
        missing = part.missing()
        if missing:
            at = part.part.at
            yield f"            `{at.text}` (line {at.line}) {', '.join(missing)}"


def percent(share: float) -> str:
    """Return a share in percent; what is not all is never 100 %."""
    return f"{min(int(share * 100), 99) if share < 1 else 100} %"
