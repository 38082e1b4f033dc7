"""Coverage as a page: the rules as they are written, each line coloured by what the tests have seen of it."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import Template

from attrs import define, field

from trigdsl.interfaces.coverage_report import percent
from trigdsl.source import Source
from trigdsl.testing.scenarios.coverage import Coverage, PartSeen, TriggerSeen

SHOWN, PARTLY, MISSED = "shown", "partly", "missed"
_RANK = (SHOWN, PARTLY, MISSED)

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Coverage: $share</title>
<style>
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
table { border-collapse: collapse; width: 100%; }
.triggers td, .triggers th { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
.triggers td:first-child, .triggers th:first-child { text-align: right; white-space: nowrap; }
.rules { font: 14px/1.5 ui-monospace, monospace; }
.rules td { padding: 0 .75rem; white-space: pre-wrap; vertical-align: top; }
.rules td:first-child { color: #888; text-align: right; user-select: none; width: 3rem; }
.shown { background: #2a02; } .partly { background: #db03; } .missed { background: #c003; }
.rules tr.shown td:first-child { box-shadow: inset -4px 0 #2a0; }
.rules tr.partly td:first-child { box-shadow: inset -4px 0 #db0; }
.rules tr.missed td:first-child { box-shadow: inset -4px 0 #c00; }
.note { color: #888; font-family: system-ui, sans-serif; font-size: .8rem; }
.key span { padding: .1rem .5rem; margin-right: .5rem; }
</style>
</head>
<body>
<h1>$share of the conditions are tested</h1>
<p class="key"><span class="shown">tested both ways</span><span class="partly">partly tested</span><span class="missed">not tested</span></p>
<table class="triggers">
<tr><th>tested</th><th>trigger</th><th>place</th></tr>
$triggers
</table>
$files
</body>
</html>
""")


def page(coverage: Coverage, sources: Iterable[Source]) -> str:
    """Return the whole page; it needs nothing beside it."""
    by_name = {source.name: source for source in sources}
    sheets = _sheets(coverage, by_name)
    return _PAGE.substitute(
        share=html.escape(percent(coverage.share)),
        triggers="\n".join(map(_row, coverage.triggers)),
        files="\n".join(_file(by_name[name], sheet) for name, sheet in sheets.items()),
    )


@define(eq=False)
class _Sheet:
    """The lines of one file: the colour of each, and what is missing there."""

    colours: dict[int, str] = field(factory=dict)
    notes: dict[int, list[str]] = field(factory=dict)

    def paint(self, lines: Iterable[int], colour: str) -> None:
        """Give lines a colour, unless they have a worse one."""
        for line in lines:
            known = self.colours.get(line, SHOWN)
            self.colours[line] = max(known, colour, key=_RANK.index)


def _sheets(coverage: Coverage, sources: Mapping[str, Source]) -> dict[str, _Sheet]:
    sheets: dict[str, _Sheet] = {}
    for seen in coverage.triggers:
        if not seen.trigger.runs or seen.trigger.at.path not in sources:
            continue
        own = sheets.setdefault(seen.trigger.at.path, _Sheet())
        did = SHOWN if seen.fired else MISSED
        own.paint([seen.trigger.at.line], did)
        own.paint((action.at.line for action in seen.trigger.actions), did)
        for part in seen.parts:
            at = part.part.at
            if at.path in sources:
                sheet = sheets.setdefault(at.path, _Sheet())
                sheet.paint(_lines(sources[at.path], part), _colour(part))
                missing = [f"{at.text}: {text}" for text in part.missing()]
                if missing:
                    sheet.notes.setdefault(at.line, []).extend(missing)
    return sheets


def _lines(source: Source, part: PartSeen) -> Sequence[int]:
    span = part.part.at.span
    return range(source.position(span.start)[0], source.position(max(span.start, span.end - 1))[0] + 1)


def _colour(part: PartSeen) -> str:
    if part.met == part.wanted:
        return SHOWN
    return PARTLY if part.true and part.false else MISSED


def _row(seen: TriggerSeen) -> str:
    share = (
        percent(seen.met / seen.wanted if seen.wanted else 1.0)
        if seen.trigger.off is None
        else seen.trigger.off
    )
    colour = "" if not seen.trigger.runs else SHOWN if seen.met == seen.wanted else PARTLY
    if seen.trigger.runs and not seen.fired:
        colour = MISSED
    place = f"{seen.trigger.at.path}:{seen.trigger.at.line}"
    cells = "".join(f"<td>{html.escape(text)}</td>" for text in (share, seen.trigger.title, place))
    return f'<tr class="{colour}">{cells}</tr>'


def _file(source: Source, sheet: _Sheet) -> str:
    rows = "\n".join(_code(number, text, sheet) for number, text in enumerate(_text_lines(source), 1))
    return f'<h2>{html.escape(source.name)}</h2>\n<table class="rules">\n{rows}\n</table>'


def _text_lines(source: Source) -> Iterator[str]:
    return iter(source.text.rstrip("\n").split("\n"))


def _code(number: int, text: str, sheet: _Sheet) -> str:
    notes = "".join(
        f'\n<span class="note">{html.escape(note)}</span>' for note in sheet.notes.get(number, ())
    )
    colour = sheet.colours.get(number, "")
    return f'<tr class="{colour}"><td>{number}</td><td>{html.escape(text)}{notes}</td></tr>'
