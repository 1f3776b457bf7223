"""What comes in with newcomers, and from those who decide about them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from feedapp.lengths import REASON_LENGTH, SITE_LENGTHS
from feedapp.mail.addresses import read_mail_address
from feedapp.models import MOST_USES
from feedapp.schemas.inputs import Input, SignUp
from feedapp.schemas.texts import Password, Username, line, paragraphs

LONGEST_CODE = 100
LONGEST_PROOF = 2_000
MOST_DAYS = 365


def _ticked(given: Any) -> Any:
    """Read a box of a form."""
    return True if given == "on" else given


def _number(given: Any) -> Any:
    """Read a number of a form."""
    return int(given) if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10 else given  # noqa: PLR2004


def between(number: int, *, least: int, most: int) -> int:
    """Check a number. Raise ValueError."""
    if not least <= number <= most:
        raise ValueError(f"must be {least} to {most:,}")
    return number


def code(text: str) -> str:
    """Check that something may be a code. Raise ValueError."""
    if not text.isascii() or len(text) > LONGEST_CODE:
        raise ValueError("is no code of ours")
    return text


Code = Annotated[str, AfterValidator(code)]
Reason = Annotated[str, AfterValidator(partial(paragraphs, longest=REASON_LENGTH))]


def _proof(text: str) -> str:
    """Check that something may be a proof of work. Raise ValueError."""
    if not text.isascii() or len(text) > LONGEST_PROOF:
        raise ValueError("is no proof of work")
    return text


Proof = Annotated[str, AfterValidator(_proof)]


class Joining(SignUp):
    """To come in: who somebody wants to be, and what the site asks for."""

    invitation: Code | None = None
    reason: Reason | None = None
    accept_rules: Annotated[bool, BeforeValidator(_ticked)] = False
    proof: Proof | None = None
    email: Annotated[str, AfterValidator(read_mail_address)] | None = None


class Refusal(Input):
    """What somebody is told who is not let in; it may be empty."""

    refusal: Reason


class InvitationWanted(Input):
    """How many may come in by it, and for how many days."""

    uses: Annotated[int, BeforeValidator(_number), AfterValidator(partial(between, least=1, most=MOST_USES))]
    days: Annotated[int, BeforeValidator(_number), AfterValidator(partial(between, least=1, most=MOST_DAYS))]


class SetUp(Input):
    """To set a site up: the code, its name, and the first admin."""

    code: Code
    name: Annotated[str, AfterValidator(partial(line, longest=SITE_LENGTHS["name"], may_be_empty=False))]
    username: Username
    password: Password
