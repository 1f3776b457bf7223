"""What is sent to get a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator

from feedapp.schemas.inputs import LogIn, OwnPassword
from feedapp.schemas.texts import TokenName  # noqa: TC001  (pydantic reads the annotations)

SCOPES = ("read", "write", "moderate", "admin")
USUAL = SCOPES[:2]
"""What a token is for if nobody says."""
DAY = 86_400
SHORTEST_TOKEN, LONGEST_TOKEN = 60, 365 * DAY
"""Seconds that a token may be valid for."""


class TokenWanted(LogIn):
    """To get a token, with a name by which its owner knows it in a list; `expires_in` is seconds."""

    name: TokenName | None = None
    code: str | None = None
    restore: bool = False
    scopes: Annotated[list[Literal["read", "write", "moderate", "admin"]], Field(min_length=1, max_length=4)] | None = (
        None
    )
    expires_in: Annotated[int, Field(ge=SHORTEST_TOKEN, le=LONGEST_TOKEN)] | None = None

    @property
    def wanted_scopes(self) -> tuple[str, ...]:
        """The scopes, each once; the usual ones if they are left out."""
        return USUAL if self.scopes is None else tuple(dict.fromkeys(self.scopes))

    @property
    def lifetime(self) -> timedelta | None:
        """How long it is valid; None for the usual time."""
        return None if self.expires_in is None else timedelta(seconds=self.expires_in)


class TokenNamed(OwnPassword):
    """What a new token is called, what it is for (scopes, by spaces), and for how many days."""

    name: TokenName
    scopes: str = " ".join(USUAL)
    days: str = ""

    @field_validator("scopes")
    @classmethod
    def _known(cls, given: str) -> str:
        if not given.split() or set(given.split()) - set(SCOPES):
            raise ValueError(f"must be one or more of {', '.join(SCOPES)}")
        return given

    @field_validator("days")
    @classmethod
    def _possible(cls, given: str) -> str:
        if given and not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= LONGEST_TOKEN // DAY):
            raise ValueError(f"must be a whole number from 1 to {LONGEST_TOKEN // DAY}")
        return given

    @property
    def wanted_scopes(self) -> tuple[str, ...]:
        """The scopes, each once."""
        return tuple(dict.fromkeys(self.scopes.split()))

    @property
    def lifetime(self) -> timedelta | None:
        """How long it is valid; None for the usual time."""
        return timedelta(days=int(self.days)) if self.days else None
