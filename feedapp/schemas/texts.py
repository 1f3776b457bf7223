"""The kinds of text that people send, each with its rule and the words for breaking it."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from feedapp.languages.known import LANGUAGES
from feedapp.lengths import (
    ALT_LENGTH,
    BIO_LENGTH,
    BODY_LENGTH,
    DISPLAY_NAME_LENGTH,
    LONGEST_PASSWORD,
    MUTED_WORD_LENGTH,
    SHORTEST_PASSWORD,
    TOKEN_NAME_LENGTH,
    USERNAME_LENGTH,
    USERNAME_PATTERN,
)
from feedapp.mail.addresses import read_mail_address
from feedapp.schemas.passwords import password
from feedapp.text.characters import MOST_MARKS, has_controls, has_piled_marks, is_visible, with_line_feeds

_USERNAME = re.compile(USERNAME_PATTERN)


def fold(username: str) -> str:
    """Give the form under which a username is kept; the empty text, which is nobody's, for what cannot be one."""
    folded = username.strip().lower()
    return folded if username.isascii() and _USERNAME.fullmatch(folded) else ""  # K, the sign for kelvin, becomes a k


def tidy(text: str) -> str:
    """Trim, and end lines as Unix does. Raise ValueError for characters that no text has, or too many on one letter."""
    text = with_line_feeds(text).strip()
    if has_controls(text):
        raise ValueError("has control characters: remove them")
    if has_piled_marks(text):
        raise ValueError(f"has more than {MOST_MARKS} marks on one letter: remove some of them")
    return text


def _visible(text: str, longest: int) -> str:
    text = tidy(text)
    if not text:
        raise ValueError("must not be empty")
    if not is_visible(text):
        raise ValueError("must not be empty: it has only invisible characters")
    return _at_most(text, longest)


def _at_most(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"must be at most {longest:,} characters long, and is {len(text):,}")
    return text


def body(text: str) -> str:
    """Check a post's or a comment's text. Raise ValueError."""
    return _visible(text, BODY_LENGTH)


def display_name(text: str) -> str:
    """Check a display name, which is one line. Raise ValueError."""
    return _visible(" ".join(tidy(text).split()), DISPLAY_NAME_LENGTH)


def bio(text: str) -> str:
    """Check what somebody says of themselves; it may be empty. Raise ValueError."""
    return paragraphs(text, longest=BIO_LENGTH)


def muted_word(text: str) -> str:
    """Check a word or a phrase that somebody does not want to read. Raise ValueError."""
    return _visible(" ".join(tidy(text).split()), MUTED_WORD_LENGTH)


def username(text: str) -> str:
    """Check a username, folded. Raise ValueError."""
    text = fold(text)
    if not _USERNAME.fullmatch(text):
        raise ValueError(f"must be 1 to {USERNAME_LENGTH} of the letters a to z, digits and underscores")
    return text


def token_name(text: str) -> str:
    """Check what a token is called, which is one line. Raise ValueError."""
    return _visible(" ".join(tidy(text).split()), TOKEN_NAME_LENGTH)


def line(text: str, *, longest: int, may_be_empty: bool = True) -> str:
    """Check a text of one line. Raise ValueError."""
    text = " ".join(tidy(text).split())
    return text if may_be_empty and not text else _visible(text, longest)


def alt(text: str) -> str:
    """Check what says in words what a picture shows; it may be empty. Raise ValueError."""
    return paragraphs(text, longest=ALT_LENGTH)


def paragraphs(text: str, *, longest: int) -> str:
    """Check a text of any number of lines, which may be empty. Raise ValueError."""
    return _visible(text, longest) if tidy(text) else ""


def locale_or_none(text: str) -> str:
    """Check a language of the pages; it may be empty. Raise ValueError."""
    if text and text not in LANGUAGES:
        raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
    return text


def language(text: str) -> str:
    """Check a language tag of BCP 47, and write it as usual: pt-BR, zh-Hant. Raise ValueError."""
    if not LANGUAGE_TAG.fullmatch(text):
        raise ValueError("must be a language tag such as de or pt-BR")
    first, *others = text.lower().split("-")
    usual = (each.upper() if len(each) == REGION else each.title() if len(each) == SCRIPT else each for each in others)
    return "-".join((first, *usual))


def _language_or_none(given: object) -> object:
    return language(given) if given and isinstance(given, str) else "" if given is None else given


def mail_address_or_none(text: str) -> str:
    """Check a mail address; it may be empty. Raise ValueError."""
    return read_mail_address(text) if text.strip() else ""


def _described(longest: int, shortest: int = 1, **more: str) -> WithJsonSchema:
    """Say in a JSON schema what can be said there: lengths, which count after trimming."""
    return WithJsonSchema({"type": "string", "minLength": shortest, "maxLength": longest, **more})


LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
REGION, SCRIPT = 2, 4
Body = Annotated[str, AfterValidator(body), _described(BODY_LENGTH)]
DisplayName = Annotated[str, AfterValidator(display_name), _described(DISPLAY_NAME_LENGTH)]
Bio = Annotated[str, AfterValidator(bio), _described(BIO_LENGTH, 0)]
Word = Annotated[str, AfterValidator(muted_word), _described(MUTED_WORD_LENGTH)]
Alt = Annotated[str, AfterValidator(alt), _described(ALT_LENGTH, 0)]
TokenName = Annotated[str, AfterValidator(token_name), _described(TOKEN_NAME_LENGTH)]
Username = Annotated[
    str, AfterValidator(username), _described(USERNAME_LENGTH, pattern=USERNAME_PATTERN.replace("a-z", "A-Za-z"))
]
MailAddressOrNone = Annotated[str, AfterValidator(mail_address_or_none)]
LanguageOfText = Annotated[
    str | None,
    BeforeValidator(_language_or_none),
    WithJsonSchema({"type": ["string", "null"], "pattern": f"^{LANGUAGE_TAG.pattern}$"}),
]
""""" if it is to be guessed, which null stands for and, in a form, nothing."""
LocaleOrNone = Annotated[str, AfterValidator(locale_or_none)]
Password = Annotated[str, AfterValidator(password), _described(LONGEST_PASSWORD, SHORTEST_PASSWORD, format="password")]
"""The same as types of fields."""
