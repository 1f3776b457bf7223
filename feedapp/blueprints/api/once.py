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
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return render(act(None))
    try:
        return render(act(Once(_checked(key), fingerprint(request.get_data()), lambda given: _kept(render(given)))))
    except RepeatedError as repeated:
        return _replayed(repeated.answer)


def _checked(key: str) -> str:
    """Read a key, as it is or as a string in the quotes of RFC 8941."""
    key = key.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
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
