"""The settings of the site, each with its rule; what is left out of a change stays as it is."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from feedapp.errors import FieldError, InvalidInputError
from feedapp.lengths import SITE_LENGTHS
from feedapp.retention import CHANGES, DELETED_ACCOUNTS, DEVICES, MODERATION, NETWORKS, NOTIFICATIONS, REFUSED
from feedapp.schemas.colours import colour
from feedapp.schemas.inputs import UNCHANGED, Input, from_form
from feedapp.schemas.texts import line, paragraphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.retention import Kept

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
LONGEST_TAG = 35
"""Of a language: what RFC 5646 asks programs to keep."""


def _language(text: str) -> str:
    text = text.strip()
    if not _LANGUAGE.fullmatch(text) or len(text) > LONGEST_TAG:
        raise ValueError("must be a language tag such as en, de or pt-BR")
    return text


def _lines(name: str, *, empty: bool = True) -> AfterValidator:
    return AfterValidator(partial(line, longest=SITE_LENGTHS[name], may_be_empty=empty))


def _paragraphs(name: str) -> AfterValidator:
    return AfterValidator(partial(paragraphs, longest=SITE_LENGTHS[name]))


def _days(kept: Kept) -> BeforeValidator:
    """Read a number of days, from a form or a command."""

    def read(given: object) -> int:
        text = str(given).strip()
        if text.isascii() and text.isdigit() and len(text) <= len(str(kept.most)):
            days = int(text)
            if kept.least <= days <= kept.most:
                return days
        raise ValueError(f"must be a number of days from {kept.least} to {kept.most}")

    return BeforeValidator(read)


class SiteChange(Input):
    """What is to be changed of the settings."""

    name: Annotated[str, _lines("name", empty=False)] = UNCHANGED
    tagline: Annotated[str, _lines("tagline")] = UNCHANGED
    description: Annotated[str, _paragraphs("description")] = UNCHANGED
    rules: Annotated[str, _paragraphs("rules")] = UNCHANGED
    privacy: Annotated[str, _paragraphs("privacy")] = UNCHANGED
    contact: Annotated[str, _lines("contact")] = UNCHANGED
    accent: Annotated[str, AfterValidator(colour)] = UNCHANGED
    language: Annotated[str, AfterValidator(_language)] = UNCHANGED
    announcement: Annotated[str, _paragraphs("announcement")] = UNCHANGED
    deletion_grace_days: Annotated[int, _days(DELETED_ACCOUNTS)] = UNCHANGED
    notifications_days: Annotated[int, _days(NOTIFICATIONS)] = UNCHANGED
    devices_days: Annotated[int, _days(DEVICES)] = UNCHANGED
    networks_days: Annotated[int, _days(NETWORKS)] = UNCHANGED
    refused_days: Annotated[int, _days(REFUSED)] = UNCHANGED
    changes_days: Annotated[int, _days(CHANGES)] = UNCHANGED
    moderation_days: Annotated[int, _days(MODERATION)] = UNCHANGED
    signup: Literal["open", "approval", "invitation", "closed"] = UNCHANGED
    proof_of_work: Literal["off", "on"] = UNCHANGED
    moderation_log: Literal["moderators", "public"] = UNCHANGED

    def changes(self) -> dict[str, str | int]:
        """Give what is to be changed, by name."""
        return self.model_dump(exclude_unset=True)


def from_pairs(pairs: Mapping[str, str]) -> SiteChange:
    """Read what a command was given. Raise InvalidInputError, for names that are none as well."""
    unknown = [
        FieldError(name, f"is no setting: they are {', '.join(SiteChange.model_fields)}")
        for name in pairs
        if name not in SiteChange.model_fields
    ]
    if unknown:
        raise InvalidInputError(*unknown)
    return from_form(SiteChange, pairs)
