"""What a text may read that is no field: made from fields, from the comments the reader may see, from the account."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from trigdsl.engine.state import Comment, Ticket
from trigdsl.runtime.texts import dates, markup
from trigdsl.runtime.texts.values import Moment, Reader, Several
from trigdsl.semantics.messages import Account
from trigdsl.semantics.types import Value


class Stage(Protocol):
    """What there is to tell of, as one outcome left it."""

    @property
    def ticket(self) -> Ticket:
        """The ticket as it ended."""

    @property
    def account(self) -> Account:
        """What the account knows of itself."""

    def comments(self, name: str, reader: Reader) -> list[Comment]:
        """Return the comments that a reader may see."""

    def record(self, kind: str, name: str) -> Mapping[str, Value]:
        """Return the fields of a person, a group and the like."""

    def label(self, path: str, choice: str, language: str) -> str:
        """Return a choice as a reader of a language writes it."""

    def content(self, name: str, reader: Reader) -> str:
        """Return a common text of the account, in the reader's language."""

    def is_open(self) -> bool:
        """Return whether the ticket's opening hours held when the update was made."""


Values = Mapping[str, Value]
Derivation = Callable[[Stage, Reader, Values, tuple[str, ...]], Any]


def _label(stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    choice = values.get(of[0])
    return stage.label(f"ticket.{of[0]}", str(choice), reader.language) if choice else "-"


def _title(stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    path, value = f"ticket.{of[0]}", values.get(of[0])
    chosen = sorted(value) if isinstance(value, frozenset) else [value] if value else []
    titles = stage.account.titles.get(path, {})
    return ", ".join(titles.get(str(c)) or stage.label(path, str(c), reader.language) for c in chosen)


def _first_word(_stage: Stage, _reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    return next(iter(str(values.get(of[0]) or "").split()), "")


def _other_words(_stage: Stage, _reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    return " ".join(str(values.get(of[0]) or "").split()[1:])


def _people(stage: Stage, _reader: Reader, values: Values, of: tuple[str, ...]) -> Several:
    keys = values.get(of[0])
    named = (stage.record("user", key) for key in sorted(keys)) if isinstance(keys, frozenset) else ()
    return Several(sorted(str(person.get("name") or person.get("email") or "") for person in named))


def _day(_stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> Any:
    value = values.get(of[0])
    if not isinstance(value, date):
        return ""
    return Moment(value, reader.language, reader.zone, dates.day(value, reader.language, reader.zone))


def _timestamp(_stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> Any:
    value = values.get(of[0])
    if not isinstance(value, datetime):
        return Moment(value, reader.language, reader.zone) if isinstance(value, date) else ""
    shown = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Moment(value, reader.language, reader.zone, shown)


# The account


def _bare(url: str) -> str:
    return url.partition("://")[2] or url


def _link(stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    """Return where a reader finds the ticket: people who work here elsewhere than those who ask."""
    if not stage.account.url:
        return ""
    page = "agent/tickets" if reader.is_agent else "hc/requests"
    return f"{stage.account.url}/{page}/{values.get(of[0]) or ''}"


def _address(stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    return _bare(_link(stage, reader, values, of))


# Comments


def _written(comment: Comment, reader: Reader) -> str:
    return markup.lines(comment.body) if reader.html else comment.body


def _headed(stage: Stage, comment: Comment, reader: Reader) -> str:
    """Return a comment below the name of who made it, and when."""
    author = {} if comment.author is None else stage.record("user", comment.author)
    name = str(author.get("name") or author.get("email") or "")
    moment = comment.time and Moment(comment.time, reader.language, reader.zone)
    head = ", ".join(part for part in (name, moment and dates.formatted_or_plain(moment)) if part)
    if reader.html:
        shape = "<div>\n<p><strong>{}</strong></p>\n<p>{}</p>\n</div>"
        return markup.filled(shape, head, markup.lines(comment.body))
    return f"{_RULE}\n\n{head}\n\n{comment.body}"


_RULE = "-" * 46


def _formatted(stage: Stage, reader: Reader, _values: Values, of: tuple[str, ...]) -> str:
    """Return the comments, the newest first, each below who made it and when."""
    return _joined([_headed(stage, c, reader) for c in reversed(stage.comments(of[0], reader))], reader)


def _joined(pieces: Sequence[str], reader: Reader) -> str:
    return markup.joined(pieces) if reader.html else "\n\n".join(pieces)


def _latest_formatted(stage: Stage, reader: Reader, _values: Values, of: tuple[str, ...]) -> str:
    return _joined([_headed(stage, c, reader) for c in stage.comments(of[0], reader)[-1:]], reader)


def _latest_rich(stage: Stage, reader: Reader, _values: Values, of: tuple[str, ...]) -> str:
    return _joined([_written(c, reader) for c in stage.comments(of[0], reader)[-1:]], reader)


def _rich(_stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    body = str(values.get(of[0]) or "")
    return markup.lines(body) if reader.html else body


# How content a requester was


def _rating(stage: Stage, reader: Reader, _values: Values, of: tuple[str, ...]) -> str:
    said = str(stage.ticket.values.get(of[0]) or "").partition("_")[0]
    return stage.label(f"ticket.{of[0]}", said, reader.language) if said in ("good", "bad") else ""


def _rating_url(stage: Stage, _reader: Reader, _values: Values, of: tuple[str, ...]) -> str:
    url = stage.account.url
    return f"{url}/requests/{stage.ticket.values.get(of[0]) or ''}/satisfaction/new" if url else ""


_ASKED = {
    "en": "How did we do? Your opinion, good or bad:",
    "fr": "Qu'avez-vous pensé de notre aide ? Votre avis, bon ou mauvais :",
}


def _rating_section(stage: Stage, reader: Reader, values: Values, of: tuple[str, ...]) -> str:
    asked = _ASKED.get(reader.language[:2].lower(), _ASKED["en"])
    url = _rating_url(stage, reader, values, of)
    if reader.html and url:
        return markup.filled('<p>{} <a href="{}">{}</a></p>', asked, url, url)
    return f"{asked} {url}".rstrip()


DERIVATIONS: Mapping[str, Derivation] = {
    "account": lambda stage, *_: stage.account.name,
    "address": _address,
    "content": lambda stage, reader, _, of: stage.content(of[0], reader),
    "day": _day,
    "first_word": _first_word,
    "formatted": _formatted,
    "label": _label,
    "latest_formatted": _latest_formatted,
    "latest_rich": _latest_rich,
    "link": _link,
    "names": lambda *given: ", ".join(_people(*given)),
    "none_of_several": lambda *_: Several(),
    "nothing": lambda *_: "",
    "open": lambda stage, *_: stage.is_open(),
    "other_words": _other_words,
    "people": _people,
    "public": lambda stage, *_: any(comment.public for comment in stage.ticket.comments),
    "rating": _rating,
    "rating_section": _rating_section,
    "rating_url": _rating_url,
    "rich": _rich,
    "timestamp": _timestamp,
    "title": _title,
    "visible": lambda _stage, _reader, values, of: values.get(of[0]) is True,
}
"""How each is made, by the name that `stdlib/zendesk/placeholders.toml` gives it."""

IN_A_ZONE = frozenset({"day", "formatted", "latest_formatted"})
"""What is told in the reader's time zone."""
