"""By which name, and by which scheme, a request came; and which names are this site's.

Stands around the app, inside `ProxyFix`, so that what a proxy says is checked like what a client says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from feedapp.errors import MalformedError, MisdirectedError
from feedapp.hosts import DEFAULT_PORTS, Host, Origin, read_host

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from feedapp.errors import DomainError

REFUSED = "feedapp.refused_host"
"""In the environment of a request that no answer, kept or made, is for: the error to answer with."""
ORIGIN, ROOT = "feedapp.origin", "feedapp.root"
"""In the environment of every request: what `origin` and `site_root` give."""
PROBES = frozenset({"/livez", "/readyz"})
"""Asked by machines, by whatever name or number they know this one."""
WITHOUT_HOST = frozenset({"HTTP/1.0", "HTTP/1"})
"""What servers call the version that may leave Host out; they say "" of a Host that is not there."""
SOMEWHERE = Host("localhost", None)


class HostGuard:
    """Marks requests for hosts that are none, or not this site's, for `refuse_host` to refuse.

    `site` is the site's own origin, `others` the hosts by which it may be asked too (without a port: by any). With
    neither, every name is as good as another.
    """

    def __init__(self, app: WSGIApplication, *, site: Origin | None = None, others: Collection[Host] = ()) -> None:
        self._app = app
        self._site = site
        self._others = frozenset(others)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by the app."""
        environ["wsgi.url_scheme"] = scheme = _scheme(environ)
        given = _given(environ)
        host = read_host(given) if given is not None else self._unnamed(environ)
        refusal = None if given is None else self._refusal(host, scheme)
        if host is None or refusal is not None:
            if environ.get("PATH_INFO") not in PROBES:
                environ[REFUSED] = refusal
            given, host = None, SOMEWHERE  # so that an answer can be made
            environ["HTTP_HOST"] = host.name
        elif self._site is not None and self._is_own(host, scheme):
            environ["HTTP_HOST"], environ["wsgi.url_scheme"] = self._site.netloc, self._site.scheme
            host, scheme = Host(self._site.name, self._site.port), self._site.scheme
        environ[ORIGIN] = Origin.of(scheme, host)
        environ[ROOT] = self._site.root if self._site else _root(scheme, host, given)
        return self._app(environ, start_response)

    def _unnamed(self, environ: WSGIEnvironment) -> Host:
        if self._site is not None:
            return Host(self._site.name, self._site.port)
        server = environ.get("SERVER_NAME", "")
        name = f"[{server}]" if ":" in server else server
        return read_host(f"{name}:{environ.get('SERVER_PORT', '')}") or SOMEWHERE

    def _refusal(self, host: Host | None, scheme: str) -> DomainError | None:
        if host is None:
            return MalformedError("The Host of this request is no host's name: check the address.")
        if (self._site is None and not self._others) or self._is_own(host, scheme):
            return None
        if self._others & {host, Host(host.name, None)}:
            return None
        return MisdirectedError("This site is not called that: see SITE_URL and SITE_HOSTS if it should be.")

    def _is_own(self, host: Host, scheme: str) -> bool:
        if self._site is None or host.name != self._site.name:
            return False
        plain = Host(host.name, None) if host.port == DEFAULT_PORTS.get(scheme) else host
        return plain.port_by(self._site.scheme) == self._site.port


def _given(environ: WSGIEnvironment) -> str | None:
    """Read the Host; None for none, which HTTP/1.0 allows."""
    given: str | None = environ.get("HTTP_HOST")
    if given == "" and environ.get("SERVER_PROTOCOL") in WITHOUT_HOST:
        del environ["HTTP_HOST"]
        return None
    return given


def _root(scheme: str, host: Host, given: str | None) -> str:
    """Write the address as it was asked for, a default port left out."""
    if given is None:
        return Origin.of(scheme, host).root
    has_default = host.port is not None and host.port == DEFAULT_PORTS.get(scheme)
    return f"{scheme}://{given.rpartition(':')[0] if has_default else given}/"


def _scheme(environ: WSGIEnvironment) -> str:
    """Read the scheme; what a proxy says is taken if it is one of the web's, in any case."""
    scheme: str = environ["wsgi.url_scheme"].strip().lower()
    own: str = environ.get("werkzeug.proxy_fix.orig", {}).get("wsgi.url_scheme", scheme)
    return scheme if scheme in DEFAULT_PORTS else own


def refuse_host() -> None:
    """Raise MalformedError, MisdirectedError for a request that was marked."""
    if (refusal := request.environ.get(REFUSED)) is not None:
        raise refusal


def origin() -> Origin:
    """Give where this request was sent to."""
    found: Origin = request.environ[ORIGIN]
    return found


def site_root() -> str:
    """Give the address with which links from elsewhere to this site begin, with a slash at the end."""
    root: str = request.environ[ROOT]
    return root
