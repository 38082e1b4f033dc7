"""The yardstick: a rule set as one Python function of `if` after `if`, generated from the checked rules and compiled once.

It is what a programmer would write by hand who knows all rules beforehand, and it asks every rule.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.facts import NUMBERS, ONE, SEVERAL, YES_NO, Plain
from trigdsl.engine.view import View
from trigdsl.semantics.textual import words_of

FROM_VIEW = """\
    ticket, before, comment = view.now, view.before or {}, view.update.comment
    status_to = ticket.get("status")
    if status_to == before.get("status"):
        status_to = ""
    group = ticket.get("group")
    tags = ticket.get("tags", ())
    words = set(words_of(ticket.get("subject") or ""))
    priority = rank.get(ticket.get("priority"), -1)
    created = view.before is None
    public = comment is not None and comment.public
    by_requester = view.by == ticket.get("requester")
"""
FROM_FACTS = "".join(f'    {name} = facts["{name}"]\n' for name in (*ONE, *SEVERAL, *NUMBERS, *YES_NO))


def over_facts(rules: Sequence[Plain]) -> Callable[[Mapping[str, Any]], list[int]]:
    """Return a function from facts, the lists in them sets, to the numbers of the rules that hold."""
    return _compiled("facts", FROM_FACTS, rules)


def over_views(rules: Sequence[Plain], ranks: Mapping[str, int]) -> Callable[[View], list[int]]:
    """Return a function from what conditions see to the numbers of the rules that hold."""
    return _compiled("view", FROM_VIEW, rules, rank=ranks, words_of=words_of)


def _compiled(
    argument: str, beginning: str, rules: Sequence[Plain], **names: Any
) -> Callable[[Any], list[int]]:
    body = "".join(f"    if {written(rule)}:\n        hold({n})\n" for n, rule in enumerate(rules))
    source = f"def matching({argument}):\n{beginning}    found = []\n    hold = found.append\n{body}    return found\n"
    exec(compile(source, "<if-chain>", "exec"), names)  # the source is made from checked rules alone
    return names["matching"]  # type: ignore[no-any-return]


def written(rule: Plain) -> str:
    """Return a condition as a Python expression."""
    match rule:
        case ["and", *parts]:
            return " and ".join(written(part) for part in parts)
        case ["or", *parts]:
            return "(" + " or ".join(written(part) for part in parts) + ")"
        case ["not", part]:
            return f"not {written(part)}"
        case ["is", name, value]:
            return f"{name} == {value!r}"
        case ["any", name, values]:
            return "(" + " or ".join(f"{value!r} in {name}" for value in values) + ")"
        case ["least", name, number]:
            return f"{name} >= {number}"
        case ["true", name]:
            return str(name)
    raise AssertionError(rule)
