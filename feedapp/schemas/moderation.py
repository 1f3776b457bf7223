"""What members say of what they report, and moderators of what they do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from feedapp import times
from feedapp.lengths import MODERATION_LENGTH, PATTERN_LENGTH
from feedapp.schemas.inputs import Input
from feedapp.schemas.texts import Username, line, paragraphs, username

ID_LENGTH = 20
MOST_DIGITS = 5
MOST_SWEPT = 20
"""Accounts that are dealt with by one form."""
LONGEST = timedelta(days=36_500)


def _reason(text: str) -> str:
    text = paragraphs(text, longest=MODERATION_LENGTH)
    if not text:
        raise ValueError("must not be empty: whom it is about is told this")
    return text


def _until(given: object) -> datetime | None:
    """Read a time to come (RFC 3339), or a number of days from now, as a form has it."""
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise ValueError("must be a string")  # noqa: TRY004  (Pydantic takes it for a message)
    moment = datetime.now(UTC)
    if given.isascii() and given.isdigit() and len(given) < MOST_DIGITS:
        return moment + timedelta(days=int(given))
    try:
        read = times.read(given, now=moment + LONGEST, default_zone=UTC)
    except ValueError as error:
        raise ValueError(f"must be a time such as 2027-01-31T12:00:00Z: {error}") from None
    if read <= moment:
        raise ValueError("must be a time to come")
    return read


def _id(text: str) -> str:
    if not text.strip() or len(text) > ID_LENGTH or not text.isprintable():
        raise ValueError("is no id of ours")
    return text


Note = Annotated[
    str,
    AfterValidator(partial(paragraphs, longest=MODERATION_LENGTH)),
    WithJsonSchema({"type": "string", "maxLength": MODERATION_LENGTH}),
]
Reason = Annotated[
    str,
    AfterValidator(_reason),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MODERATION_LENGTH}),
]
Id = Annotated[str, AfterValidator(_id), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": ID_LENGTH})]


class ReportGiven(Input):
    """Why something is reported, and what there is to say of it."""

    reason: Literal["spam", "abuse", "illegal", "other"]
    note: Note = ""


class Reporting(ReportGiven):
    """A report of one of these: a post, a comment or a person."""

    post_id: Id | None = None
    comment_id: Id | None = None
    username: Username | None = None


class Hiding(Input):
    """Why something is hidden: its author is told."""

    reason: Reason


class Until(Input):
    """Until when something lasts; for good if nothing is said."""

    until: Annotated[datetime | None, BeforeValidator(_until), WithJsonSchema({"type": "string"})] = None


class Sanctioning(Until, Hiding):
    """Why somebody is suspended or silenced, and until when: they are told."""


class Sweeping(Hiding):
    """Why all that somebody wrote is deleted: they are told. `suspend`: they are suspended, too, for good."""

    suspend: bool = False


def _usernames(text: object) -> tuple[str, ...]:
    """Read one name or some, between spaces or commas."""
    found = tuple(dict.fromkeys(username(each) for each in str(text).replace(",", " ").split()))
    if not 1 <= len(found) <= MOST_SWEPT:
        raise ValueError(f"must be 1 to {MOST_SWEPT} names")
    return found


class SweepByForm(Hiding):
    """The same on a page, and whom it is about: the accounts of a wave together."""

    username: Annotated[tuple[str, ...], BeforeValidator(_usernames)]
    suspend: Literal["", "1"] = ""


class SweepEnded(Input):
    """Whose sweep is undone."""

    username: Username


class Resolving(Until):
    """What is done about a report. The note is kept with it, and is the reason that is told if something is done."""

    action: Literal["none", "hide", "delete", "silence", "suspend", "restore"]
    note: Note = ""


class Appealing(Input):
    """What somebody suspended says to that."""

    text: Reason
    ticket: str


class SanctionByForm(Sanctioning):
    """The same on a page: of which kind, and whom it is about."""

    username: Username
    kind: Literal["suspension", "silence"]


class SanctionEnded(Input):
    """Which sanction ends."""

    username: Username
    kind: Literal["suspension", "silence"]


class FilterWanted(Input):
    """A filter: what it looks for, and what it does with a text that has that."""

    kind: Literal["word", "link", "domain", "network"]
    pattern: Annotated[str, AfterValidator(partial(line, longest=PATTERN_LENGTH, may_be_empty=False))]
    effect: Literal["hold", "refuse"]


class CaseNote(Input):
    """What a moderator writes down about a report, for others."""

    note: Reason
