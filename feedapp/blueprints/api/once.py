"""Idempotency-Key: a POST that is sent again gets the first answer, and is not carried out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import Response, request

from feedapp.blueprints.api.answers import PERSONAL
from feedapp.blueprints.fingerprints import KEY, fingerprint
from feedapp.errors import MalformedError
from feedapp.models import IDEMPOTENCY_KEY_LENGTH
from feedapp.services.once import Answer, Once, RepeatedError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def once(act: Callable[[Once | None], T], render: Callable[[T], Response]) -> Response:
    """Answer with `render` of what `act` gives, or as it was answered before.

    `render` is called within the transaction, and again for the answer. Raise MalformedError for a key that is none.
    """
    key = _key()
    if key is None:
        return render(act(None))
    try:
        return render(act(Once(_checked(key), fingerprint(request.get_data()), lambda given: _kept(render(given)))))
    except RepeatedError as repeated:
        return _replayed(repeated.answer)


def sent_key() -> str | None:
    """Read the key alone; None for none, or for one that is none."""
    key = _key()
    return key if key is not None and KEY.fullmatch(key) else None


def _key() -> str | None:
    """Read what was sent as a key, as it is or as a string in the quotes of RFC 8941."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    key = key.strip()
    return key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key


def _checked(key: str) -> str:
    if not KEY.fullmatch(key):
        raise MalformedError(
            f"An Idempotency-Key has 1 to {IDEMPOTENCY_KEY_LENGTH} visible ASCII characters: take a random UUID."
        )
    return key


def _kept(response: Response) -> Answer:
    return Answer(response.status_code, response.get_data(), response.headers.get("Location"))


def _replayed(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, content_type="application/json")
    response.headers["Vary"] = "Authorization"
    response.headers["Cache-Control"] = PERSONAL
    response.headers["Idempotent-Replayed"] = "true"
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response
