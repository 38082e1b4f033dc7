"""`define paying_customer as …`, and no rule says `paying_customer`."""

from collections.abc import Iterator

from trigdsl.diagnostics import Diagnostic, Edit
from trigdsl.semantics.lints.linting import Linted, warning
from trigdsl.semantics.ordering import Module
from trigdsl.source import Span
from trigdsl.syntax import tree as t

CODE = "unused-name"


def check(rules: Linted) -> Iterator[Diagnostic]:
    """Yield a warning for each name that is defined, and each webhook that is declared, for nothing."""
    if not any(isinstance(item, t.Trigger) for module in rules.modules for item in module.file.items):
        return  # a file of names alone is for others to use
    used = {name for module in rules.modules for item in module.file.items for name in _used(item)}
    for module in rules.modules:
        if module.library is not None:
            continue
        for item in module.file.items:
            if isinstance(item, t.Define) and item.name not in used:
                message = f"no rule uses the name `{item.name}`"
                edits = (Edit(_lines(module, item.span), ""),)
                help_line = f"use it, `when {item.name} …`, or take it away"
                yield warning(CODE, module.source, item.span, message, help_line, edits=edits)
            elif isinstance(item, t.Webhook) and item.name not in used:
                message = f"no rule calls the webhook `{item.name}`"
                help_line = f"call it, `call webhook {item.name} with template …`, or take it away"
                edits = (Edit(_lines(module, item.span), ""),)
                yield warning(CODE, module.source, item.span, message, help_line, edits=edits)


def _used(item: t.Item) -> Iterator[str]:
    match item:
        case t.Trigger(condition=condition, actions=actions):
            yield from _named(condition)
            yield from (action.webhook for action in actions if isinstance(action, t.CallWebhook))
        case t.Define(condition=condition) | t.StateDeclaration(meaning=condition):
            yield from _named(condition)
        case t.Test(given=condition) | t.FieldDeclaration(counting=condition):
            yield from _named(condition)


def _named(condition: t.Condition | None) -> Iterator[str]:
    match condition:
        case t.NameTest(name):
            yield name
        case t.And(items) | t.Or(items) | t.Mixture(items):
            for item in items:
                yield from _named(item)
        case t.Not(item):
            yield from _named(item)


def _lines(module: Module, span: Span) -> Span:
    """Return the whole lines of a declaration with an empty one after it, or it alone where others share them."""
    text = module.source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    end = len(text) if end < 0 else end + 1
    while text[end : end + 1] == "\n" and text[max(0, start - 2) : start] in ("", "\n\n"):
        end += 1
    shared = text[start : span.start].strip() or text[span.end : end].strip()
    return span if shared else Span(start, end)
