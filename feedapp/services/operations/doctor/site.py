"""The settings against each other: how the site is reached, TLS, proxies, mail, keys."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from feedapp.hosts import Origin

FEWEST_SIGNS = 8
"""Different characters of a key that was made by chance: 16 of base 64 have fewer once in millions of years."""
PLACEHOLDERS = ("changeme", "replaceme", "insecure", "yoursecret", "mysecret", "secretkey", "verysecret")
READ = "passwords travel in clear and whoever is on the way reads them"


@dataclass(frozen=True, kw_only=True)
class SiteChecks:
    """`listens_for_itself` is whether HOST is this machine only."""

    site: Origin | None
    host: str
    listens_for_itself: bool
    trusted_proxies: int
    sends_mail: bool
    secret_key: str = ""
    rate_limits: bool = True
    push_private: bool = False

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
                f"No TLS: HOST is {self.host}, so others reach the site, and SITE_URL is not set: {READ}.",
                "Put a proxy with TLS in front (deploy/nginx.conf), and set SITE_URL=https://…, HOST=127.0.0.1 and "
                "TRUSTED_PROXIES=1.",
            )
        elif self.site.scheme != "https":
            yield Fault(
                f"No TLS: SITE_URL is {self.site.root}, so {READ}.",
                f"Put a proxy with TLS in front (deploy/nginx.conf), and set SITE_URL=https://{self.site.name}.",
            )

    def proxies(self) -> Iterator[Fault]:
        """Without TRUSTED_PROXIES all readers have the address of the proxy, and share its limits."""
        if self.site is not None and self.site.scheme == "https" and not self.trusted_proxies:
            yield Fault(
                "The proxy is not named: SITE_URL is https, so one stands in front, and TRUSTED_PROXIES is 0. All "
                "readers count as one, who is soon refused, and nobody's log-in is marked for https.",
                "Set TRUSTED_PROXIES to how many proxies set X-Forwarded-For and -Proto: 1 with deploy/nginx.conf.",
            )

    def mail(self) -> Iterator[Fault]:
        """A public site without mail cannot give back a lost password."""
        if self.is_public and not self.sends_mail:
            yield Fault(
                "No mail leaves: SMTP_URL is not set, so whoever forgets a password is locked out.",
                "Set SMTP_URL=smtps://user:password@mail.example:465.",
            )

    def keys(self) -> Iterator[Fault]:
        """Nobody may guess what signs. Whether it is long enough is asked at every start."""
        plain = "".join(filter(str.isalnum, self.secret_key)).lower()
        is_made_up = len(set(self.secret_key)) < FEWEST_SIGNS or plain.startswith(PLACEHOLDERS)
        if self.is_public and is_made_up:
            yield Fault(
                "SECRET_KEY can be guessed: it is a placeholder, or has few different characters. Whoever has it "
                "forges links that log in as others.",
                'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))". Authenticators and webhooks '
                "have to be set up anew with it.",
            )

    def tests_only(self) -> Iterator[Fault]:
        """Settings that are for tests."""
        if not self.is_public:
            return
        if not self.rate_limits:
            yield Fault(
                "Rate limits are off (RATE_LIMITS is 0): passwords can be guessed and the site flooded.",
                "Take RATE_LIMITS out of the settings.",
            )
        if self.push_private:
            yield Fault(
                "PUSH_PRIVATE is 1, which is for tests: any member can have this machine send to the networks behind "
                "it.",
                "Take PUSH_PRIVATE out of the settings.",
            )


def _is_here(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
