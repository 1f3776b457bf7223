"""The mail server, as SMTP_URL names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from feedapp.hosts import read_host

StartTls = Literal["offered", "required", "off"]
PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587
"""The port for whoever has to log in."""
EXAMPLE = "smtps://user:password@mail.example:465"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A mail server. `tls` from the first byte on, or STARTTLS: as it is `offered`, `required`, or `off`."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    starttls: StartTls = "offered"
    ca_certs: str | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether nobody else can listen on the way there."""
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host == "localhost"


def read_smtp_url(value: str) -> SmtpServer:
    """Read an address of a mail server. Raise ValueError, with what is wrong, and never with the password."""
    parts = urlsplit(value)
    if parts.scheme not in PORTS:
        raise ValueError(f"must begin with smtp:// or smtps://, as in {EXAMPLE}")
    user, password, has_password = _login(parts.netloc)
    host = read_host(parts.netloc.rpartition("@")[2])
    if host is None or host.port == 0 or parts.path.strip("/") or parts.fragment:
        raise ValueError(f"cannot be read: write {EXAMPLE}, and %40 for an @ in a name or a password")
    options = {name: given[-1] for name, given in parse_qs(parts.query, keep_blank_values=True).items()}
    unknown = sorted(set(options) - {"starttls", "ssl_ca_certs"})
    starttls = options.get("starttls", "offered")
    if unknown or starttls not in {"offered", "required", "off"}:
        raise ValueError("takes starttls=offered, required or off, and ssl_ca_certs=/path, and nothing else, after a ?")
    tls = parts.scheme == "smtps"
    return SmtpServer(
        host=host.name.strip("[]"),
        port=host.port or (SUBMISSION if has_password and not tls else PORTS[parts.scheme]),
        user=user,
        password=password,
        tls=tls,
        starttls=starttls,  # type: ignore[arg-type]  # it is one of the three
        ca_certs=options.get("ssl_ca_certs"),
    )


def _login(netloc: str) -> tuple[str | None, str | None, bool]:
    if "@" not in netloc:
        return None, None, False
    user, colon, password = netloc.rpartition("@")[0].partition(":")
    if not user or not colon or not password:
        raise ValueError(f"has a user without a password, or a password without a user: write {EXAMPLE}")
    return unquote(user), unquote(password), True
