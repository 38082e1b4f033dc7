"""Pages of answers: which of them were given, and whether all that the account has came with them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

_NUMBER = re.compile(r"[?&]page=(\d+)")


@define
class _Pages:
    """The pages of one kind of entries: the files that say more follows, and what else tells of their number."""

    seen: set[str] = field(factory=set)
    count: int = 0
    more: list[str] = field(factory=list)
    ended: bool = False
    given: set[int] = field(factory=set)
    wanted: dict[int, str] = field(factory=dict)


@define
class Pages:
    """What answers say of their pages, by the key of their entries."""

    _sections: dict[str, _Pages] = field(factory=dict)

    def see(self, section: str, entry: Any) -> None:
        """Take in an entry, whether or not it can be read."""
        number = entry.get("id") if isinstance(entry, Mapping) else None
        key = str(number) if number is not None else json.dumps(entry, sort_keys=True)
        self._sections.setdefault(section, _Pages()).seen.add(key)

    def page(self, section: str, value: Mapping[str, Any], file: str) -> None:
        """Take in what an answer says of the pages beside it."""
        pages = self._sections.setdefault(section, _Pages())
        count = value.get("count")
        if isinstance(count, int) and not isinstance(count, bool):
            pages.count = max(pages.count, count)
        after, before = _page(value.get("next_page")), _page(value.get("previous_page"))
        own = after - 1 if after is not None else before + 1 if before is not None else None
        if own is not None:
            pages.given.add(own)
        pages.wanted |= {number: file for number in (after, before) if number is not None}
        meta = value.get("meta")
        if value.get("next_page") or (isinstance(meta, Mapping) and meta.get("has_more") is True):
            pages.more.append(file)
        elif {"next_page", "meta", "count"} & set(value):
            pages.ended = True

    def notes(self) -> Iterator[str]:
        """Yield a note of each kind of entries that is not whole."""
        for section, pages in self._sections.items():
            named = section.replace("_", " ")
            missing = [n for n in sorted(pages.wanted) if n not in pages.given]
            if pages.count:
                if len(pages.seen) < pages.count:
                    given = f"{len(pages.seen):,} of the account's {pages.count:,} {named} were given"
                    yield f"{given}: fetch the other pages as well{_hint(pages, missing)}"
            elif pages.more and not pages.ended:
                yield f"{pages.more[-1]} is one page of several: the others hold more {named}"
            elif missing:
                file = pages.wanted[missing[0]]
                yield f"{file} tells of a page {missing[0]} that was not given: it holds more {named}"


def _hint(pages: _Pages, missing: list[int]) -> str:
    if missing:
        return f" (page {missing[0]} is not there)"
    return f" ({pages.more[-1]} is one page of several)" if pages.more else ""


def _page(address: Any) -> int | None:
    """Return the number of a page by its address."""
    found = _NUMBER.search(address) if isinstance(address, str) else None
    return int(found.group(1)) if found is not None and len(found.group(1)) < 10 else None
