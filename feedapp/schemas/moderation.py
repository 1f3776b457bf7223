"""What members say of what they report, and moderators of what they do."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, WithJsonSchema

from feedapp.lengths import MODERATION_LENGTH
from feedapp.schemas.inputs import Input
from feedapp.schemas.texts import Username, paragraphs

ID_LENGTH = 20


def _reason(text: str) -> str:
    text = paragraphs(text, longest=MODERATION_LENGTH)
    if not text:
        raise ValueError("must not be empty: whom it is about is told this")
    return text


def _id(text: str) -> str:
    if not text or len(text) > ID_LENGTH:
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


class Resolving(Input):
    """What is done about a report. The note is kept with it, and is the reason that is told if something is done."""

    action: Literal["none", "hide", "delete"]
    note: Note = ""


class CaseNote(Input):
    """What a moderator writes down about a report, for others."""

    note: Reason
