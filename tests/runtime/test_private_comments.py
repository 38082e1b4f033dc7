"""Whatever a text says and whoever reads it: a private comment reaches nobody who is not known to be an agent."""

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from attrs import evolve, frozen
from desk import ANA, BO, CLEO, DAN, EVE, PAUL, event
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from trigdsl import RulesError, Ruleset, compile_text
from trigdsl.engine.effects import ActionTaken, CommentPosted, Effect, Notification, Outcome
from trigdsl.engine.state import Comment, Ticket
from trigdsl.runtime.texts.rendering import _fields, _Stage
from trigdsl.runtime.texts.values import Reader
from trigdsl.semantics.types import Value

USERS = (ANA, PAUL, BO, CLEO, DAN, EVE)
STRANGER = "stranger@example.com"
"""Somebody whom no directory lists."""
SECRET = "SECRET-"
LANGUAGES = (None, "en", "fr", "fr-CA")


@frozen
class Scenario:
    """Texts, what is done with them, who is who, and what happens to one ticket."""

    text: str
    html: str | None
    french: str | None
    actions: tuple[str, ...]
    roles: tuple[str | None, ...]
    updates: tuple[Mapping[str, Any], ...]
    ending: str = ""

    @property
    def rules(self) -> str:
        """Each action in a rule of its own, on every update."""
        return "\n".join(
            f"when ticket is created or ticket is updated then {action}" for action in self.actions
        )

    @property
    def templates(self) -> dict[str, str]:
        found = {f"x{self.ending}": self.text}
        if self.html is not None:
            found[f"x.html{self.ending}"] = self.html
        if self.french is not None:
            found[f"fr/x{self.ending}"] = self.french
        if self.ending:
            found["dynamic_content.json"] = json.dumps(COMMON)
        return found

    @property
    def people(self) -> dict[str, Any]:
        users: list[dict[str, Any]] = []
        for number, (address, role) in enumerate(zip(USERS, self.roles, strict=True)):
            user: dict[str, Any] = {"id": str(number), "email": address, "name": address[:3]}
            language = LANGUAGES[number % len(LANGUAGES)]
            user |= {} if role is None else {"role": role}
            user |= {} if language is None else {"language": language}
            user |= {"groups": ["Tier 1"]} if role in ("agent", "admin") else {}
            users.append(user)
        return {"users": users, "groups": [{"id": "10", "name": "Tier 1"}]}

    @property
    def agents(self) -> set[str]:
        return {a for a, role in zip(USERS, self.roles, strict=True) if role in ("agent", "admin")}

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event(number=n, created=n == 1, **update) for n, update in enumerate(self.updates, 1)]


@functools.lru_cache(maxsize=1_000)
def compiled(rules: str, templates: str) -> Ruleset | None:
    """Return the rules, or None when the text is refused, as what may tell a private comment is."""
    try:
        return compile_text(rules, templates=json.loads(templates))
    except RulesError:
        return None


def ruleset_of(scenario: Scenario) -> Ruleset | None:
    return compiled(scenario.rules, json.dumps(scenario.templates))


def outcomes_of(scenario: Scenario) -> list[Outcome]:
    """Return what comes of a scenario; its rules have to stand."""
    ruleset = ruleset_of(scenario)
    assert ruleset is not None
    return list(ruleset.run(scenario.events, directory=ruleset.directory(scenario.people)))


def seen_outside(outcome: Outcome, agents: set[str]) -> Iterator[str]:
    """Yield each text that somebody reads who is not an agent."""
    effects: list[Effect] = [*outcome.effects, *(e for trial in outcome.trial for e in trial.effects)]
    for effect in effects:
        match effect:
            case Notification() if effect.recipient not in agents:
                yield from (text for text in (effect.subject, effect.body, effect.html) if text)
            case CommentPosted(public=True):
                yield effect.body or ""
            case ActionTaken():
                yield from (text for text in (effect.subject, effect.body) if text)
    assert outcome.ticket is not None
    yield from (comment.body for comment in outcome.ticket.comments if comment.public)


def nothing_private_is_told(scenario: Scenario) -> None:
    """Fail when a private comment's marker stands in anything that somebody reads who is not an agent."""
    for outcome in outcomes_of(scenario):
        told = [t for t in seen_outside(outcome, scenario.agents) if SECRET.casefold() in t.casefold()]
        assert told == [], f"{scenario}: {told}"


# Texts

MADE = (
    *("ticket.comments_formatted", "ticket.public_comments_formatted", "ticket.latest_comment_formatted"),
    *("ticket.latest_public_comment_formatted", "ticket.latest_comment_html", "ticket.latest_comment_rich"),
    *("ticket.latest_public_comment_html", "ticket.latest_public_comment_rich", "comment.value_rich"),
    *("comment.value", "comment.rich", "ticket.latest_public_comment.value", "ticket.is_public"),
)
"""What is made from the comments that the reader may see."""
OUTSIDE = (
    *MADE,
    *("comment", "comment.body", "comment.author.name", "comment.attachments", "ticket.description"),
    *("ticket.public_comments", "ticket.latest_public_comment", "ticket.latest_public_comment.body"),
    *("ticket.subject", "ticket.status", "ticket.tags", "ticket.replies", "ticket", "requester.name"),
    *("current_user", "assignee.name", "update.channel", "update.time", "ticket.updated_at"),
)
INSIDE = (
    *("ticket.comments", "ticket.latest_comment", "ticket.latest_comment.body"),
    *("ticket.latest_comment.author.name", *OUTSIDE),
)
"""What a text may read that is for agents, as far as its rule knows."""
TURNS = (
    "{{ c }}",
    "{{ c.body }}",
    "{{ c.author.name }}: {{ c.body|upper }}",
    "{% if c.public %}{{ c.body }}{% endif %}",
    "{% if not c.public %}{{ c.body }}{% endif %}",
    "{% if loop.last %}{{ c.body or c }}{% endif %}",
    "{% if loop.first %}{{ c }}{% else %}{{ ticket.description }}{{ comment.body }}{% endif %}",
)
filters = st.sampled_from(
    ["", "", "", "|upper", "|lower", "|trim", "|truncate(40)", "|default('none')", "|label", "|trim|upper"]
)
turn = st.sampled_from(TURNS)


def pieces(paths: Sequence[str]) -> st.SearchStrategy[str]:
    """Return texts that read some paths: alone, chosen among, in an `if`, in a loop, and all of it mixed."""
    path = st.sampled_from(paths)
    lists = st.sampled_from([p for p in paths if p.endswith("comments")])
    placeholder = st.builds("{{{{ {}{} }}}}".format, path, filters)
    condition = st.builds(
        str.format,
        st.sampled_from(["{0}", "not {0}", "{0} and {1}", "{0} or {1}", "{0} != ''", "{0} == {1}"]),
        path,
        path,
    )
    chosen = st.builds("{{{{ {} if {} else {} }}}}".format, path, condition, path)
    either = st.builds("{{{{ {} or {} }}}}".format, path, path)
    loops = st.one_of(
        st.builds("{{% for c in {} %}}{}{{% endfor %}}".format, lists, turn),
        st.builds("{{% for c in {} if not c.public %}}{}{{% endfor %}}".format, lists, turn),
        st.builds("{{% for c in {} %}}{}{{% else %}}{}{{% endfor %}}".format, lists, turn, placeholder),
        st.builds("{{% for ticket in {} %}}{{{{ ticket }}}}{{% endfor %}}{}".format, lists, placeholder),
    )
    one = st.one_of(placeholder, placeholder, chosen, either, loops)
    choice = st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, condition, one, one)
    return st.lists(st.one_of(one, one, choice), min_size=1, max_size=3).map(" ".join)


def texts(paths: Sequence[str]) -> st.SearchStrategy[str]:
    """Return texts with and without a subject line."""
    line = st.sampled_from(["", *(f"Subject: {{{{ {path} }}}}\n\n" for path in paths)])
    return st.builds("{}{}".format, line, pieces(paths))


# Liquid bodies: nothing that they read of comments is refused, whoever reads it

COMMON = {
    "items": [
        {
            "name": "Said",
            "variants": [
                {
                    "locale_id": 1,
                    "default": True,
                    "content": "{{ticket.comments_formatted}} {{ticket.latest_comment}} {{comment.value}}",
                },
                {"locale_id": 16, "content": "{% for c in ticket.comments %}{{ c.value_rich }}{% endfor %}"},
            ],
        }
    ]
}
LIQUID_PATHS = (
    *(path for path in INSIDE if path != "ticket"),
    *("dc.said", "ticket.comments[0].value", "ticket.comments.first", "ticket.comments.last.body"),
    *("ticket.latest_comment.author.name", "ticket['comments'][0]", "ticket.comments[1].rich"),
)
LIQUID_FILTERS = (
    *("", "", "| upcase", "| strip_html", "| url_encode", "| split: ' '", "| first", "| last", "| join: ' '"),
    *("| map: 'value'", "| map: 'body' | join: ','", "| where: 'is_public', false | map: 'value'"),
    *(
        "| reverse | first",
        "| sort: 'value' | last",
        "| default: ticket.latest_comment",
        "| escape",
        "| size",
    ),
    *("| append: comment.value", "| base64_encode | base64_decode", "| slice: 0, 99", "| uniq | join"),
)
LIQUID_TURNS = (
    *("{{ c }}", "{{ c.value }}", "{{ c.body | upcase }}", "{{ c.rich }}", "{{ c['value_rich'] }}"),
    "{% unless c.is_public %}{{ c.value }}{% endunless %}",
    "{% if c.is_public == false %}{{ c }}{% else %}{{ ticket.description }}{% endif %}",
    "{% assign kept = c %}",
    "{% if forloop.last %}{{ comment }}{% endif %}",
)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Draw a Liquid body that tells of comments in every way there is."""
    path, again = st.sampled_from(LIQUID_PATHS), st.sampled_from(LIQUID_FILTERS)
    pieces = []
    for _ in range(draw(st.integers(1, 3))):
        one, other, run = draw(path), draw(path), draw(again)
        lists = draw(st.sampled_from(["ticket.comments", "ticket.public_comments", "kept.comments", "kept"]))
        turn = draw(st.sampled_from(LIQUID_TURNS))
        pieces.append(
            draw(
                st.sampled_from(
                    [
                        f"{{{{ {one} {run} }}}}",
                        f"{{% assign kept = {one} {run} %}}{{{{ kept }}}}{{{{ kept.value }}}}",
                        f"{{% assign kept = ticket %}}{{{{ kept.latest_comment }}}}{{% for c in {lists} %}}{turn}{{% endfor %}}",
                        f"{{% assign name = 'latest_comment' %}}{{{{ ticket[name] {run} }}}}",
                        f"{{% capture kept %}}{{{{ {one} }}}}{{% endcapture %}}{{{{ kept {run} }}}}",
                        f"{{% for c in {lists} limit:2 reversed %}}{turn}{{% endfor %}}{{{{ kept.value }}}}",
                        f"{{% tablerow c in {lists} %}}{turn}{{% endtablerow %}}",
                        f"{{% if {one} contains '{SECRET}' %}}{SECRET}{{% elsif {one} == {other} %}}{{{{ {other} }}}}{{% endif %}}",
                        f"{{% case {one} %}}{{% when {other} %}}{{{{ {one} }}}}{{% else %}}{{{{ {other} }}}}{{% endcase %}}",
                        f"{{% liquid assign kept = {one}\n echo kept {run} %}}",
                        f"<p>{{{{ {one} {run} }}}}</p>",
                    ]
                )
            )
        )
    return draw(st.sampled_from(["", f"Subject: {{{{ {draw(path)} }}}}\n\n"])) + " ".join(pieces)


# What is done with them

AGENTS_READ = ("assignee", "current_user", "ticket.followers", "group", "all agents")
ANYBODY_READS = (
    "requester",
    "requester and ccs",
    "ccs",
    "ticket.submitter",
    f'"{STRANGER}"',
    f'"{ANA}"',
    f'"{BO}"',
)


def actions(readers: Sequence[str], posts: Sequence[str], paths: Sequence[str]) -> st.SearchStrategy[str]:
    inline = pieces(paths).map('with subject "Hi" and body "{}"'.format)
    said = st.one_of(st.just("with template x"), st.just("with template x"), inline)
    return st.one_of(
        st.builds("notify {} {}".format, st.sampled_from(readers), said),
        st.builds("post {} comment {}".format, st.sampled_from(posts), said),
    )


# What happens

who = st.sampled_from([*USERS, STRANGER, None])
people = st.sampled_from(USERS)
comments = st.one_of(
    st.none(),
    st.builds(
        lambda public, number: {"public": public, "body": f"{'open' if public else SECRET}{number}"},
        st.booleans(),
        st.integers(0, 99),
    ),
)
values = st.fixed_dictionaries(
    {},
    optional={
        "requester": people,
        "assignee": st.one_of(st.none(), people),
        "ccs": st.lists(people, max_size=2),
        "followers": st.lists(people, max_size=2),
        "group": st.just("Tier 1"),
        "tags": st.just(["a", "b"]),
        "subject": st.just("A subject"),
    },
)
update = st.builds(
    lambda by, values, comment: (
        {"by": by, "values": values} | ({} if comment is None else {"comment": comment})
    ),
    who,
    values,
    comments,
)


def scenarios(
    paths: Sequence[str], readers: Sequence[str], posts: Sequence[str]
) -> st.SearchStrategy[Scenario]:
    return st.builds(
        Scenario,
        texts(paths),
        st.none() | pieces(paths),
        st.none() | texts(paths),
        st.lists(actions(readers, posts, paths), min_size=1, max_size=3).map(tuple),
        st.tuples(*[st.sampled_from(["end_user", "agent", "admin", None])] * len(USERS)),
        st.lists(update, min_size=1, max_size=4).map(tuple),
    )


any_scenario = st.one_of(
    scenarios(OUTSIDE, (*ANYBODY_READS, *AGENTS_READ), ("public", "private")),
    scenarios(INSIDE, AGENTS_READ, ("private",)),
)


def in_liquid(readers: Sequence[str], posts: Sequence[str]) -> st.SearchStrategy[Scenario]:
    said = st.just("with template x")
    return st.builds(
        Scenario,
        bodies(),
        st.none() | bodies(),
        st.none() | bodies(),
        st.lists(
            st.one_of(
                st.builds("notify {} {}".format, st.sampled_from(readers), said),
                st.builds("post {} comment {}".format, st.sampled_from(posts), said),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
        st.tuples(*[st.sampled_from(["end_user", "agent", "admin", None])] * len(USERS)),
        st.lists(update, min_size=1, max_size=4).map(tuple),
        st.just(".liquid"),
    )


@given(in_liquid((*ANYBODY_READS, *AGENTS_READ), ("public", "private")))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_liquid_body_tells_a_private_comment_outside(scenario: Scenario) -> None:
    assert ruleset_of(scenario) is not None
    nothing_private_is_told(scenario)


@given(any_scenario)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_a_private_comment_is_told_to_no_one_outside(scenario: Scenario) -> None:
    assume(ruleset_of(scenario) is not None)
    nothing_private_is_told(scenario)


# The property sees what goes wrong

ALL_ROLES = ("end_user", "end_user", "agent", "agent", "agent", "admin")
PRIVATE = {"by": BO, "values": {}, "comment": {"public": False, "body": f"{SECRET}7"}}
FIRST_PRIVATE = {**PRIVATE, "values": {"requester": ANA, "assignee": PAUL}}
OPENED = {"by": ANA, "values": {"assignee": PAUL}, "comment": {"public": True, "body": "open1"}}


def told_with(text: str, action: str, *updates: Mapping[str, Any]) -> Scenario:
    return Scenario(text, None, None, (action,), ALL_ROLES, updates)


def all_comments(stage: _Stage, name: str, reader: Reader) -> list[Comment]:
    return list(stage.ticket.comments)


def any_comment(stage: _Stage, name: str, reader: Reader) -> Mapping[str, Value]:
    comment = stage.update.comment
    return {} if comment is None else _fields(comment, None, None)


def whole_ticket(stage: _Stage, reader: Reader) -> Mapping[str, Value]:
    return stage.ticket.values


LEAKS: Mapping[str, tuple[str, Any, str, Sequence[Mapping[str, Any]]]] = {
    "in a list": ("comments", all_comments, "{{ ticket.public_comments }}", (OPENED, PRIVATE)),
    "in a loop": (
        "comments",
        all_comments,
        "{% for c in ticket.public_comments %}{{ c.body|lower }}{% endfor %}",
        (OPENED, PRIVATE),
    ),
    "as the latest": ("comments", all_comments, "{{ ticket.latest_public_comment.body }}", (OPENED, PRIVATE)),
    "in the subject": (
        "comments",
        all_comments,
        "Subject: {{ ticket.public_comments }}\n\nx",
        (OPENED, PRIVATE),
    ),
    "as the comment": ("beside", any_comment, "{{ comment.body }}", (OPENED, PRIVATE)),
    "as the description": ("described", whole_ticket, "{{ ticket.description }}", (FIRST_PRIVATE,)),
    "formatted": ("comments", all_comments, "{{ ticket.comments_formatted }}", (OPENED, PRIVATE)),
    "as a page": ("comments", all_comments, "{{ ticket.latest_comment_html }}", (OPENED, PRIVATE)),
}
POST = "post public comment with template x"
ACTIONS = ("notify requester with template x", "notify assignee with template x", POST)
NOT_POSTED = ("in the subject", "as the latest", "as a page")
"""A comment has no subject, and is the latest of its ticket itself."""


@pytest.mark.parametrize(
    ("leak", "action"),
    [(leak, action) for leak in LEAKS for action in ACTIONS if action != POST or leak not in NOT_POSTED],
)
def test_a_planted_leak_is_found(monkeypatch: pytest.MonkeyPatch, leak: str, action: str) -> None:
    method, planted, text, updates = LEAKS[leak]
    scenario = told_with(text, action, *updates)
    nothing_private_is_told(scenario)
    monkeypatch.setattr(_Stage, method, planted)
    with pytest.raises(AssertionError, match=r"(?i)secret-7"):
        nothing_private_is_told(scenario)


LIQUID_LEAKS: Mapping[str, tuple[str, Any, str, Sequence[Mapping[str, Any]]]] = {
    "in a list": ("comments", all_comments, "{{ ticket.comments | map: 'value' }}", (OPENED, PRIVATE)),
    "in a loop": (
        "comments",
        all_comments,
        "{% for c in ticket.comments %}{{ c.value | downcase }}{% endfor %}",
        (OPENED, PRIVATE),
    ),
    "under another name": (
        "comments",
        all_comments,
        "{% assign t = ticket %}{{ t.comments[0].value }}{{ t.comments[1].value }}",
        (OPENED, PRIVATE),
    ),
    "as the latest": ("comments", all_comments, "{{ ticket.latest_comment }}", (OPENED, PRIVATE)),
    "as the comment": ("beside", any_comment, "{{ comment.value_rich }}", (OPENED, PRIVATE)),
    "as the description": ("described", whole_ticket, "{{ ticket.description }}", (FIRST_PRIVATE,)),
    "in a common text": ("comments", all_comments, "{{ dc.said }}", (OPENED, PRIVATE)),
}


@pytest.mark.parametrize("leak", LIQUID_LEAKS)
@pytest.mark.parametrize("action", ACTIONS[:2])
def test_a_leak_that_is_planted_under_liquid_is_found(
    monkeypatch: pytest.MonkeyPatch, leak: str, action: str
) -> None:
    method, planted, text, updates = LIQUID_LEAKS[leak]
    scenario = evolve(told_with(text, action, *updates), ending=".liquid")
    nothing_private_is_told(scenario)
    monkeypatch.setattr(_Stage, method, planted)
    with pytest.raises(AssertionError, match=r"(?i)secret-7"):
        nothing_private_is_told(scenario)


def test_an_agent_does_read_private_comments() -> None:
    scenario = told_with(
        "{{ ticket.comments }} {{ comment.body }}", "notify all agents with template x", OPENED, PRIVATE
    )
    (_, outcome) = outcomes_of(scenario)
    bodies = [e.body for e in outcome.effects if isinstance(e, Notification)]
    assert bodies == [f"open1, {SECRET}7 {SECRET}7"] * 4


def test_a_private_comment_that_a_rule_posts_stays_inside() -> None:
    scenario = Scenario(
        "{{ ticket.public_comments }}|{{ ticket.latest_public_comment.body }}",
        "<p>{{ ticket.public_comments }}</p>",
        None,
        (
            f'post private comment with body "{SECRET}1 for {{{{ ticket.id }}}}"',
            "notify requester with template x",
        ),
        ALL_ROLES,
        (OPENED,),
    )
    nothing_private_is_told(scenario)
    (outcome,) = outcomes_of(scenario)
    assert isinstance(outcome.ticket, Ticket)
    assert [c.body for c in outcome.ticket.comments] == ["open1", f"{SECRET}1 for 42"]
    (letter,) = (e for e in outcome.effects if isinstance(e, Notification))
    assert (letter.body, letter.html) == ("open1|open1", "<p>open1</p>")
