"""The settings against each other: how the site is reached, TLS, proxies, mail."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.hosts import Origin


@dataclass(frozen=True, kw_only=True)
class SiteChecks:
    """`listens_for_itself` is whether HOST is this machine only."""

    site: Origin | None
    host: str
    listens_for_itself: bool
    trusted_proxies: int
    sends_mail: bool

    @property
    def is_public(self) -> bool:
        """Whether others than this machine are meant to reach it."""
        return not self.listens_for_itself if self.site is None else not _is_here(self.site.name)

    def tls(self) -> Iterator[Fault]:
        """Passwords must not travel in clear."""
        if not self.is_public:
            return
        if self.site is None:
            yield Fault(
                f"No TLS: HOST is {self.host}, so others reach the site, and SITE_URL is not set.",
                "Put a proxy with TLS in front (deploy/nginx.conf), and set SITE_URL=https://…, HOST=127.0.0.1 and "
                "TRUSTED_PROXIES=1.",
            )
        elif self.site.scheme != "https":
            yield Fault(
                f"No TLS: SITE_URL is {self.site.root}, so passwords travel in clear.",
                "Put a proxy with TLS in front (deploy/nginx.conf), and let SITE_URL begin with https://.",
            )

    def proxies(self) -> Iterator[Fault]:
        """Without TRUSTED_PROXIES all readers have the address of the proxy, and share its limits."""
        if self.site is not None and self.site.scheme == "https" and not self.trusted_proxies:
            yield Fault(
                "The proxy is not named: SITE_URL is https, so one stands in front, and TRUSTED_PROXIES is 0. Every "
                "reader counts as one, and links begin with http.",
                "Set TRUSTED_PROXIES to how many proxies set X-Forwarded-For and -Proto, such as 1.",
            )

    def mail(self) -> Iterator[Fault]:
        """A public site without mail cannot give back a lost password."""
        if self.is_public and not self.sends_mail:
            yield Fault("No mail leaves: SMTP_URL is not set.", "Set SMTP_URL=smtps://user:password@mail.example:465.")


def _is_here(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
