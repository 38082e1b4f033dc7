"""Where the path of a placeholder leads: which fields it reads on its way, and whether it means something."""

from collections.abc import Iterable

from attrs import define, field, frozen

from trigdsl.semantics import types
from trigdsl.semantics.placeholders import LEADS, Derived
from trigdsl.semantics.vocabulary import CURRENT_USER, Field, Vocabulary
from trigdsl.spelling import did_you_mean

COMMENT_LISTS = ("comments", "public_comments")
LATEST_COMMENTS = ("latest_comment", "latest_public_comment")
"""What a text may read of a ticket's conversation, beyond the fields of the vocabulary."""

MAY_BE_PRIVATE = {"comments": "public_comments", "latest_comment": "latest_public_comment"}
"""What may be a private comment, and what to write instead in a text for end users."""

COMMENT_PARTS = (("body",), ("author",), ("author", "name"), ("created_at",), ("public",))
LOOP_PARTS = (("first",), ("last",), ("index",))
"""What a loop through the comments may read of each, and of itself."""


@frozen
class Way:
    """Where a placeholder leads: the fields on the way, whether to several values, and what is wrong with it."""

    reads: tuple[str, ...]
    several: bool = False
    problem: str | None = None
    help: str | None = None


def of_text(parts: tuple[str, ...], vocabulary: Vocabulary) -> Way:
    """Return where a path of a Jinja2 text leads: its names are those of fields, then what is made from them."""
    walk = _Walk(vocabulary)
    first, *rest = parts
    if not walk.begin(first):
        help_line = did_you_mean(first, vocabulary.starts())
        return Way((), problem=f"there is nothing named `{first}`", help=help_line)
    so_far = first
    for name in rest:
        entity = walk.entity
        if entity is None or walk.listed:
            return Way(tuple(walk.reads), problem=f"`{so_far}` has no `{name}`")
        if not (walk.comments(name) or walk.field(name) or walk.derived(name)):
            help_line = did_you_mean(name, [f.name for f in vocabulary.fields_of(entity)])
            return Way(tuple(walk.reads), problem=f"{so_far} has no field `{name}`", help=help_line)
        so_far += f".{name}"
    return Way(tuple(walk.reads), walk.several)


OF_LIQUID = ("now", "today")
"""Names that every body knows."""
_ONE_OF_SEVERAL = ("first", "last")


def of_body(parts: tuple[str, ...], vocabulary: Vocabulary, within: tuple[str, ...] | None = None) -> Way:
    """Return where a path of a Liquid body leads: names of the help desk's own come before those of fields.

    Within is what a loop goes through, where the path begins with that loop's name. A path that ends at a person, a
    ticket and the like reads all that is known of it: the body may go on from there under another name.
    """
    walk = _Walk(vocabulary)
    first, *rest = parts
    if within is None and first in OF_LIQUID:
        return Way(())
    if within is not None:
        walk.follow(within)
        walk.listed = False
    elif not walk.begin(first):
        return walk.lost(parts, first, vocabulary.starts())
    for name in rest:
        if walk.entity is None and not walk.several and not walk.titled:
            return walk.lost(parts, name, ()) if name != "size" else walk.way()
        entity = walk.entity
        if not walk.body_step(name):
            return walk.lost(parts, name, () if entity is None else walk.names(entity))
    walk.whole()
    return walk.way()


@define
class _Walk:
    """A path as far as it was followed: the entity it is at, or none when it is at a value."""

    vocabulary: Vocabulary
    reads: list[str] = field(factory=list)
    entity: str | None = None
    several: bool = False
    """Whether it is at several values; where these are things of an entity they are listed."""
    listed: bool = False
    titled: bool = False
    """Whether it is at a value that has a title: a choice, or what may be one, being no field of the root."""

    def way(self) -> Way:
        return Way(tuple(self.reads), self.several)

    def lost(self, parts: tuple[str, ...], name: str, known: Iterable[str]) -> Way:
        """Return what is said of a path of a body that leads nowhere."""
        path = ".".join(parts)
        help_line = self.vocabulary.placeholders.advised(path) or did_you_mean(name, known)
        problem = f"nothing is known as `{path}`: it is left empty, as Zendesk leaves it"
        return Way(tuple(self.reads), problem=problem, help=help_line)

    def begin(self, first: str) -> bool:
        """Take the first step, and return whether there is one."""
        vocabulary = self.vocabulary
        if first == CURRENT_USER:
            self.entity = "user"
            self.reads.append(CURRENT_USER)
        elif first in vocabulary.shorthands:
            self._at(vocabulary.shorthands[first])
        elif first in vocabulary.entities_alone or (
            first in vocabulary.placeholders.names and first not in vocabulary.entities
        ):
            self.entity = first
        else:
            return False
        return True

    def _at(self, declared: Field) -> None:
        self.reads.append(declared.path)
        kind = declared.type
        self.several = isinstance(kind, types.SetType)
        may_be_choice = isinstance(kind, types.TextType) and declared.entity != self.vocabulary.root
        self.titled = isinstance(kind, types.ChoiceType) or may_be_choice
        self.listed = isinstance(kind, types.ReferencesType)
        self.entity = kind.kind if isinstance(kind, types.ReferenceType) else None

    def field(self, name: str) -> bool:
        """Go on to a field of the entity."""
        declared = None if self.entity is None else self.vocabulary.field(self.entity, name)
        if declared is not None:
            self._at(declared)
        return declared is not None

    def comments(self, name: str) -> bool:
        """Go on to the root's comments, or to the latest of them."""
        if self.entity != self.vocabulary.root or name not in (*COMMENT_LISTS, *LATEST_COMMENTS):
            return False
        self.reads.append(f"{self.entity}.comments")
        self.several = self.listed = name in COMMENT_LISTS
        self.entity = None if self.several else "comment"
        return True

    def derived(self, name: str) -> bool:
        """Go on to what is made from fields of the entity, or to a field by another name."""
        found = None if self.entity is None else self.vocabulary.placeholders.find(self.entity, name)
        if found is None:
            return False
        if found.how is None:
            return all(self.field(step) for step in found.of)
        self._made(found)
        return True

    def _made(self, found: Derived) -> None:
        assert self.entity is not None
        if found.how == "content":
            # A text that names others: what they read is not followed, so it counts as reading all there is.
            self.reads += [declared.path for declared in self.vocabulary.fields.values()]
            self.reads.append(f"{self.vocabulary.root}.comments")
        for name in found.of:
            declared = self.vocabulary.field(self.entity, name) or self.vocabulary.field(
                self.vocabulary.root, name
            )
            if declared is not None:
                self.reads.append(declared.path)
            elif name in (*COMMENT_LISTS, *LATEST_COMMENTS):
                self.reads.append(f"{self.vocabulary.root}.comments")
        self.entity, self.several = LEADS.get(found.how or "", (None, False))
        self.listed = self.several

    def follow(self, parts: tuple[str, ...]) -> None:
        """Go where a path leads that a loop goes through, to one of its things."""
        first, *rest = parts
        if self.begin(first) and all(self.body_step(name) for name in rest) and self.several:
            self._one()

    def body_step(self, name: str) -> bool:
        """Take one step of a path in a body."""
        if self.several:
            if name == "size":
                self.several, self.listed, self.entity = False, False, None
                return True
            if name in _ONE_OF_SEVERAL or name.lstrip("-").isdigit():
                self._one()
                return True
            return False
        if self.titled:
            return name in ("title", "size")
        if self.comments(name):
            self.entity = "comment"
            return True
        before = self.entity
        if self.derived(name):
            return True
        self.entity = before
        if not self.field(name):
            return False
        declared = self.vocabulary.fields[before or "", name].type
        if isinstance(declared, types.ReferencesType):
            self.entity = declared.kind
        return True

    def _one(self) -> None:
        self.several = self.listed = False

    def names(self, entity: str) -> list[str]:
        """Return what may come next, for suggestions."""
        own = [declared.name for declared in self.vocabulary.fields_of(entity)]
        more = (*COMMENT_LISTS, *LATEST_COMMENTS) if entity == self.vocabulary.root else ()
        return [*own, *more, *self.vocabulary.placeholders.known(entity)]

    def whole(self) -> None:
        """Count all fields of the entity that the path ends at as read."""
        if self.entity is not None:
            self.reads += [declared.path for declared in self.vocabulary.fields_of(self.entity)]
            if self.entity == self.vocabulary.root:
                self.reads.append(f"{self.entity}.comments")
