"""Requests that nobody could answer properly: refused before anything looks at them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from feedapp.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9a-f:.]{{2,45}}\])(?::[0-9]{{1,5}})?", re.IGNORECASE)
UNREADABLE = "feedapp.unreadable_host"
"""In the environment of a request that no answer, kept or made, is for."""


class ReadableHosts:
    """Puts `localhost` for a Host that is no host's name, since no address, not even an error page's, could be made."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by the app; `refuse_unreadable` then refuses the request."""
        host = environ.get("HTTP_HOST")
        if host is not None and not _HOST.fullmatch(host):
            environ["HTTP_HOST"] = "localhost"
            environ[UNREADABLE] = True
        return self._app(environ, start_response)


def refuse_unreadable() -> None:
    """Refuse what is addressed to no host, or is longer than it may be without having said so.

    Raise MalformedError, RequestEntityTooLarge. A body that comes in pieces has no length in its head: Werkzeug would
    cut it at the limit and go on.
    """
    if UNREADABLE in request.environ:
        raise MalformedError("The Host of this request is no host's name: check the address.")
    if request.content_length is None and request.environ.get("wsgi.input_terminated"):
        largest = request.max_content_length
        if largest is not None and len(request.get_data()) >= largest:
            raise RequestEntityTooLarge
