"""Idempotency-Key: a POST that is sent again gets the first answer, and is not carried out again.

No text of anybody's is kept for that: what was made is named by its id, and its answer is made again from what stands
there now. So what was deleted is in no record, and what was edited is not shown as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from flask import request

from feedapp.blueprints.api.kit.answers import replied, written
from feedapp.errors import MalformedError, NotFoundError, ResultGoneError
from feedapp.lengths import IDEMPOTENCY_KEY_LENGTH
from feedapp.web.bodies import content_sent
from feedapp.web.fingerprints import KEY, fingerprint
from feedapp.writing.idempotency import Answer, Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from feedapp.blueprints.api.kit.declaration import Call

REPLAYED = "Idempotent-Replayed"
GONE = (
    "This request was carried out before, and what it made was deleted since. To repeat it, send it with a new "
    "Idempotency-Key."
)


def sent_key() -> str | None:
    """Read the key alone; None for none, or for a malformed one."""
    key = _key()
    return key if key is not None and KEY.fullmatch(key) else None


def once(call: Call[Any]) -> Once | None:
    """Read the key of a request to this call; None without one. Raise MalformedError.

    The record has the id of what was made if the call can find that again, else the whole answer.
    """
    key = _key()
    if key is None:
        return None
    if not KEY.fullmatch(key):
        raise MalformedError(
            f"An Idempotency-Key has 1 to {IDEMPOTENCY_KEY_LENGTH} visible ASCII characters: use a random UUID."
        )
    return Once(key, fingerprint(content_sent()), _whole(call) if call.again is None else _id_of)


def replay(call: Call[Any], first: Answer, again: Callable[[int], Any]) -> Response:
    """Answer a request that was carried out before. Raise ResultGoneError if what it made is there no longer."""
    if call.again is None:
        return replayed(written(first.body, first.status))
    try:
        return replayed(replied(call.reply, again(_id_in(first.body))))
    except NotFoundError:
        raise ResultGoneError(GONE) from None


def replayed(response: Response) -> Response:
    """Say that this was answered before."""
    response.headers[REPLAYED] = "true"
    return response


def _key() -> str | None:
    """Read what was sent as a key, as it is or as a string in the quotes of RFC 8941."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    key = key.strip()
    return key[1:-1] if len(key) > 1 and key[0] == key[-1] == '"' else key


def _whole(call: Call[Any]) -> Callable[[Any], Answer]:
    def render(result: Any) -> Answer:
        response = replied(call.reply, result)
        return Answer(response.status_code, response.get_data())

    return render


def _id_of(made: Any) -> Answer:
    return Answer(201, orjson.dumps({"id": str(made.id)}))


def _id_in(body: bytes) -> int:
    """Read which thing a record names; 0, which nothing has, for an account in a record of an older version."""
    return int(orjson.loads(body).get("id", 0))
