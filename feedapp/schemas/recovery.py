"""Recovery codes as they are written, and what comes in with them."""

from __future__ import annotations

import re
from base64 import b32encode
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from feedapp.lengths import PASSKEY_NAME_LENGTH
from feedapp.mail.addresses import folded, read_mail_address
from feedapp.schemas.inputs import Input, OwnPassword
from feedapp.schemas.joining import code as link_code
from feedapp.schemas.texts import Password, Username, fold, line

CODE_BYTES = 10
GROUP = 4


LONGEST_MAIL_CODE = 300
LONGEST_CREDENTIAL = 20_000


def mail_code(text: str) -> str:
    """Check that something may be the code of a link, of a mail or of a moderator. Raise ValueError."""
    if not text.isascii() or len(text) > LONGEST_MAIL_CODE:
        raise ValueError("is no code of ours")
    return text


def credential(text: str) -> str:
    """Check that something may be what a browser says of a passkey. Raise ValueError."""
    if not text.isascii() or len(text) > LONGEST_CREDENTIAL:
        raise ValueError("is nothing that a passkey says")
    return text


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

    link: Annotated[str, AfterValidator(mail_code)]
    new_password: Password


class MailWanted(Input):
    """For whom a link is sent by mail: a username or a mail address."""

    who: str

    @property
    def folded(self) -> str:
        """Give either as it is looked for; the empty text, which is nobody's, for what can be neither."""
        try:
            return folded(read_mail_address(self.who)) if "@" in self.who.strip()[1:] else fold(self.who.lstrip(" @"))
        except ValueError:
            return ""


class MailChange(OwnPassword):
    """One's own mail address, with the password."""

    email: Annotated[str, AfterValidator(read_mail_address)]


class MailLink(Input):
    """The link of a mail."""

    link: Annotated[str, AfterValidator(mail_code)]


class LinkWanted(OwnPassword):
    """For whom a link is made, with the password of who makes it."""

    username: Username


class CodeTyped(Input):
    """A code of an authenticator, or in its place a recovery code."""

    code: Annotated[str, AfterValidator(link_code)]


class SecondStep(CodeTyped):
    """The second step of a log-in."""

    ticket: str


class PasskeyWanted(OwnPassword):
    """What a new passkey is called."""

    name: Annotated[str, AfterValidator(partial(line, longest=PASSKEY_NAME_LENGTH, may_be_empty=False))]


class PasskeyMade(Input):
    """A passkey that a device has made, as its browser describes it."""

    name: Annotated[str, AfterValidator(partial(line, longest=PASSKEY_NAME_LENGTH, may_be_empty=False))]
    credential: Annotated[str, AfterValidator(credential)]


class PasskeyShown(Input):
    """A passkey's answer to a challenge, and the ticket of a log-in whose second step it is."""

    credential: Annotated[str, AfterValidator(credential)]
    ticket: str | None = None


class PasskeyChosen(OwnPassword):
    """One of one's own passkeys."""

    passkey: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}$")]


class Restoring(Input):
    """To take an account back that is to be deleted."""

    ticket: str
