"""Sends requests: again where that is safe, and not again where the answer is known already."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import httpx

from feedapp_client.errors import ProblemError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LATER = frozenset({429, 502, 503, 504})
"""Answers after which the same request may be sent again."""
KEPT = 256
LONGEST_WAIT = 120.0


class _Kept(NamedTuple):
    etag: str
    answer: Any


class Sender:
    """Sends requests to one site with one token.

    A read is sent again after an error of the network. A write is, too, as long as that cannot do it twice: a POST has
    an Idempotency-Key of its own, and a change that depends on a version is sent once.
    """

    def __init__(
        self,
        site: str,
        *,
        token: str | None = None,
        attempts: int = 5,
        http: httpx.Client | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.token = token
        self.requests = 0
        """How many were sent."""
        self._http = http if http is not None else httpx.Client(timeout=20)
        self._site = site.rstrip("/")
        self._attempts = attempts
        self._wait = wait
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> Any:
        """Read, with the answer of before if nothing has changed since."""
        address = str(httpx.URL(f"{self._site}{path}", params=dict(parameters or {})))
        name = f"{self.token} {address}"
        kept = self._kept.get(name)
        response = self._send("GET", address, headers={} if kept is None else {"If-None-Match": kept.etag})
        if kept is not None and response.status_code == httpx.codes.NOT_MODIFIED:
            self._kept.move_to_end(name)
            return kept.answer
        answer = _read(response)
        etag = response.headers.get("ETag")
        if etag is not None and "no-store" not in response.headers.get("Cache-Control", ""):
            self._kept[name] = _Kept(etag, answer)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return answer

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> Any:
        """Do something once, however often it has to be sent."""
        headers = {"Idempotency-Key": key if key is not None else str(uuid4())}
        return _read(
            self._send("POST", f"{self._site}{path}", headers=headers, json=None if body is None else dict(body))
        )

    def patch(self, path: str, body: Mapping[str, Any], *, version: str | None = None) -> Any:
        """Change something; with a version only if it still has that one."""
        return _read(self._send("PATCH", f"{self._site}{path}", headers=_if_match(version), json=dict(body)))

    def delete(self, path: str, *, version: str | None = None) -> Any:
        """Delete something, or take it back; what is gone already is no error if this may have been why."""
        before = self.requests
        response = self._send("DELETE", f"{self._site}{path}", headers=_if_match(version))
        if response.status_code == httpx.codes.NOT_FOUND and self.requests > before + 1:
            return None
        return _read(response)

    def _send(self, method: str, address: str, *, headers: dict[str, str], json: Any = None) -> httpx.Response:
        if self.token is not None:
            headers = {**headers, "Authorization": f"Bearer {self.token}"}
        for attempt in range(1, self._attempts + 1):
            self.requests += 1
            try:
                response = self._http.request(method, address, headers=headers, json=json)
            except httpx.TransportError as error:
                if attempt == self._attempts or "If-Match" in headers:
                    raise UnreachableError(f"{method} {address}: {error}") from error
                self._wait(2.0 ** (attempt - 1) / 2)
                continue
            if attempt == self._attempts or not _is_worth_repeating(response, headers):
                return response
            self._wait(_seconds(response, attempt))
        raise AssertionError("the last attempt returns or raises")


def _if_match(version: str | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


def _is_worth_repeating(response: httpx.Response, headers: Mapping[str, str]) -> bool:
    if response.status_code == httpx.codes.CONFLICT:
        return "Retry-After" in response.headers
    if response.status_code not in LATER:
        return False
    return "If-Match" not in headers or ProblemError.of(response).code in {"too_many_attempts", "busy"}


def _seconds(response: httpx.Response, attempt: int) -> float:
    said = response.headers.get("Retry-After", "")
    return min(float(said), LONGEST_WAIT) if said.isdigit() else 2.0 ** (attempt - 1) / 2


def _read(response: httpx.Response) -> Any:
    if not response.is_success:
        raise ProblemError.of(response)
    return response.json() if response.content else None
