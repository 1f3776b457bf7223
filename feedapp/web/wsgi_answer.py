"""A WSGI answer before it is sent, and what Flask tells the middleware about it (PEP 3333)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

SAFE = frozenset({"GET", "HEAD"})
OK = "200 OK"
ROUTE = "feedapp.route"
"""The rule of the address in a request's environment, for the figures."""


class Answer(NamedTuple):
    """Status, headers and body; whoever does not send the body has to `close` it."""

    status: str
    headers: list[tuple[str, str]]
    body: Iterable[bytes]

    def header(self, wanted: str) -> str | None:
        """Give one header; None if it has not got it."""
        return next((value for name, value in self.headers if name == wanted), None)

    def close(self) -> None:
        """Say that nobody will read the body."""
        close = getattr(self.body, "close", None)
        if close is not None:
            close()


def answer_of(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Ask an app that answers with a body and does not write, as Flask's do."""
    told: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: object = None, /) -> object:
        told.append((status, headers))
        return _refuse

    body = app(environ, start_response)  # type: ignore[arg-type]  # the stub has the parameters of `_refuse` elsewhere
    return Answer(*told[-1], body)


def _refuse(_data: bytes) -> None:
    raise RuntimeError("an app here gives a body; it does not write")
