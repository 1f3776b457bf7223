"""Idempotency-Key: a POST that is sent again gets the first answer, and is not carried out again.

No text of anybody's is kept for that: what was made is named by its id, and its answer is made again from what stands
there now. So what was deleted is in no record, and what was edited is not shown as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import orjson
from flask import request

from feedapp.blueprints.api.answers import written
from feedapp.errors import MalformedError, NotFoundError, ResultGoneError
from feedapp.lengths import IDEMPOTENCY_KEY_LENGTH
from feedapp.web.fingerprints import KEY, fingerprint
from feedapp.writing.idempotency import Answer, Once, RepeatedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response


class Made(Protocol):
    """What a request made, as services give it out."""

    @property
    def id(self) -> int:
        """Its id."""


T = TypeVar("T")
MadeT = TypeVar("MadeT", bound=Made)
REPLAYED = "Idempotent-Replayed"


def once(act: Callable[[Once | None], T], render: Callable[[T], Response]) -> Response:
    """Answer with `render` of what `act` gives, or as it was answered before; nobody's text may be in that.

    `render` is called within the transaction, and again for the answer. Raise MalformedError for a key that is none.
    """
    try:
        return render(act(_claim(lambda outcome: _kept(render(outcome)))))
    except RepeatedError as repeated:
        return replayed(written(repeated.answer.body, repeated.answer.status))


def once_made(
    act: Callable[[Once | None], MadeT], render: Callable[[MadeT], Response], *, again: Callable[[int], MadeT]
) -> Response:
    """Do the same for what makes something that has an id; `again` finds it by that.

    Raise ResultGoneError if it is there no longer.
    """
    try:
        return render(act(_claim(lambda made: Answer(201, orjson.dumps({"id": str(made.id)})))))
    except RepeatedError as repeated:
        try:
            return replayed(render(again(_id_in(repeated.answer.body))))
        except NotFoundError:
            raise ResultGoneError(
                "This request was carried out, and what it made was deleted since. Nothing was done again; to do it "
                "again, send it with a new Idempotency-Key."
            ) from None


def replayed(response: Response) -> Response:
    """Say that this was answered before."""
    response.headers[REPLAYED] = "true"
    return response


def _claim(render: Callable[[Any], Answer]) -> Once | None:
    key = _key()
    return None if key is None else Once(_checked(key), fingerprint(request.get_data()), render)


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


def _id_in(body: bytes) -> int:
    """Read which thing a record names; 0, which nothing has, for an account in a record of an older version."""
    return int(orjson.loads(body).get("id", 0))


def _kept(response: Response) -> Answer:
    return Answer(response.status_code, response.get_data())
