"""The WSGI environment of a request (PEP 3333), made from the parser's results."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_MOST_NAMES = 1_000
_PLAIN = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_names: dict[bytes, str | None] = {}
Headers = list[tuple[bytes, bytes]]


class BadRequestError(Exception):
    """A malformed request; the text says why, for its sender."""


def of_connection(remote: tuple[str, int], local: tuple[str, int]) -> WSGIEnvironment:
    """Make the part that all requests of a connection share."""
    return {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "SCRIPT_NAME": "",
        "SERVER_SOFTWARE": "feedapp",
        "SERVER_NAME": local[0],
        "SERVER_PORT": str(local[1]),
        "REMOTE_ADDR": remote[0].removeprefix("::ffff:"),  # IPv4 on a socket for both
        "REMOTE_PORT": str(remote[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def of_request(common: WSGIEnvironment, method: str, target: bytes, version: str, headers: Headers) -> WSGIEnvironment:
    """Make the environment of a request without its body. Raise BadRequestError."""
    environ = common.copy()
    environ["REQUEST_METHOD"] = method
    environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
    for name, value in headers:
        key = _names.get(name, "")
        if key == "":
            key = _key(name)
        if key is None:
            continue
        text = value.decode("latin-1").rstrip(" \t")
        if key not in environ:
            environ[key] = text
        elif key == "HTTP_HOST":
            raise BadRequestError("This request has two Hosts.")
        else:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ", ") + text
    _set_address(environ, target.decode("latin-1"))
    if version == "1.1" and "HTTP_HOST" not in environ:
        raise BadRequestError("A request in HTTP/1.1 needs a Host.")
    return environ


def set_body(environ: WSGIEnvironment, body: bytes) -> None:
    """Add the body, which has arrived completely: its transfer encoding no longer matters."""
    environ["wsgi.input"] = BytesIO(body)
    if environ.pop("HTTP_TRANSFER_ENCODING", None) is not None:
        environ["CONTENT_LENGTH"] = str(len(body))


def _key(name: bytes) -> str | None:
    """Give None for a name with an underscore: with hyphens turned into underscores it could imitate another header."""
    plain = _PLAIN.get(name.lower())
    key = plain or (None if b"_" in name else "HTTP_" + name.decode("latin-1").upper().replace("-", "_"))
    if len(_names) < _MOST_NAMES:
        _names[name] = key
    return key


def _set_address(environ: WSGIEnvironment, target: str) -> None:
    if not target.startswith("/") and target != "*":
        try:
            parts = urlsplit(target)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
            raise BadRequestError("The address of this request is not valid.")
        environ["HTTP_HOST"] = parts.netloc.rpartition("@")[2]  # it outweighs the header (RFC 9112, 3.2.2)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path, _, query = target.partition("#")[0].partition("?")
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
    environ["QUERY_STRING"] = query
