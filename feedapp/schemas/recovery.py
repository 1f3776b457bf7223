"""Recovery codes as they are written, and what comes in with them."""

from __future__ import annotations

import re
from base64 import b32encode
from typing import Annotated

from pydantic import AfterValidator

from feedapp.schemas.inputs import Input, OwnPassword
from feedapp.schemas.joining import code as link_code
from feedapp.schemas.texts import Password, Username, fold

CODE_BYTES = 10
GROUP = 4


def written(code: bytes) -> str:
    """Write a code in groups of four, of letters and digits that nobody takes for each other."""
    text = b32encode(code).decode().lower().rstrip("=")
    return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))


def typed_code(text: str) -> str:
    """Give a code as it was given out, however its groups were typed. What is none is no code of anybody's."""
    plain = re.sub(r"[\s-]+", "", text).lower().replace("0", "o").replace("1", "l").replace("8", "b")
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain[:100]), GROUP))


class Reset(Input):
    """To set a password by a recovery code."""

    username: str
    code: Annotated[str, AfterValidator(typed_code)]
    new_password: Password

    @property
    def folded(self) -> str:
        """The username in the form under which names are kept."""
        return fold(self.username)


class ResetByLink(Input):
    """To set a password by a link."""

    link: Annotated[str, AfterValidator(link_code)]
    new_password: Password


class LinkWanted(OwnPassword):
    """For whom a link is made, with the password of who makes it."""

    username: Username


class CodeTyped(Input):
    """A code of an authenticator, or in its place a recovery code."""

    code: Annotated[str, AfterValidator(link_code)]


class SecondStep(CodeTyped):
    """The second step of a log-in."""

    ticket: str


class Restoring(Input):
    """To take an account back that is to be deleted."""

    ticket: str
