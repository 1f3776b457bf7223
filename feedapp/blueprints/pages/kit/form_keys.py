"""Idempotency of forms: a double click, a lost answer or "send again" in a browser carries a form out once.

A form that is made for somebody who is signed in has a hidden field `idempotency_key` with a fresh key. Pages for
anonymous readers have none, since they are the same for everybody; and a form without the field works as well.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from secrets import token_bytes, token_urlsafe
from typing import TYPE_CHECKING, TypeVar

import orjson
from flask import request

from feedapp.web.bodies import content_sent
from feedapp.web.conditional import PUBLIC
from feedapp.web.fingerprints import KEY, fingerprint
from feedapp.web.response_cache import BODY
from feedapp.writing.idempotency import Answer, Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.blueprints import BlueprintSetupState

FIELD = "idempotency_key"
KEY_BYTES, KEY_LENGTH = 18, 24
"""Of random bytes, and of what they are in Base64, which needs no padding for a multiple of three."""
PLACEHOLDER = token_urlsafe(16)
"""Stands where a key is to come. Pages are cached (`feedapp.web.response_cache`), keys are not. Nobody can write it
into a post, since it is another in each process and never sent."""
SEE_OTHER = 303
T = TypeVar("T")


def equip(state: BlueprintSetupState) -> None:
    """Let templates ask for keys, by `form_key`."""
    state.app.jinja_env.globals.update(form_key=PLACEHOLDER)


def make_keys(response: Response) -> Response:
    """Put a fresh key into every form that asks for one, and into every answer that is made of this page again."""
    if response.mimetype == "text/html" and response.headers.get("Cache-Control") != PUBLIC:
        fixed = tuple(response.get_data().split(PLACEHOLDER.encode()))
        if len(fixed) > 1:
            keyed = request.environ[BODY] = Keyed(fixed)
            response.set_data(keyed())
    return response


class Keyed:
    """A page around the keys of its forms. `join` puts the parts together, of which every second one is a key."""

    def __init__(self, fixed: tuple[bytes, ...], *, join: Callable[[list[bytes]], bytes] = b"".join) -> None:
        self.fixed = fixed
        self.size = sum(map(len, fixed))
        self._join = join

    def __call__(self) -> bytes:
        """Write it with fresh keys."""
        count = len(self.fixed) - 1
        drawn = urlsafe_b64encode(token_bytes(KEY_BYTES * count))  # at once: each draw is a system call
        parts = [b""] * (2 * count + 1)
        parts[::2] = self.fixed
        parts[1::2] = [drawn[at : at + KEY_LENGTH] for at in range(0, len(drawn), KEY_LENGTH)]
        return self._join(parts)

    def joined_by(self, join: Callable[[list[bytes]], bytes]) -> Keyed:
        """Give the same page put together so."""
        return Keyed(self.fixed, join=join)


def sent_key() -> str | None:
    """Read the key alone; None for a form without one."""
    key = request.form.get(FIELD, "")
    return key if KEY.fullmatch(key) else None


def claimed(place: Callable[[T], str]) -> Once | None:
    """Read the key of the form that was sent, with the `place` of what it makes; None for a form without one."""
    key = sent_key()
    if key is None:
        return None
    fields = orjson.dumps(sorted(request.form.items(multi=True)))
    sent = fingerprint(content_sent() if request.files else fields)
    return Once(key, sent, lambda made: Answer(SEE_OTHER, location=place(made)))
