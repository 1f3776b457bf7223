"""The response cache: answers to reads, served again while they would be the same (`feedapp.cache.protocol.reuse`).

`ResponseCache.of` decorates a view whose answers are cached. The answer may depend only on the path, the declared
parameters, the headers named in `_address`, what is read through the cache, and the clock as told to
`feedapp.freshness`. Parts that must be fresh in each answer (keys of forms) are made by `BODY`.
"""

from __future__ import annotations

from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, Protocol

from flask import Response, request
from werkzeug.datastructures import ImmutableMultiDict

from feedapp.cache.protocol.reuse import Reuse
from feedapp.languages.known import wanted as wanted_language
from feedapp.observability import logs
from feedapp.web.encodings import wanted
from feedapp.web.host_guard import REFUSED
from feedapp.web.preconditions import IF_MATCH
from feedapp.web.wsgi_answer import OK, ROUTE, SAFE, Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed.wsgi import WSGIEnvironment

    from feedapp.cache.protocol.page_reads import CacheReads
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.web.parameters import Parameters

P = ParamSpec("P")
COOKIES = "feedapp_"
"""Part of the name of each of our cookies."""
MOST_BYTES = 96 * 1024 * 1024
MOST_PATHS, LONGEST_PATH = 50_000, 200
"""How many paths are remembered with the parameters they take, and the longest path whose answers are cached."""
_SENDER, _KNOWN = "feedapp.kept.sender", "feedapp.kept.parameters"
_IF_MATCH = f"HTTP_{IF_MATCH.upper().replace('-', '_')}"
BODY = "feedapp.kept.body"
"""In a request's environment: a `Parted` body, if it has to be made anew each time the answer is served."""


class Body(Protocol):
    """What makes a body out of what does not change in it."""

    size: int
    """Bytes that it takes in memory."""

    def __call__(self) -> bytes:
        """Make it."""


class Parted(Body, Protocol):
    """One of parts, of which the first, the third and so on are always the same."""

    def joined_by(self, join: Callable[[list[bytes]], bytes]) -> Parted:
        """Give the same put together so."""


class _Kept(NamedTuple):
    headers: tuple[tuple[str, str], ...]
    body: Callable[[], bytes]
    route: str
    sender: Credentials
    user_id: int | None


class ResponseCache:
    """The answers that one process caches, pages and JSON alike."""

    def __init__(self, reads: CacheReads, viewers: ViewerService, *, most_bytes: int = MOST_BYTES) -> None:
        self._viewers = viewers
        self._known: dict[str, Parameters] = {}
        self._reuse: Reuse[_Kept] = Reuse(reads, most_bytes=most_bytes)

    @staticmethod
    def of(
        credentials: Callable[[], Credentials], *, parameters: Parameters
    ) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
        """Decorate a view whose answers to GET may be cached; `credentials` reads the credentials of the request.

        The view sees only the declared `parameters` of the request.
        """

        def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
            @wraps(view)
            def keepable(*args: P.args, **kwargs: P.kwargs) -> Response:
                environ = request.environ
                environ[_SENDER], environ[_KNOWN] = credentials(), parameters
                request.args = ImmutableMultiDict(parameters.read(environ.get("QUERY_STRING", "")))
                return view(*args, **kwargs)

            return keepable

        return decorate

    def find(self, environ: WSGIEnvironment) -> Answer | None:
        """Give the cached answer to this request; None if it has to be made."""
        known = self._known.get(environ.get("PATH_INFO", ""))
        address = None if known is None else _address(environ, known)
        kept = None if address is None else self._reuse.find(address)
        if kept is None:
            return None
        environ[ROUTE] = kept.route
        self._viewers.used(kept.sender)
        logs.note_user(kept.user_id)
        body = kept.body()
        headers = [*kept.headers, ("Content-Length", str(len(body)))]
        return Answer(OK, headers, [body] if environ["REQUEST_METHOD"] == "GET" else [])

    def keep(self, environ: WSGIEnvironment, answer: Answer) -> Answer:
        """Cache an answer that was just made, if possible, and return it."""
        sender, known = environ.get(_SENDER), environ.get(_KNOWN)
        if sender is None or known is None or answer.status != OK or environ["REQUEST_METHOD"] != "GET":
            return answer
        address, path = _address(environ, known), environ.get("PATH_INFO", "")
        if address is None or len(path) > LONGEST_PATH:
            return answer
        headers = tuple((name, value) for name, value in answer.headers if name != "Content-Length")
        if "Set-Cookie" in dict(headers):
            return answer
        body = b"".join((*answer.body, b""))  # a copy: what orjson gives takes 4 KB, however short it is
        answer.close()
        made: Body = environ.get(BODY) or _Unchanging(body)
        size = made.size + sum(map(len, map(str, address))) + sum(map(len, chain(*headers)))
        if len(self._known) >= MOST_PATHS:
            self._known.clear()  # what is kept is found again once its path has been answered anew
        self._known[path] = known
        self._reuse.keep(address, _Kept(headers, made, environ[ROUTE], sender, logs.noted_user()), size=size)
        return answer._replace(body=[body])


class _Unchanging:
    def __init__(self, body: bytes) -> None:
        self._body = body
        self.size = len(body)

    def __call__(self) -> bytes:
        return self._body


def _address(environ: Mapping[str, Any], known: Parameters) -> tuple[object, ...] | None:
    """Give everything in a request that an answer may depend on; None if its answer is not cached.

    Host, Authorization and our own cookies stand in it as they were sent: two ways to write the same are two addresses,
    which costs only memory. Of the query, of Accept-Encoding and of Accept-Language it has what they mean, and of other
    cookies nothing, so that strangers cannot ask for the same in ever new ways, each of which would have to be made.
    The language that a member has chosen is read through the cache, as is the site's: another one is another answer.
    """
    if (
        environ["REQUEST_METHOD"] not in SAFE
        or environ.get("CONTENT_LENGTH", "") not in {"", "0"}
        or "HTTP_TRANSFER_ENCODING" in environ
        or "HTTP_UPGRADE" in environ
        or _IF_MATCH in environ
        or REFUSED in environ
        or not known.is_understood(environ.get("QUERY_STRING", ""))
    ):
        return None
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST"),
        environ.get("PATH_INFO", ""),
        known.read(environ.get("QUERY_STRING", "")),
        environ.get("HTTP_AUTHORIZATION"),
        _own_cookies(environ.get("HTTP_COOKIE")),
        wanted(environ.get("HTTP_ACCEPT_ENCODING")),
        wanted_language(environ.get("HTTP_ACCEPT_LANGUAGE")),
    )


def _own_cookies(header: str | None) -> str | None:
    if header is None or COOKIES not in header:
        return None
    return ";".join(each for each in header.split(";") if COOKIES in each)
