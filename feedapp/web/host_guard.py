"""By which name, and by which scheme, a request came; and which names are this site's.

Stands around the app, inside `ProxyFix`, so that what a proxy says is checked like what a client says.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from flask import request

from feedapp.errors import MalformedError, MisdirectedError
from feedapp.hosts import DEFAULT_PORTS, LONGEST, Host, Origin, read_host

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from feedapp.errors import DomainError

REFUSED = "feedapp.refused_host"
"""In the environment of a request that no answer, kept or made, is for: the kind of its error, and the text."""
ORIGIN, ROOT = "feedapp.origin", "feedapp.root"
"""In the environment of every request: what `origin` and `site_root` give."""
PROBES = frozenset({"/livez", "/readyz"})
"""Asked by machines, by whatever name or number they know this one."""
WITHOUT_HOST = frozenset({"HTTP/1.0", "HTTP/1"})
"""What servers call the version that may leave Host out; they say "" of a Host that is not there."""
SOMEWHERE = "localhost"


class Verdict(NamedTuple):
    """What is made of a Host and a scheme: as what the request goes on, or why it does not (`refusal`)."""

    host: str
    scheme: str
    origin: Origin
    root: str
    refusal: tuple[type[DomainError], str] | None = None


class HostGuard:
    """Marks requests for hosts that are none, or not this site's, for `refuse_host` to refuse.

    `site` is the site's own origin, `others` the hosts by which it may be asked too (without a port: by any). With
    neither, every name is as good as another.
    """

    def __init__(self, app: WSGIApplication, *, site: Origin | None = None, others: Collection[Host] = ()) -> None:
        self._app = app
        self._site = site
        self._others = frozenset(others)
        self._judged = lru_cache(maxsize=256)(self._judge)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by the app."""
        given, scheme = self._given(environ), _scheme(environ)
        verdict = self._judged(given, scheme) if len(given) <= LONGEST else self._judge(given, scheme)
        environ["HTTP_HOST"], environ["wsgi.url_scheme"] = verdict.host, verdict.scheme
        environ[ORIGIN], environ[ROOT] = verdict.origin, verdict.root
        if verdict.refusal is not None and environ.get("PATH_INFO") not in PROBES:
            environ[REFUSED] = verdict.refusal
        return self._app(environ, start_response)

    def _given(self, environ: WSGIEnvironment) -> str:
        """Read the Host; if there is none, as HTTP/1.0 allows, give the site's own or the server's."""
        given: str | None = environ.get("HTTP_HOST")
        if given or (given is not None and environ.get("SERVER_PROTOCOL") not in WITHOUT_HOST):
            return given
        if self._site is not None or self._others:
            return self._site.netloc if self._site else min(self._others).netloc
        server = environ.get("SERVER_NAME", "")
        address = f"{f'[{server}]' if ':' in server else server}:{environ.get('SERVER_PORT', '')}"
        return address if read_host(address) else SOMEWHERE

    def _judge(self, given: str, scheme: str) -> Verdict:
        host = read_host(given)
        if host is None:
            return self._refused(
                scheme, MalformedError, "The Host of this request is not a host name: check the address."
            )
        if self._site is not None and self._is_own(host, scheme, self._site):
            return Verdict(self._site.netloc, self._site.scheme, self._site, self._site.root)
        if (self._site is not None or self._others) and not self._is_named(host, scheme):
            text = "This site does not have that name: set SITE_URL or SITE_HOSTS if it should."
            return self._refused(scheme, MisdirectedError, text)
        # As it was asked for, since a name without a final dot may be another one; but without a default port.
        has_default = host.port is not None and host.port == DEFAULT_PORTS.get(scheme)
        own = f"{scheme}://{given.rpartition(':')[0] if has_default or given.endswith(':') else given}/"
        return Verdict(given, scheme, Origin.of(scheme, host), self._site.root if self._site else own)

    def _refused(self, scheme: str, kind: type[DomainError], text: str) -> Verdict:
        """Go on as somebody else, so that an answer can be made."""
        origin = self._site or Origin.of(scheme, Host(SOMEWHERE, None))
        return Verdict(origin.netloc, origin.scheme, origin, origin.root, (kind, text))

    def _is_named(self, host: Host, scheme: str) -> bool:
        """Tell whether it is one of the others; one with the scheme's own port is the same as without."""
        ports = {host.port, None}
        if host.port_by(scheme) == DEFAULT_PORTS[scheme]:
            ports.add(DEFAULT_PORTS[scheme])
        return any(Host(host.name, port) in self._others for port in ports)

    @staticmethod
    def _is_own(host: Host, scheme: str, site: Origin) -> bool:
        plain = Host(host.name, None) if host.port == DEFAULT_PORTS.get(scheme) else host
        return host.name == site.name and plain.port_by(site.scheme) == site.port


def _scheme(environ: WSGIEnvironment) -> str:
    """Read the scheme; what a proxy says is taken if it is one of the web's, in any case."""
    scheme: str = environ["wsgi.url_scheme"].strip().lower()
    own: str = environ.get("werkzeug.proxy_fix.orig", {}).get("wsgi.url_scheme", scheme)
    return scheme if scheme in DEFAULT_PORTS else own


def refuse_host() -> None:
    """Raise MalformedError, MisdirectedError for a request that was marked."""
    if (refusal := request.environ.get(REFUSED)) is not None:
        kind, text = refusal
        raise kind(text)


def origin() -> Origin:
    """Give where this request was sent to."""
    found: Origin = request.environ[ORIGIN]
    return found


def site_root() -> str:
    """Give the address with which links from elsewhere to this site begin, with a slash at the end."""
    root: str = request.environ[ROOT]
    return root
