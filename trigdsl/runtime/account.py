"""What lies beside templates and only a help desk's account knows: its name and address, its fields, common texts."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from trigdsl import resources
from trigdsl.diagnostics import Diagnostic
from trigdsl.runtime.texts import engines
from trigdsl.semantics.messages import Account, Content, Inspection
from trigdsl.semantics.placeholders import Derived, Placeholders
from trigdsl.source import Source, Span
from trigdsl.spelling import did_you_mean

ACCOUNT = "account.json"
CONTENTS = "dynamic_content.json"
FILES = (ACCOUNT, CONTENTS)
"""The names of the files, in a folder of templates."""

_LOCALES: Mapping[str, str] = {"1": "en-us", "2": "es", "8": "de", "16": "fr", "30": "he"}
"""Languages by their numbers, which an export names alone; `locales` in the account's file says more of them."""


@frozen
class Known:
    """What some folders of templates know of an account, and which of its fields a number stands for."""

    account: Account = Account()
    ids: Mapping[str, str] = field(factory=dict)

    def placeholders(self, own: Iterable[str]) -> Placeholders:
        """Return what texts may read beside the fields, given the names of the root's.

        A field whose name ends with a number is that of the number, unless the account says otherwise.
        """
        numbered = {name.rpartition("_")[2]: name for name in own if name.rpartition("_")[2].isdigit()}
        known = of_libraries()
        if not numbered and not self.ids and not self.account.contents:
            return known
        contents = {name: Derived("content", (name,)) for name in self.account.contents}
        return evolve(known, names={**known.names, "dc": contents}, ids=numbered | dict(self.ids))


@cache
def of_libraries() -> Placeholders:
    """Return what the libraries say texts may read beside the fields."""
    names: dict[str, dict[str, Derived]] = {}
    advice: dict[str, str] = {}
    for path in sorted(resources.folder("stdlib").glob("*/placeholders.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        advice |= tables.pop("advice", {})
        for entity, table in tables.items():
            names.setdefault(entity, {}).update({name: _derived(how) for name, how in table.items()})
    return Placeholders(names, advice=advice)


def _derived(how: str | list[str]) -> Derived:
    if isinstance(how, str):
        return Derived(None, tuple(how.split(".")) if how else ())
    return Derived(how[0], tuple(how[1:]))


def read(sources: Iterable[Source], diagnostics: list[Diagnostic]) -> Known:
    """Return what files know of an account; what is wrong with them is told, and the rest of them counts."""
    found = _Reading(diagnostics)
    for source in sources:
        found.take(source)
    found.settle()
    account = Account(found.name, found.url, found.titles, found.contents, found.suppressed)
    return Known(account, found.ids)


def sources(folder: Path, shown: str, diagnostics: list[Diagnostic]) -> Iterator[Source]:
    """Yield the files of an account in a folder of templates."""
    for name in FILES:
        path = folder / name
        if path.is_file():
            try:
                yield Source(f"{shown}/{name}", path.read_text(encoding="utf-8-sig"))
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
                diagnostics.append(_unreadable(Source(f"{shown}/{name}", ""), reason.lower()))


def _unreadable(source: Source, why: str, span: Span | None = None) -> Diagnostic:
    return Diagnostic("unreadable-file", f"`{source.name}` cannot be read: {why}", source, span or Span(0, 0))


class _Reading:
    """The files of an account as far as they are read."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = diagnostics
        self.name = ""
        self.url = ""
        self.suppressed = False
        self.titles: dict[str, dict[str, str]] = {}
        self.ids: dict[str, str] = {}
        self.contents: dict[str, Content] = {}
        self.locales = dict(_LOCALES)
        self._items: list[tuple[Any, Source]] = []

    def take(self, source: Source) -> None:
        """Read one file, by its name."""
        try:
            data = json.loads(source.text)
        except json.JSONDecodeError as error:
            at = min(error.pos, max(len(source.text) - 1, 0))
            self.diagnostics.append(
                _unreadable(source, f"it is no JSON ({error.msg.lower()})", Span(at, at + 1))
            )
            return
        except (RecursionError, ValueError):
            self.diagnostics.append(_unreadable(source, "it is no JSON of usual size"))
            return
        if source.name.endswith(CONTENTS):
            self._contents(data, source)
        else:
            self._account(data, source)

    def _account(self, data: Any, source: Source) -> None:
        if not isinstance(data, dict):
            shape = '`{"name": "Acme", "url": "https://acme.zendesk.com"}`'
            self.diagnostics.append(
                _unreadable(source, f"it holds {_kind(data)}, and not an object: {shape}")
            )
            return
        for part, value in data.items():
            kinds = _KINDS.get(part)
            if kinds is None:
                meant = (
                    did_you_mean(part, _KINDS) or f"parts are {', '.join(f'`{known}`' for known in _KINDS)}"
                )
                self.diagnostics.append(evolve(_unreadable(source, f"it has no part `{part}`"), help=meant))
            elif not isinstance(value, kinds):
                self.diagnostics.append(_unreadable(source, f"`{part}` cannot be {_kind(value)}"))
            else:
                self._part(part, value, source)

    def _part(self, part: str, value: Any, source: Source) -> None:
        match part:
            case "name":
                self.name = value
            case "url":
                self.url = value.rstrip("/")
            case "suppress_placeholders":
                self.suppressed = value
            case "locales":
                self._locales(value)
            case "fields":
                for number, about in value.items():
                    self._field(number, about, source)

    def _field(self, number: str, about: Any, source: Source) -> None:
        path = about.get("path") if isinstance(about, dict) else about
        if not isinstance(path, str) or "." not in path:
            why = f'field {number} has no path, `{{"path": "ticket.plan"}}`'
            self.diagnostics.append(_unreadable(source, why))
            return
        self.ids[number] = path.partition(".")[2]
        titles = about.get("titles") if isinstance(about, dict) else None
        if isinstance(titles, dict):
            self.titles[path] = {choice: str(title) for choice, title in titles.items()}

    def _contents(self, data: Any, source: Source) -> None:
        pages = data if isinstance(data, list) else [data]
        for page in pages:
            items = page.get("items", page) if isinstance(page, dict) else page
            self._items += [(item, source) for item in (items if isinstance(items, list) else [items])]

    def _locales(self, said: Any) -> None:
        """Take the languages of the account: the answer of its API, or a code for each number."""
        if isinstance(said, dict):
            self.locales |= {str(number): str(code).lower() for number, code in said.items()}
        for locale in said if isinstance(said, list) else ():
            if isinstance(locale, dict) and isinstance(locale.get("locale"), str):
                self.locales[str(locale.get("id"))] = locale["locale"].lower()

    def settle(self) -> None:
        """Read the common texts, once all files have said which language is which."""
        for item, source in self._items:
            self._content(item, source)

    def _content(self, item: Any, source: Source) -> None:
        variants = item.get("variants") if isinstance(item, dict) else None
        named = item.get("placeholder") or item.get("name") if isinstance(item, dict) else None
        if not isinstance(named, str) or not isinstance(variants, list):
            why = 'an item is `{"name": …, "placeholder": "{{dc.…}}", "variants": […]}`'
            self.diagnostics.append(_unreadable(source, why))
            return
        texts: dict[str, str] = {}
        default = ""
        for variant in variants:
            if isinstance(variant, dict) and variant.get("active") is not False:
                language = self._language(variant)
                texts[language] = str(variant.get("content") or "")
                number = variant.get("locale_id")
                if variant.get("default") or (number is not None and number == item.get("default_locale_id")):
                    default = language
        if texts:
            inspections = {language: self._inspected(text) for language, text in texts.items()}
            if engines.MISSING in inspections.values():
                self.diagnostics.append(_unreadable(source, engines.NEEDED))
            self.contents[_slug(named)] = Content(default or min(texts), texts, inspections, source)

    def _inspected(self, text: str) -> Inspection:
        """Return what a common text reads; one that holds nothing of Liquid needs none."""
        return engines.inspect_liquid(text) if "{{" in text or "{%" in text else Inspection(liquid=True)

    def _language(self, variant: Mapping[str, Any]) -> str:
        """Return the language of a variant in lower case: by its name, else by its number."""
        named = variant.get("locale")
        number = str(variant.get("locale_id", ""))
        language = named if isinstance(named, str) and named else self.locales.get(number, f"locale-{number}")
        return language.replace("_", "-").lower()


def _slug(named: str) -> str:
    """Return the name in a placeholder: `{{dc.hello_you}}` and `Hello, you` are both `hello_you`."""
    inside = named.strip("{} \t").removeprefix("dc.")
    return "".join(letter if letter.isalnum() else "_" for letter in inside.lower())


_KINDS: Mapping[str, tuple[type, ...]] = {
    "name": (str,),
    "url": (str,),
    "fields": (dict,),
    "locales": (dict, list),
    "suppress_placeholders": (bool,),
}
"""What may stand in the file of an account, and as what."""


def _kind(data: Any) -> str:
    match data:
        case None:
            return "nothing"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "a text"
        case bool():
            return "yes or no"
        case _:
            return "a number"
