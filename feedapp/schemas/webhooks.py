"""What admins say of a webhook."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from feedapp.hosts import DEFAULT_PORTS, in_ascii, read_host
from feedapp.lengths import WEBHOOK_NAME_LENGTH, WEBHOOK_URL_LENGTH
from feedapp.models import CHANGE_KINDS
from feedapp.schemas.inputs import UNCHANGED, Input
from feedapp.schemas.texts import line

SUCH = "must be an address such as https://example.org/hook"


def _url(text: str) -> str:
    """Read an address that can be posted to. Which networks it may lead to is asked when something is sent."""
    text = text.strip()
    if len(text) > WEBHOOK_URL_LENGTH:
        raise ValueError(f"must be at most {WEBHOOK_URL_LENGTH:,} characters long")
    try:
        parts = urlsplit(text)
        host = read_host(in_ascii(parts.netloc))
    except ValueError:
        raise ValueError(SUCH) from None
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if host is None or host.port == 0 or parts.scheme not in DEFAULT_PORTS or parts.fragment:
        raise ValueError(SUCH)
    if not rest.isascii() or any(not "!" <= sign <= "~" for sign in rest):
        raise ValueError(f"{SUCH}: write other letters and spaces with percent signs")
    return f"{parts.scheme}://{host.netloc}{rest or '/'}"


def _kinds(given: Any) -> Any:
    """Take a list with each kind once; a text, as forms have it, has them with spaces between."""
    if isinstance(given, str):
        given = given.split()
    if not isinstance(given, list) or any(each not in CHANGE_KINDS for each in given):
        raise ValueError(f"must be a list of some of these: {', '.join(CHANGE_KINDS)}")
    return list(dict.fromkeys(given))


Url = Annotated[
    str,
    AfterValidator(_url),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": WEBHOOK_URL_LENGTH, "pattern": "^https?://"}),
]
Name = Annotated[
    str,
    AfterValidator(partial(line, longest=WEBHOOK_NAME_LENGTH, may_be_empty=False)),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": WEBHOOK_NAME_LENGTH}),
]
Kinds = Annotated[
    list[Literal["post", "comment", "user"]],
    Field(min_length=1, max_length=len(CHANGE_KINDS)),
    BeforeValidator(_kinds),
    WithJsonSchema({"type": "array", "items": {"enum": list(CHANGE_KINDS)}, "minItems": 1}),
]


class WebhookWanted(Input):
    """A new webhook: where it leads, what it is called, of which kinds of things it is told."""

    url: Url
    name: Name
    kinds: Kinds = Field(default_factory=lambda: list(CHANGE_KINDS))  # type: ignore[arg-type]


class WebhookChange(Input):
    """What is to be changed of a webhook; the rest stays. Enabled, it is tried at once."""

    url: Url = UNCHANGED
    name: Name = UNCHANGED
    kinds: Kinds = UNCHANGED
    enabled: bool = UNCHANGED


class WebhookByForm(Input):
    """The same on a page, whose form has all of it."""

    url: Url
    name: Name
    kinds: Kinds


class WebhookSwitch(Input):
    """Whether a webhook is on, on a page."""

    enabled: Literal["0", "1"]
