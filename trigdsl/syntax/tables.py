"""What Lark makes of the grammar, kept as data beside it: to make it takes as long as to read a thousand rules.

The data are in `grammar/tables.json`. They say nothing of words, so every language and every vocabulary shares them.
Those of another grammar, or of another Lark, are left unread, and the tables are made anew in each start.
"""

import functools
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import lark
from lark import Lark
from lark.grammar import NonTerminal, Rule, RuleOptions, Symbol, Terminal
from lark.lexer import Pattern, PatternRE, PatternStr, TerminalDef

from trigdsl import resources
from trigdsl.syntax import spellings, words
from trigdsl.syntax.builder import TreeBuilder
from trigdsl.syntax.lexer import Lexer, Phrases
from trigdsl.syntax.words import Words

Tables = Mapping[str, Any]
START = "start"
UNSAID = "-"
"""In front of a terminal that stands in a rule and is no child of its node."""


def grammar() -> str:
    """Return the grammar, without words."""
    return (resources.folder("grammar") / "trigger.lark").read_text(encoding="utf-8")


def kept() -> str:
    """Return what is kept, or nothing where it cannot be read."""
    try:
        return (resources.folder("grammar") / "tables.json").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def of(text: str, beside: str) -> Tables:
    """Return the tables of a grammar: those that are kept beside it if they are its own, else made now."""
    try:
        found = json.loads(beside)
    except ValueError:
        found = None
    return found if isinstance(found, dict) and found.get("of") == _of(text) else made(text)


def _of(text: str) -> list[str]:
    release = ".".join(lark.__version__.split(".")[:2])
    return [hashlib.blake2b(text.encode(), digest_size=20).hexdigest(), f"lark {release}"]


# From Lark to data


def made(text: str) -> Tables:
    """Return the tables that Lark makes of a grammar, the same each time."""
    named = spellings.terminals(words.load("en"))
    return {"of": _of(text), **as_data(Lark(f"{text}\n{named}", parser="lalr", maybe_placeholders=True))}


def as_data(built: Lark) -> Tables:
    """Return the tables of what reads rules, but for the words of its language."""
    data, memo = built.memo_serialize([TerminalDef, Rule])
    spelled = spellings.spellings(words.load("en"))
    numbers = {each["@"]: number for number, each in enumerate(data["rules"])}
    table = data["parser"]["parser"]
    return {
        "terminals": [
            [t.name, t.priority, t.pattern.type, t.pattern.value, sorted(t.pattern.flags)]
            for t in built.terminals
            if t.name not in spelled
        ],
        "ignored": sorted(data["parser"]["lexer_conf"]["ignore"]),
        "rules": [_rule_as_data(memo[number]) for number in numbers],
        **_states_as_data(table, numbers),
    }


def _rule_as_data(rule: Mapping[str, Any]) -> list[Any]:
    symbols = [UNSAID * s.get("filter_out", False) + s["name"] for s in rule["expansion"]]
    usual = vars(RuleOptions())
    options = {name: value for name, value in rule["options"].items() if value != usual.get(name, value)}
    return [rule["origin"]["name"], symbols, rule["order"], rule["alias"], options]


def _states_as_data(table: Mapping[str, Any], numbers: Mapping[int, int]) -> dict[str, Any]:
    """Return the states in the order in which they are reached, so that they do not depend on how Lark counts."""
    symbols = sorted(table["tokens"].values())
    reached = {table["start_states"][START]: 0}
    lookaheads: dict[tuple[int, ...], int] = {}
    states = []
    for state in (order := [*reached]):
        row = {table["tokens"][token]: action for token, action in table["states"][state].items()}
        shifts, reduced = [], dict[int, list[int]]()
        for number, symbol in enumerate(symbols):
            match row.get(symbol):
                case (0, target):
                    if target not in reached:
                        reached[target] = len(reached)
                        order.append(target)
                    shifts.append((number, reached[target]))
                case (_, {"@": rule}):
                    reduced.setdefault(numbers[rule], []).append(number)
        reductions = [
            (rule, lookaheads.setdefault(tuple(at), len(lookaheads))) for rule, at in reduced.items()
        ]
        states.append([shifts, reductions])
    return {
        "symbols": symbols,
        "lookaheads": [*lookaheads],
        "states": states,
        "end": reached[table["end_states"][START]],
    }


def written(tables: Tables) -> str:
    """Return tables as JSON, one thing a line."""
    parts = []
    for name, value in tables.items():
        lines = [json.dumps(each, separators=(",", ":")) for each in value] if isinstance(value, list) else []
        told = "[\n" + ",\n".join(lines) + "\n]" if lines else json.dumps(value)
        parts.append(f"{json.dumps(name)}: {told}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


# From data to Lark


def reader(table: Words, verbs: Collection[str] = ()) -> Lark:
    """Return what reads rules in the words of a language, and in the verbs that a vocabulary adds."""
    return assembled(_tables(), table, verbs)


@functools.cache
def _tables() -> Tables:
    return of(grammar(), kept())


def assembled(tables: Tables, table: Words, verbs: Collection[str] = ()) -> Lark:
    """Return the reader that some tables tell of."""
    spelled = spellings.spellings(table, verbs)
    terminals = [
        *(TerminalDef(name, _pattern(*told), priority) for name, priority, *told in tables["terminals"]),
        *(TerminalDef(name, Phrases(spelling), spelling.priority) for name, spelling in spelled.items()),
    ]
    rules = [_rule(*told) for told in tables["rules"]]
    of_terminals = [{"@": number} for number in range(len(terminals))]
    of_rules = [{"@": len(terminals) + number} for number in range(len(rules))]
    options = {
        "parser": "lalr",
        "lexer": "contextual",
        "start": [START],
        "maybe_placeholders": True,
        "transformer": TreeBuilder(),
        "_plugins": {"ContextualLexer": Lexer},
    }
    lexing = {
        "terminals": of_terminals,
        "ignore": tables["ignored"],
        "g_regex_flags": 0,
        "use_bytes": False,
        "lexer_type": "contextual",
    }
    parsing = {"rules": of_rules, "start": [START], "parser_type": "lalr"}
    states = {
        "tokens": dict(enumerate(tables["symbols"])),
        "states": dict(enumerate(_states(tables, of_rules))),
        "start_states": {START: 0},
        "end_states": {START: tables["end"]},
    }
    told = {"lexer_conf": lexing, "parser_conf": parsing, "parser": states}
    memo = dict[int, TerminalDef | Rule](enumerate([*terminals, *rules]))
    return Lark.load({"memo": memo, "data": {"options": options, "rules": of_rules, "parser": told}})


def _states(tables: Tables, rules: list[dict[str, int]]) -> Iterable[dict[int, tuple[int, Any]]]:
    """Yield the states: what to do at each symbol, go on to another state or put a rule in place of its parts."""
    for shifts, reductions in tables["states"]:
        row: dict[int, tuple[int, Any]] = {symbol: (0, target) for symbol, target in shifts}
        for rule, at in reductions:
            row.update(dict.fromkeys(tables["lookaheads"][at], (1, rules[rule])))
        yield row


def _pattern(kind: str, value: str, flags: Collection[str]) -> Pattern:
    return PatternStr(value, flags) if kind == PatternStr.type else PatternRE(value, flags)


def _rule(
    origin: str, symbols: Iterable[str], order: int, alias: str | None, options: Mapping[str, Any]
) -> Rule:
    expansion = [_symbol(name) for name in symbols]
    return Rule(NonTerminal(origin), expansion, order, alias, RuleOptions(**options))


def _symbol(name: str) -> Symbol:
    if name.isupper():
        return Terminal(name.removeprefix(UNSAID), filter_out=name.startswith(UNSAID))
    return NonTerminal(name)
