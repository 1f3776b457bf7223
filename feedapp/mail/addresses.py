"""Mail addresses: which texts are any, and in which form they are kept and compared."""

from __future__ import annotations

import re

from feedapp.hosts import in_ascii
from feedapp.lengths import MAIL_ADDRESS_LENGTH

_LOCAL_LENGTH = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z][a-z0-9-]*[a-z0-9])|localhost")


def read_mail_address(text: str) -> str:
    """Give a mail address as it is kept: its host in ASCII and small letters. Raise ValueError for what is none."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > _LOCAL_LENGTH:
        raise ValueError("must be a mail address, as in ada@example.org")
    try:
        domain = in_ascii(domain).lower().rstrip(".")
    except ValueError:
        domain = ""
    if not _DOMAIN.fullmatch(domain) or any(len(label) > 63 for label in domain.split(".")):  # noqa: PLR2004  (RFC 1035)
        raise ValueError("must be a mail address, as in ada@example.org: the part after the @ names no host")
    if len(local) + 1 + len(domain) > MAIL_ADDRESS_LENGTH:
        raise ValueError(f"must be at most {MAIL_ADDRESS_LENGTH} characters long")
    return f"{local}@{domain}"


def folded(address: str) -> str:
    """Give what two addresses have in common that lead to one mailbox, as far as anybody can tell."""
    return address.strip().lower()
