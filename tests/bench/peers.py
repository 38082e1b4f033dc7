"""Other engines on the same rules, each in the best form that was found for it.

Each function takes the rules as plain lists (`facts.py`) and returns a function from the facts of an event
to the numbers of the rules that hold. What it imports is installed by `make bench` alone.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

Plain = list[Any]
Facts = dict[str, Any]
Matching = Callable[[Facts], list[int]]


def expression(rule: Plain, *, signs: bool = False, spaced: bool = False) -> str:
    """Return a condition in words, as rule-engine reads it, or in signs, as CEL does.

    Spaced is for lists that are given as a text with a space around each member.
    """
    both, either, negated = (" && ", " || ", "!") if signs else (" and ", " or ", "not ")

    def inner(part: Plain) -> str:
        return expression(part, signs=signs, spaced=spaced)

    match rule:
        case ["and", *parts]:
            return "(" + both.join(map(inner, parts)) + ")"
        case ["or", *parts]:
            return "(" + either.join(map(inner, parts)) + ")"
        case ["not", part]:
            return negated + inner(part)
        case ["is", name, value]:
            return f"{name} == {json.dumps(value)}"
        case ["any", name, values]:
            written = [json.dumps(f" {value} " if spaced else value) for value in values]
            return "(" + either.join(f"{value} in {name}" for value in written) + ")"
        case ["least", name, number]:
            return f"{name} >= {number}"
        case ["true", name]:
            return str(name)
    raise AssertionError(rule)


def asked(rules: Sequence[Plain], name: str) -> frozenset[str]:
    """Return the values of a list that any rule asks for."""
    found: set[str] = set()
    for rule in rules:
        match rule:
            case ["any", listed, values] if listed == name:
                found |= set(values)
            case ["and" | "or" | "not", *parts]:
                found |= asked(parts, name)
    return frozenset(found)


def rule_engine(rules: Sequence[Plain]) -> Matching:
    """Rules with typed symbols, compiled once; lists are texts, since it looks at every member of a list before use."""
    from rule_engine import Context, DataType, Rule, type_resolver_from_dict

    kinds = dict.fromkeys(("status_to", "group", "tags", "words"), DataType.STRING)
    kinds |= {"priority": DataType.FLOAT}
    kinds |= dict.fromkeys(("created", "public", "by_requester"), DataType.BOOLEAN)
    context = Context(type_resolver=type_resolver_from_dict(kinds))
    compiled = [Rule(expression(rule, spaced=True), context=context) for rule in rules]

    def matching(facts: Facts) -> list[int]:
        given = {**facts, "tags": f" {' '.join(facts['tags'])} ", "words": f" {' '.join(facts['words'])} "}
        return [n for n, rule in enumerate(compiled) if rule.matches(given)]

    return matching


def business_rules(rules: Sequence[Plain]) -> Matching:
    """Conditions as it stores them, asked without its actions."""
    from business_rules import engine, variables

    class Update(variables.BaseVariables):  # type: ignore[misc]
        def __init__(self, facts: Facts) -> None:
            self.facts = facts

        @variables.string_rule_variable()  # type: ignore[untyped-decorator]
        def status_to(self) -> Any:
            return self.facts["status_to"]

        @variables.string_rule_variable()  # type: ignore[untyped-decorator]
        def group(self) -> Any:
            return self.facts["group"]

        @variables.select_multiple_rule_variable()  # type: ignore[untyped-decorator]
        def tags(self) -> Any:
            return self.facts["tags"]

        @variables.select_multiple_rule_variable()  # type: ignore[untyped-decorator]
        def words(self) -> Any:
            return self.facts["words"]

        @variables.numeric_rule_variable()  # type: ignore[untyped-decorator]
        def priority(self) -> Any:
            return self.facts["priority"]

        @variables.boolean_rule_variable()  # type: ignore[untyped-decorator]
        def created(self) -> Any:
            return self.facts["created"]

        @variables.boolean_rule_variable()  # type: ignore[untyped-decorator]
        def public(self) -> Any:
            return self.facts["public"]

        @variables.boolean_rule_variable()  # type: ignore[untyped-decorator]
        def by_requester(self) -> Any:
            return self.facts["by_requester"]

    def condition(rule: Plain) -> Any:
        match rule:
            case ["and", *parts]:
                return {"all": [condition(part) for part in parts]}
            case ["or", *parts]:
                return {"any": [condition(part) for part in parts]}
            case ["not", ["true", name]]:
                return {"name": name, "operator": "is_false", "value": True}
            case ["true", name]:
                return {"name": name, "operator": "is_true", "value": True}
            case ["is", name, value]:
                return {"name": name, "operator": "equal_to", "value": value}
            case ["any", name, values]:
                return {"name": name, "operator": "shares_at_least_one_element_with", "value": values}
            case ["least", name, number]:
                return {"name": name, "operator": "greater_than_or_equal_to", "value": number}
        raise AssertionError(rule)

    conditions = [condition(rule) for rule in rules]
    holds = engine.check_conditions_recursively

    def matching(facts: Facts) -> list[int]:
        given = Update(facts)
        return [n for n, each in enumerate(conditions) if holds(each, given)]

    return matching


def keyed(facts: Facts) -> Facts:
    """Return the facts with objects in place of lists."""
    return {**facts, "tags": dict.fromkeys(facts["tags"], True), "words": dict.fromkeys(facts["words"], True)}


def _json_logic(rule: Plain, *, keyed: bool = False) -> Any:
    match rule:
        case ["and" | "or" as word, *parts]:
            return {word: [_json_logic(part, keyed=keyed) for part in parts]}
        case ["not", part]:
            return {"!": [_json_logic(part, keyed=keyed)]}
        case ["is", name, value]:
            return {"==": [{"var": name}, value]}
        case ["any", name, values]:
            asked = [{"var": f"{name}.{v}"} if keyed else {"in": [v, {"var": name}]} for v in values]
            return asked[0] if len(asked) == 1 else {"or": asked}
        case ["least", name, number]:
            return {">=": [{"var": name}, number]}
        case ["true", name]:
            return {"var": name}
    raise AssertionError(rule)


def json_logic(rules: Sequence[Plain]) -> Matching:
    """panzi-json-logic: the conditions as JSON, walked for each event."""
    from json_logic import jsonLogic

    logic = [_json_logic(rule) for rule in rules]
    return lambda facts: [n for n, rule in enumerate(logic) if jsonLogic(rule, facts)]


def datalogic(rules: Sequence[Plain]) -> Matching:
    """One rule compiled once that answers a list, a truth for each; lists are objects, whose keys are found faster."""
    from datalogic_py import DataHandle, Engine

    engine = Engine()
    compiled = engine.compile([{"!!": [_json_logic(rule, keyed=True)]} for rule in rules])
    session = engine.session()

    def matching(facts: Facts) -> list[int]:
        answers = json.loads(session.evaluate_data_str(compiled, DataHandle(keyed(facts))))
        return [n for n, held in enumerate(answers) if held]

    return matching


def cel_python(rules: Sequence[Plain]) -> Matching:
    """Programs compiled once; an event's values converted once."""
    import celpy

    environment = celpy.Environment(runner_class=celpy.CompiledRunner)
    programs = [environment.program(environment.compile(expression(rule, signs=True))) for rule in rules]

    def matching(facts: Facts) -> list[int]:
        given: Any = celpy.json_to_cel(facts)
        return [n for n, program in enumerate(programs) if program.evaluate(given)]

    return matching


def cel_cpp(rules: Sequence[Plain]) -> Matching:
    """cel-expr-python: one expression for a hundred rules, so that its boundary is crossed less often."""
    from cel_expr_python import cel

    kinds = {
        "status_to": cel.Type.STRING,
        "group": cel.Type.STRING,
        "tags": cel.Type.Map(cel.Type.STRING, cel.Type.BOOL),
        "words": cel.Type.Map(cel.Type.STRING, cel.Type.BOOL),
        "priority": cel.Type.INT,
        "created": cel.Type.BOOL,
        "public": cel.Type.BOOL,
        "by_requester": cel.Type.BOOL,
    }
    environment = cel.NewEnv(variables=kinds)
    texts = [expression(rule, signs=True) for rule in rules]
    programs = [
        (at, environment.compile("[" + ", ".join(texts[at : at + 100]) + "]"))
        for at in range(0, len(texts), 100)
    ]

    def matching(facts: Facts) -> list[int]:
        given = environment.Activation(keyed(facts))
        answers = ((at, program.eval(activation=given).plain_value()) for at, program in programs)
        return [at + n for at, some in answers for n, held in enumerate(some) if held]

    return matching


def cel_rust(rules: Sequence[Plain]) -> Matching:
    """common-expression-language: programs compiled once, one context an event."""
    import cel

    programs = [cel.compile(expression(rule, signs=True)) for rule in rules]

    def matching(facts: Facts) -> list[int]:
        context = cel.Context(keyed(facts))
        return [n for n, program in enumerate(programs) if program.execute(context)]

    return matching


def zen(rules: Sequence[Plain]) -> Matching:
    """One expression compiled once that answers a list: quicker than a decision table of the same rules."""
    import zen as gorules

    texts = [expression(rule) for rule in rules]
    compiled = gorules.compile_expression("[" + ", ".join(texts) + "]")
    return lambda facts: [n for n, held in enumerate(compiled.evaluate(facts)) if held]


def clips(rules: Sequence[Plain]) -> Matching:
    """Rete: an event is a fact with slots, its tags and words facts of their own; the agenda says what holds."""
    from clips import Environment, Symbol

    environment = Environment()
    environment.build(
        "(deftemplate event (slot status_to) (slot group) (slot priority) (slot created) (slot public) (slot by_requester))"
    )
    word = {"tags": "tag", "words": "word"}

    def parts(rule: Plain) -> tuple[dict[str, str], list[str]]:
        """Return the slots that a condition asks, and the patterns beside them."""
        match rule:
            case ["and", *items]:
                slots: dict[str, str] = {}
                beside: list[str] = []
                for item in items:
                    more, others = parts(item)
                    clash = {name: value for name, value in more.items() if name in slots}
                    slots |= {name: value for name, value in more.items() if name not in clash}
                    beside += [*others, *(pattern({name: value}) for name, value in clash.items())]
                return slots, beside
            case ["or", *items]:
                return {}, ["(or " + " ".join(" ".join(alone(item)) for item in items) + ")"]
            case ["not", ["true", name]]:
                return {name: "no"}, []
            case ["true", name]:
                return {name: "yes"}, []
            case ["is", name, value]:
                return {name: json.dumps(value)}, []
            case ["least", name, number]:
                return {name: f"?p&:(>= ?p {number})"}, []
            case ["any", name, values]:
                return {}, [f"({word[name]} " + "|".join(json.dumps(value) for value in values) + ")"]
        raise AssertionError(rule)

    def pattern(slots: dict[str, str]) -> str:
        return "(event " + " ".join(f"({name} {value})" for name, value in slots.items()) + ")"

    def alone(rule: Plain) -> list[str]:
        slots, beside = parts(rule)
        return ([pattern(slots)] if slots else []) + beside

    for n, rule in enumerate(rules):
        environment.build(f"(defrule r{n} {' '.join(alone(rule))} =>)")
    template = environment.find_template("event")
    known = {name: asked(rules, name) for name in word}
    answers = (Symbol("no"), Symbol("yes"))

    def matching(facts: Facts) -> list[int]:
        yes_no = {name: answers[facts[name]] for name in ("created", "public", "by_requester")}
        asserted = [
            environment.assert_string(f'({word[name]} "{value}")')
            for name in word
            for value in facts[name]
            if value in known[name]
        ]
        numbers = {name: facts[name] for name in ("status_to", "group", "priority")}
        asserted.append(template.assert_fact(**numbers, **yes_no))
        found = {int(activation.name[1:]) for activation in environment.activations()}
        for fact in asserted:
            fact.retract()
        return sorted(found)

    return matching


def durable_rules(rules: Sequence[Plain]) -> Matching:
    """Rete: an event is one fact, its tags and words keys of it; each rule that holds reports itself."""
    from durable import engine

    found: list[int] = []

    def action(number: int) -> Callable[[Any], None]:
        return lambda _context: found.append(number)

    def condition(rule: Plain) -> Any:
        match rule:
            case ["and", *parts]:
                return {"$and": [condition(part) for part in parts]}
            case ["or", *parts]:
                return {"$or": [condition(part) for part in parts]}
            case ["any", name, values]:
                keys = [{f"{name[:-1]}_{value}": 1} for value in values]
                return keys[0] if len(keys) == 1 else {"$or": keys}
            case ["not", ["true", name]]:
                return {name: 0}
            case ["true", name]:
                return {name: 1}
            case ["is", name, value]:
                return {name: value}
            case ["least", name, number]:
                return {"$gte": {name: number}}
        raise AssertionError(rule)

    definition = {
        f"r{n}": {"all": [{"m": condition(rule)}], "run": action(n)} for n, rule in enumerate(rules)
    }
    host = engine.Host()
    host.set_rulesets({"rules": definition})
    count = 0
    tags, words = asked(rules, "tags"), asked(rules, "words")

    def matching(facts: Facts) -> list[int]:
        nonlocal count
        count += 1
        fact = {name: facts[name] for name in ("status_to", "group", "priority")}
        fact |= {name: int(facts[name]) for name in ("created", "public", "by_requester")}
        fact |= {f"tag_{tag}": 1 for tag in facts["tags"] if tag in tags}
        fact |= {f"word_{word}": 1 for word in facts["words"] if word in words}
        fact |= {"id": count, "sid": "1"}
        found.clear()
        try:
            host.assert_fact("rules", fact)
            host.retract_fact("rules", fact)
        except engine.MessageNotHandledException:
            return []
        return sorted({*found})

    return matching


ENGINES: dict[str, tuple[str, Callable[[Sequence[Plain]], Matching]]] = {
    "datalogic": ("datalogic-py", datalogic),
    "zen-engine": ("zen-engine", zen),
    "CLIPS": ("clipspy", clips),
    "durable_rules": ("durable-rules", durable_rules),
    "CEL (C++)": ("cel-expr-python", cel_cpp),
    "CEL (Rust)": ("common-expression-language", cel_rust),
    "business-rules": ("business-rules", business_rules),
    "json-logic": ("panzi-json-logic", json_logic),
    "rule-engine": ("rule-engine", rule_engine),
    "cel-python": ("cel-python", cel_python),
}
"""Each engine's name, the package that it is installed from, and how it is asked."""
