"""The site from outside, as far as this machine can see that: by its name, through the proxy, by TLS."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from http.client import HTTPException, HTTPSConnection
from time import time
from typing import TYPE_CHECKING, Any

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


def reached_faults(site: Origin | None) -> Iterator[Fault]:
    """Ask for a page by https. A name that leads nowhere from here says nothing: it may be known elsewhere only."""
    if site is None or site.scheme != "https":
        return
    try:
        name, port = site.name.strip("[]"), site.port or 443
        socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except OSError:
        return
    try:
        with closing(HTTPSConnection(name, port, timeout=PATIENCE, context=ssl.create_default_context())) as connection:
            connection.connect()
            certificate: Any = connection.sock.getpeercert()
            connection.request("GET", ASKED, headers={"Host": site.netloc, "User-Agent": "feedapp doctor"})
            status = connection.getresponse().status
    except ssl.SSLError as error:
        said = getattr(error, "verify_message", "") or error.reason or str(error)
        yield Fault(
            f"No TLS: the certificate of {site.root} is not accepted ({said}), so browsers warn and leave.",
            "Renew it: `certbot renew`, then `systemctl reload nginx`; ssl_certificate has to be its fullchain.pem.",
        )
    except (OSError, HTTPException) as error:
        said = "no answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
        yield Fault(
            f"No TLS: {site.root} is not reached from here ({' '.join(said.split())}), so perhaps from nowhere.",
            "Let the proxy listen there (deploy/nginx.conf; `systemctl status nginx`), and the firewall let it "
            f"through. If others do reach it, add `127.0.0.1 {name}` to /etc/hosts.",
        )
    else:
        yield from _answer_fault(site, status)
        yield from certificate_fault(site, ssl.cert_time_to_seconds(certificate["notAfter"]) - time())


def certificate_fault(site: Origin, left: float) -> Iterator[Fault]:
    """`left`: seconds until it ends."""
    if left < SOON * DAY:
        yield Fault(
            f"The certificate of {site.root} ends in {left / DAY:.0f} days: from then on browsers warn and leave.",
            "Renew it: `certbot renew`, then `systemctl reload nginx`. `systemctl list-timers` should have "
            "certbot.timer.",
        )


def _answer_fault(site: Origin, status: int) -> Iterator[Fault]:
    if status == MISDIRECTED:
        yield Fault(
            f"The proxy of {site.root} passes on another host than it was asked for, so every page is refused (421).",
            "Let it pass on its own: `proxy_set_header Host $host;` in nginx's site, as in deploy/nginx.conf.",
        )
    elif status >= BROKEN:
        yield Fault(
            f"{site.root} answers with {status}: its proxy reaches no feedapp, or that fails. Readers see an error "
            "page.",
            "Start it (`systemctl status feedapp`), and let proxy_pass lead to HOST and PORT.",
        )
