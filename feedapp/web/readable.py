"""Requests that nobody could answer properly: refused before anything looks at them."""

from __future__ import annotations

from string import punctuation
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from feedapp.pictures.uploads import largest
from feedapp.web.host_guard import refuse_host

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def make_readable(environ: WSGIEnvironment) -> None:
    """Write raw bytes in the query as a browser would, since Werkzeug raises errors for those that are no UTF-8."""
    query = environ.get("QUERY_STRING", "")
    if not query.isascii():
        environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=punctuation)


def refuse_unreadable() -> None:
    """Refuse what is addressed to no host of ours, or is longer than it may be without having said so.

    Raise MalformedError, MisdirectedError, RequestEntityTooLarge. A body that comes in pieces has no length in its
    head: Werkzeug would cut it at the limit and go on.
    """
    refuse_host()
    upload = largest(request.environ)
    if upload is not None:
        request.max_content_length = upload
    if request.content_length is None and request.environ.get("wsgi.input_terminated"):
        most = request.max_content_length
        if most is not None and len(request.get_data()) >= most:
            raise RequestEntityTooLarge
