"""Tags that keep a trigger from firing twice, where one trigger of ours has become several of Zendesk's."""

import re
import unicodedata
from collections.abc import Iterable

BEGINNING = "An update begins"
"""The title of the trigger that takes the tags of the last update away."""
PREFIX = "fired"


def tag_of(title: str, taken: set[str]) -> str:
    """Return a tag for a trigger that no other has; it is taken from now on."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_")[:40].strip("_")
    found = _free(f"{PREFIX}_{slug}" if slug else PREFIX, taken, "{}_{}")
    taken.add(found)
    return found


def title_of(title: str, taken: set[str]) -> str:
    """Return a title for a trigger that no other has; it is taken from now on."""
    found = _free(title, taken, "{} ({})")
    taken.add(found)
    return found


def _free(wanted: str, taken: set[str], numbered: str) -> str:
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = numbered.format(wanted, number)
    return found


def beginning(tags: Iterable[str], title: str) -> dict[str, object]:
    """Return the trigger that fires first in every update, and once in it: it takes tags away."""
    kinds = [{"field": "update_type", "operator": "is", "value": value} for value in ("Create", "Change")]
    return {
        "title": title,
        "active": True,
        "conditions": {"all": [], "any": kinds},
        "actions": [{"field": "remove_tags", "value": " ".join(sorted(tags))}],
    }


def without(tag: str) -> dict[str, str]:
    """Return the condition that a ticket has no such tag."""
    return {"field": "current_tags", "operator": "not_includes", "value": tag}


def adding(tag: str) -> dict[str, str]:
    """Return the action that gives a ticket a tag."""
    return {"field": "current_tags", "value": tag}
