"""What Zendesk's triggers may hold and what we call it: plain tables that are read in both directions.

A condition of Zendesk's is a field, an operator and a value. Most fields are fields of ours (`FIELDS`), and the
field's kind says which operator is which verb (`OPERATORS`). Some conditions are whole sentences of ours
(`SENTENCES`). An action is one of Zendesk's fields with a value (`WRITES`, `MAILS`, `CALLS`, `POSTS`); those of `KEPT`
no rule can say.
"""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from attrs import frozen

from trigdsl.syntax.tree import Verb

NONE = ("", None, "__NULL__")
"""How Zendesk writes that there is no value; the first is what we write."""


class Kind(enum.Enum):
    """What values a field has, which settles the verbs that ask about it."""

    CHOICE = "choice"
    TEXT = "text"
    SEARCHED = "searched text"
    """Texts of which `is` asks whether they contain a string: the subject, the comment."""
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes or no"
    SET = "set"


class Id(enum.Enum):
    """Of what a value is the id; the word is the kind of name that stands in a rule for it."""

    USER = "user"
    GROUP = "group"
    ORGANIZATION = "organization"
    BRAND = "brand"
    FORM = "form"
    STATUS = "status"
    SCHEDULE = "schedule"
    LANGUAGE = "language"
    WEBHOOK = "webhook"
    TARGET = "target"


K = TypeVar("K")
V = TypeVar("V")


def _table(entries: Mapping[K, V]) -> Mapping[K, V]:
    return MappingProxyType(dict(entries))


# Operators

_EQUALS = {"is": Verb.IS, "is_not": Verb.IS_NOT}
_CHANGES = {
    "changed": Verb.CHANGES,
    "not_changed": Verb.DOES_NOT_CHANGE,
    "value": Verb.CHANGES_TO,
    "not_value": Verb.DOES_NOT_CHANGE_TO,
    "value_previous": Verb.CHANGES_FROM,
    "not_value_previous": Verb.DOES_NOT_CHANGE_FROM,
}
_ORDER = {
    "less_than": Verb.IS_LESS_THAN,
    "greater_than": Verb.IS_MORE_THAN,
    "less_than_equal": Verb.IS_AT_MOST,
    "greater_than_equal": Verb.IS_AT_LEAST,
}
_WORDS = {"includes": Verb.CONTAINS_ANY_WORD_OF, "not_includes": Verb.CONTAINS_NO_WORD_OF}
_PRESENCE = {"present": Verb.IS_NOT_EMPTY, "not_present": Verb.IS_EMPTY}

OPERATORS: Mapping[Kind, Mapping[str, Verb]] = _table(
    {
        Kind.CHOICE: _EQUALS
        | _ORDER
        | _CHANGES
        | _PRESENCE
        | {"includes": Verb.IS_ONE_OF, "not_includes": Verb.IS_NOT_ONE_OF},
        Kind.TEXT: _EQUALS
        | _CHANGES
        | _PRESENCE
        | {
            "includes_words": Verb.CONTAINS_ANY_WORD_OF,
            "not_includes_words": Verb.CONTAINS_NO_WORD_OF,
            "includes_string": Verb.CONTAINS,
            "not_includes_string": Verb.DOES_NOT_CONTAIN,
        },
        Kind.SEARCHED: {"is": Verb.CONTAINS, "is_not": Verb.DOES_NOT_CONTAIN} | _WORDS,
        Kind.NUMBER: _EQUALS | _ORDER | _PRESENCE,
        Kind.DATE: _EQUALS
        | _PRESENCE
        | {
            "less_than": Verb.IS_BEFORE,
            "greater_than": Verb.IS_AFTER,
            "less_than_equal": Verb.IS_AT_MOST,
            "greater_than_equal": Verb.IS_AT_LEAST,
            "within_previous_n_days": Verb.IS_WITHIN_THE_LAST,
            "within_next_n_days": Verb.IS_WITHIN_THE_NEXT,
        },
        Kind.YES_NO: _EQUALS,
        Kind.SET: {"includes": Verb.INCLUDE_ANY_OF, "not_includes": Verb.INCLUDE_NONE_OF} | _PRESENCE,
    }
)
"""Which verb says what an operator asks, for each kind of field.

A set that is asked about one value says so in the singular (`SINGULAR`); `is` and no value is `is empty` (`EMPTY`).
"""

SINGULAR: Mapping[Verb, Verb] = _table(
    {Verb.INCLUDE_ANY_OF: Verb.INCLUDE, Verb.INCLUDE_NONE_OF: Verb.DO_NOT_INCLUDE}
)
EMPTY: Mapping[Verb, Verb] = _table({Verb.IS: Verb.IS_EMPTY, Verb.IS_NOT: Verb.IS_NOT_EMPTY})

TERMINAL = frozenset({"changed", "not_changed", "present", "not_present"})
"""The operators that take no value."""
LISTS = frozenset(
    {
        Verb.IS_ONE_OF,
        Verb.IS_NOT_ONE_OF,
        Verb.INCLUDE_ANY_OF,
        Verb.INCLUDE_NONE_OF,
        Verb.CONTAINS_ANY_WORD_OF,
        Verb.CONTAINS_NO_WORD_OF,
    }
)
"""The verbs whose values stand in one text of Zendesk's, with blanks between them."""

OPERATOR_ALIASES: Mapping[str, str] = _table(
    {
        "changed_to": "value",
        "not_changed_to": "not_value",
        "changed_from": "value_previous",
        "not_changed_from": "not_value_previous",
        "contains": "includes",
        "not_contains": "not_includes",
    }
)
TEXT_ALIASES: Mapping[str, str] = _table({"includes": "includes_words", "not_includes": "not_includes_words"})
"""What an older reference calls the operators of users' and organizations' texts."""


# Fields

PEOPLE: Mapping[str, str] = _table(
    {"current_user": "current_user", "requester_id": "requester", "assignee_id": "assignee"}
)
"""Values that are other people of the ticket, and our paths to them."""

CHANNELS: Mapping[str, str] = _table(
    {
        "0": "web",
        "4": "email",
        "5": "api",
        "8": "rule",
        "16": "get_satisfaction",
        "23": "twitter_like",
        "24": "forum",
        "26": "twitter_dm",
        "27": "closed_ticket",
        "29": "chat",
        "30": "twitter",
        "31": "ticket_sharing",
        "33": "voicemail",
        "34": "phone_in",
        "35": "phone_out",
        "38": "facebook_post",
        "41": "facebook_message",
        "44": "cti_voicemail",
        "45": "cti_phone_in",
        "46": "cti_phone_out",
        "48": "web_widget",
        "49": "mobile_sdk",
        "50": "help_center",
        "54": "satisfaction_prediction",
        "55": "any_channel",
        "56": "mobile",
        "57": "sms",
        "67": "answer_bot",
        "72": "line",
        "73": "wechat",
        "74": "whatsapp",
        "78": "messenger",
        "86": "instagram_dm",
        "88": "twitter_dm_messaging",
    }
)
"""The number of a channel, as conditions have it, and our word."""

CHANNEL_LABELS: Mapping[str, str] = _table(
    {
        "web form": "0",
        "email": "4",
        "mail": "4",
        "web": "0",
        "web service (api)": "5",
        "api": "5",
        "chat": "29",
        "closed ticket": "27",
        "twitter": "30",
        "twitter dm": "26",
        "twitter like": "23",
    }
)
"""What the settings page shows for a channel, where somebody copied that."""

SCORES: Mapping[str, str] = _table(
    {
        "true": "unoffered",
        "false": "offered",
        "bad": "bad",
        "bad_with_comment": "bad_with_comment",
        "good": "good",
        "good_with_comment": "good_with_comment",
    }
)
ROLES: Mapping[str, str] = _table({"0": "end_user", "4": "agent", "2": "admin"})
LOCALES: Mapping[str, str] = _table({"1": "en-US", "2": "es", "8": "de", "16": "fr", "30": "he"})
"""Languages by number, as far as every account has the same; others come from the account's list of locales."""

VALUE_ALIASES: Mapping[tuple[str, str], str] = _table(
    {
        ("satisfaction_score", "badwithcomment"): "bad_with_comment",
        ("satisfaction_score", "goodwithcomment"): "good_with_comment",
        ("satisfaction_score", "offered"): "false",
        ("satisfaction_score", "unoffered"): "true",
        ("status", "on-hold"): "hold",
        ("requester_role", "end_user"): "0",
        ("requester_role", "end-user"): "0",
        ("requester_role", "agent"): "4",
        ("requester_role", "admin"): "2",
        **{
            (name, label): number
            for name in ("via_id", "current_via_id")
            for label, number in CHANNEL_LABELS.items()
        },
    }
)
"""Other ways in which a value is written, small letters throughout."""


@frozen
class Field:
    """A field of Zendesk's that is a field of ours.

    `operators` are those that Zendesk offers for it; `ids` says of what its values are ids; `values` lists their words with ours where the two differ; `people` tells
    that a value may also be another person of the ticket.
    """

    name: str
    path: str
    kind: Kind
    operators: tuple[str, ...]
    ids: Id | None = None
    values: Mapping[str, str] = MappingProxyType({})
    people: bool = False


_EQUAL = tuple(_EQUALS)
_CHANGED = (*_EQUALS, *_CHANGES)
_RANKED = (*_EQUALS, "less_than", "greater_than", *_CHANGES)
_COUNTED = ("less_than", "greater_than", "is")

FIELDS: Mapping[str, Field] = _table(
    {
        f.name: f
        for f in (
            Field("status", "ticket.status", Kind.CHOICE, _RANKED),
            Field(
                "custom_status_id",
                "ticket.custom_status",
                Kind.CHOICE,
                ("includes", "not_includes", *_CHANGED),
                Id.STATUS,
            ),
            Field("type", "ticket.type", Kind.CHOICE, _CHANGED),
            Field("priority", "ticket.priority", Kind.CHOICE, _RANKED),
            Field("group_id", "group", Kind.CHOICE, _CHANGED, Id.GROUP),
            Field("assignee_id", "assignee", Kind.CHOICE, _CHANGED, Id.USER, people=True),
            Field("requester_id", "requester", Kind.CHOICE, _CHANGED, Id.USER, people=True),
            Field("organization_id", "organization", Kind.CHOICE, _CHANGED, Id.ORGANIZATION),
            Field("brand_id", "brand", Kind.CHOICE, _CHANGED, Id.BRAND),
            Field("ticket_form_id", "ticket.form", Kind.CHOICE, _CHANGED, Id.FORM),
            Field("current_tags", "ticket.tags", Kind.SET, ("includes", "not_includes")),
            Field("via_id", "ticket.channel", Kind.CHOICE, _EQUAL, values=CHANNELS),
            Field("current_via_id", "update.channel", Kind.CHOICE, _EQUAL, values=CHANNELS),
            Field("via_subtype_id", "ticket.integration_account", Kind.CHOICE, _EQUAL),
            Field("recipient", "ticket.received_at", Kind.CHOICE, ("is",)),
            Field("received_from", "ticket.shared_from", Kind.CHOICE, _EQUAL),
            Field("sent_to", "ticket.shared_with", Kind.CHOICE, _EQUAL),
            Field("subject_includes_word", "ticket.subject", Kind.SEARCHED, ("is", "is_not", *_WORDS)),
            Field("comment_includes_word", "comment.body", Kind.SEARCHED, ("is", "is_not", *_WORDS)),
            Field("reopens", "ticket.reopens", Kind.NUMBER, _COUNTED),
            Field("replies", "ticket.replies", Kind.NUMBER, _COUNTED),
            Field("agent_stations", "ticket.assignee_stations", Kind.NUMBER, _COUNTED),
            Field("group_stations", "ticket.group_stations", Kind.NUMBER, _COUNTED),
            Field(
                "number_of_incidents",
                "ticket.incidents",
                Kind.NUMBER,
                (*_COUNTED, "less_than_equal", "greater_than_equal"),
            ),
            Field("schedule_id", "ticket.schedule", Kind.CHOICE, _EQUAL, Id.SCHEDULE),
            Field("satisfaction_score", "ticket.satisfaction", Kind.CHOICE, _RANKED, values=SCORES),
            Field("satisfaction_reason_code", "ticket.satisfaction_reason", Kind.CHOICE, _EQUAL),
            Field("role", "current_user", Kind.CHOICE, _EQUAL, Id.USER, people=True),
            Field("requester_role", "requester.role", Kind.CHOICE, _EQUAL, values=ROLES),
            Field("locale_id", "requester.language", Kind.CHOICE, _EQUAL, Id.LANGUAGE),
            Field("requester_time_zone", "requester.time_zone", Kind.CHOICE, _EQUAL),
            Field("requester_twitter_followers_count", "requester.twitter_followers", Kind.NUMBER, _COUNTED),
            Field("requester_twitter_statuses_count", "requester.tweets", Kind.NUMBER, _COUNTED),
            Field("requester_twitter_verified", "requester.twitter_verified", Kind.YES_NO, ("is",)),
        )
    }
)
"""The fields that every account has, by Zendesk's name. `role` is the current user where it names one user."""


@frozen
class Sentence:
    """A whole condition of ours: `comment is public`, `ticket.due_date is not empty`."""

    subject: str
    verb: Verb
    word: str | None = None


def _is(subject: str, word: str) -> Sentence:
    return Sentence(subject, Verb.IS, word)


SENTENCES: Mapping[str, Mapping[str, Sentence]] = _table(
    {
        "update_type": {"Create": _is("ticket", "created"), "Change": _is("ticket", "updated")},
        "ticket_is_public": {"public": _is("ticket", "public"), "private": _is("ticket", "private")},
        "comment_is_public": {
            "true": _is("comment", "public"),
            "false": _is("comment", "private"),
            "not_relevant": _is("comment", "present"),
            "requester_can_see_comment": _is("comment", "visible_to_requester"),
        },
        "role": {"agent": _is("current_user", "agent"), "end_user": _is("current_user", "end_user")},
        "attachment": {
            "present": _is("comment", "with_attachment"),
            "not_present": Sentence("comment", Verb.IS_NOT, "with_attachment"),
        },
        "cc": {
            "present": Sentence("ticket.ccs", Verb.IS_NOT_EMPTY),
            "not_present": Sentence("ticket.ccs", Verb.IS_EMPTY),
        },
        "ticket_due_date": {
            "true": Sentence("ticket.due_date", Verb.IS_NOT_EMPTY),
            "false": Sentence("ticket.due_date", Verb.IS_EMPTY),
        },
        "in_business_hours": {"true": _is("schedule", "open"), "false": _is("schedule", "closed")},
        "on_holiday": {
            "true": _is("schedule", "on_holiday"),
            "false": Sentence("schedule", Verb.IS_NOT, "on_holiday"),
        },
    }
)
"""Conditions by field and value, under the operator `is`; `is_not` is the other of `OPPOSITE`."""

OPPOSITE: Mapping[Verb, Verb] = _table(
    {
        Verb.IS: Verb.IS_NOT,
        Verb.IS_NOT: Verb.IS,
        Verb.IS_EMPTY: Verb.IS_NOT_EMPTY,
        Verb.IS_NOT_EMPTY: Verb.IS_EMPTY,
    }
)

WITHIN_SCHEDULE = "within_schedule"
"""The field that asks whether the schedule of an id is open: `schedule "Support hours" is open`."""

SENTENCE_ALIASES: Mapping[tuple[str, str], str] = _table(
    {
        ("update_type", "create"): "Create",
        ("update_type", "change"): "Change",
        ("update_type", "created"): "Create",
        ("update_type", "updated"): "Change",
        ("role", "end-user"): "end_user",
        ("attachment", "true"): "present",
        ("attachment", "false"): "not_present",
        ("cc", "true"): "present",
        ("cc", "false"): "not_present",
    }
)
"""Other ways in which such a value is written, small letters throughout."""

FIELD_ALIASES: Mapping[str, str] = _table({"tags": "current_tags", "form_id": "ticket_form_id"})


# Fields of an account's own

CUSTOM = ("custom_fields_", "ticket_fields_", "custom_fields:")
"""How the name of an account's own ticket field begins; the rest is its number, or its name. The first is ours."""
CUSTOM_OF: Mapping[str, str] = _table(
    {
        "requester.custom_fields.": "user",
        "user.custom_fields.": "user",
        "organization.custom_fields.": "organization",
    }
)
"""How the name of an account's own field of users and organizations begins, and whose it is with us.

Of two that lead to one entity the first is ours.
"""
SUBJECT_OF: Mapping[str, str] = _table(
    {"ticket": "ticket", "user": "requester", "organization": "organization"}
)
"""Where a rule finds the fields of an entity: a field of `user` is asked of the requester."""

CUSTOM_KINDS: Mapping[str, Kind] = _table(
    {
        "text": Kind.TEXT,
        "textarea": Kind.TEXT,
        "regexp": Kind.TEXT,
        "partialcreditcard": Kind.TEXT,
        "lookup": Kind.TEXT,
        "checkbox": Kind.YES_NO,
        "date": Kind.DATE,
        "integer": Kind.NUMBER,
        "decimal": Kind.NUMBER,
        "tagger": Kind.CHOICE,
        "dropdown": Kind.CHOICE,
        "multiselect": Kind.SET,
    }
)
"""What Zendesk calls the type of such a field, and the kind of values it has."""


OWN_OPERATORS: Mapping[Kind, tuple[str, ...]] = _table(
    {
        Kind.CHOICE: (*_EQUAL, *_PRESENCE),
        Kind.TEXT: tuple(name for name in OPERATORS[Kind.TEXT] if name not in _CHANGES),
        Kind.NUMBER: tuple(OPERATORS[Kind.NUMBER]),
        Kind.DATE: tuple(OPERATORS[Kind.DATE]),
        Kind.YES_NO: ("is",),
        Kind.SET: tuple(OPERATORS[Kind.SET]),
    }
)
"""The operators that Zendesk offers for such a field, by its kind."""


# Actions


class Deed(enum.Enum):
    """What an action does to a field."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"


@frozen
class Write:
    """An action that writes a field of ours."""

    name: str
    path: str
    deed: Deed = Deed.SET
    ids: Id | None = None
    values: Mapping[str, str] = MappingProxyType({})
    people: bool = False


WRITES: Mapping[str, Write] = _table(
    {
        w.name: w
        for w in (
            Write("status", "ticket.status"),
            Write("custom_status_id", "ticket.custom_status", ids=Id.STATUS),
            Write("priority", "ticket.priority"),
            Write("type", "ticket.type"),
            Write("subject", "ticket.subject"),
            Write("group_id", "group", ids=Id.GROUP),
            Write("assignee_id", "assignee", ids=Id.USER, people=True),
            Write("brand_id", "brand", ids=Id.BRAND),
            Write("ticket_form_id", "ticket.form", ids=Id.FORM),
            Write("set_tags", "ticket.tags"),
            Write("current_tags", "ticket.tags", Deed.ADD),
            Write("remove_tags", "ticket.tags", Deed.REMOVE),
            Write("follower", "ticket.followers", Deed.ADD, Id.USER, people=True),
            Write("cc", "ticket.ccs", Deed.ADD, Id.USER, people=True),
            Write("set_schedule", "ticket.schedule", ids=Id.SCHEDULE),
            Write("satisfaction_score", "ticket.satisfaction", values={"offered": "offered"}),
        )
    }
)
"""The actions that write a field, by Zendesk's name. Setting a field to no value is `clear`."""

RECIPIENTS: Mapping[str, tuple[str, ...]] = _table(
    {
        "requester_id": ("requester",),
        "assignee_id": ("assignee",),
        "current_user": ("current_user",),
        "requester_and_ccs": ("requester", "ccs"),
        "all_agents": ("all agents",),
        "group_id": ("group",),
    }
)
"""Who is told, by Zendesk's word; any other value is the id of a user or a group."""


@frozen
class Mail:
    """An action that tells somebody: the parts of its value in their order, and the channel where it is not e-mail."""

    name: str
    parts: tuple[str, ...]
    ids: Id | None
    channel: str | None = None


MAILS: Mapping[str, Mail] = _table(
    {
        m.name: m
        for m in (
            Mail("notification_user", ("recipient", "subject", "body"), Id.USER),
            Mail("notification_group", ("recipient", "subject", "body"), Id.GROUP),
            Mail("notification_sms_user", ("recipient", "phone_number", "body"), Id.USER, "sms"),
            Mail("notification_sms_group", ("recipient", "phone_number", "body"), Id.GROUP, "sms"),
            Mail("tweet_requester", ("body",), None, "tweet"),
        )
    }
)
"""The actions that are `notify … with template …`; a tweet is to the requester."""

CALLS: Mapping[str, Id] = _table({"notification_webhook": Id.WEBHOOK, "notification_target": Id.TARGET})
"""The actions that are `call webhook … with template …`: their value is an id and a body."""

POSTS: Mapping[str, bool] = _table(
    {
        "reply_public": True,
        "reply_internal": False,
        "comment_value": True,
        "comment_value_html": True,
        "internal_note": False,
    }
)
"""The actions that post a comment, and whether it is public. The first of each is what a new rule is exported as."""

KEPT: Mapping[str, str] = _table(
    {
        "locale_id": "a rule cannot change the requester's language",
        "requester.custom_fields.": "a rule cannot change a field of the requester",
        "user.custom_fields.": "a rule cannot change a field of the requester",
        "organization.custom_fields.": "a rule cannot change a field of the organization",
        "share_ticket": "a rule cannot share a ticket with another account",
        "add_skills": "a rule cannot change skills",
        "set_skills": "a rule cannot change skills",
        "remove_skills": "a rule cannot change skills",
        "deflection": "a rule cannot answer with articles",
        "side_conversation": "a rule cannot open a side conversation",
        "side_conversation_ticket": "a rule cannot open a side conversation",
        "side_conversation_slack": "a rule cannot open a side conversation",
        "notification_zis": "a rule cannot start an integration's flow",
        "notification_messaging_csat": "a rule cannot send a survey into a conversation",
        "comment_mode_is_public": "a rule cannot choose how an agent's comment is sent",
    }
)
"""The actions that no rule can say, each with the reason: they are kept word for word."""
