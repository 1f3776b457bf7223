"""The site from outside, as far as this machine can see that: by its name, through the proxy, by TLS."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing, suppress
from http.client import HTTPException, HTTPSConnection
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.hosts import Origin

PATIENCE = 5.0
DAY = 86_400
SOON = 7
"""Days before its end in which a certificate should have been renewed: certbot does it 30 days before."""
ASKED = "/robots.txt"
"""Of every site, for everybody, and, unlike /livez, only by the site's own name."""
MISDIRECTED, BROKEN = 421, 500
LOOPBACK = ("127.0.0.1", "::1")


class _Answer(NamedTuple):
    status: int
    ends: float
    """Seconds until the certificate does."""


class _At(HTTPSConnection):
    """Asks a host of that name at this address, as a browser does to which the name leads there."""

    def __init__(self, address: str, name: str, port: int) -> None:
        super().__init__(name, port, timeout=PATIENCE, context=ssl.create_default_context())
        self._create_connection = lambda _, *more: socket.create_connection((address, port), *more)


def reached_faults(site: Origin | None) -> Iterator[Fault]:
    """Ask for a page by https. A name that leads nowhere from here says nothing: it may be known elsewhere only."""
    if site is None or site.scheme != "https":
        return
    name, port = site.name.strip("[]"), site.port or 443
    try:
        addresses = {str(each[4][0]) for each in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)}
    except OSError:
        return
    try:
        answer = _ask(site, name, port, at=name)
    except (OSError, HTTPException) as error:
        said = " ".join(_said(error).split())
        here = None if any(map(_is_own, addresses)) else _asked_here(site, name, port)
        if here is None:
            yield _no_tls(site, name, said, is_refused=isinstance(error, ssl.SSLError))
            return
        yield _unseen(site, name, port, said)
        answer = here
    yield from _answer_faults(site, answer)


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return getattr(error, "verify_message", "") or error.reason or str(error)
    return "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__


def _no_tls(site: Origin, name: str, said: str, *, is_refused: bool) -> Fault:
    if is_refused:
        return Fault(
            f"No TLS: the certificate of {site.root} is not accepted ({said}), so browsers warn and leave.",
            "Renew it: `certbot renew`, then `systemctl reload nginx`; ssl_certificate has to be its fullchain.pem.",
        )
    return Fault(
        f"No TLS: {site.root} is not reached from here ({said}), so perhaps from nowhere.",
        "Let the proxy listen there (deploy/nginx.conf; `systemctl status nginx`), and the firewall let it through. "
        f"If others do reach it, add `127.0.0.1 {name}` to /etc/hosts.",
    )


def _ask(site: Origin, name: str, port: int, *, at: str) -> _Answer:
    with closing(_At(at, name, port)) as connection:
        connection.connect()
        certificate: Any = connection.sock.getpeercert()
        connection.request("GET", ASKED, headers={"Host": site.netloc, "User-Agent": "feedapp doctor"})
        status = connection.getresponse().status
    return _Answer(status, ssl.cert_time_to_seconds(certificate["notAfter"]) - time())


def _asked_here(site: Origin, name: str, port: int) -> _Answer | None:
    """Ask what answers on this machine for that name: many a router does not lead back who asks from inside."""
    for address in (*LOOPBACK, *_outward()):
        with suppress(OSError, HTTPException):
            return _ask(site, name, port, at=address)
    return None


def _outward() -> list[str]:
    """Give the address by which this machine speaks to the internet. Nothing is sent."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("192.0.2.1", 443))
        return [str(asking.getsockname()[0])]
    return []


def _is_own(address: str) -> bool:
    """Tell whether an address is one of this machine: who asks there leaves it not, so no router is to blame."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as asking:
        asking.bind((address, 0))
        return True
    return False


def _unseen(site: Origin, name: str, port: int, said: str) -> Fault:
    return Fault(
        f"Not seen from here: whether others reach {site.root}. This machine answers as it should, but not where the "
        f"name leads to ({said}): many a router does not lead back who asks from inside.",
        f"Open it from elsewhere, as on a phone without Wi-Fi. If that fails, let router and firewall pass on port "
        f"{port}; if not, add `127.0.0.1 {name}` to /etc/hosts, and this is not said any more.",
        is_note=True,
    )


def _answer_faults(site: Origin, answer: _Answer) -> Iterator[Fault]:
    if answer.status == MISDIRECTED:
        yield Fault(
            f"The proxy of {site.root} passes on another host than it was asked for, so every page is refused (421).",
            "Let it pass on its own: `proxy_set_header Host $host;` in nginx's site, as in deploy/nginx.conf.",
        )
    elif answer.status >= BROKEN:
        yield Fault(
            f"{site.root} answers with {answer.status}: its proxy reaches no feedapp, or that fails. Readers see an "
            "error page.",
            "Start it (`systemctl status feedapp`), and let proxy_pass lead to HOST and PORT.",
        )
    if answer.ends < SOON * DAY:
        yield Fault(
            f"The certificate of {site.root} ends in {answer.ends / DAY:.0f} days: from then on browsers warn and "
            "leave.",
            "Renew it: `certbot renew`, then `systemctl reload nginx`. `systemctl list-timers` should have "
            "certbot.timer.",
        )
