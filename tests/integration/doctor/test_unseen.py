"""A site behind a router that does not lead back who asks from inside: its own machine cannot see whether it is well.

The name leads to an address that is no machine's (RFC 5737), or to one of this machine; all else is real sockets.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.doctor.asking import PUBLIC, WELL, all_of, only
from tests.integration.doctor.test_reached import certificate, proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[..., tuple[int, str]]
    Behind = Callable[..., tuple[int, str]]

NAME = "feed.example"
NOBODYS, OWN = "192.0.2.7", "127.0.0.2"


@pytest.fixture
def behind(ask: Ask, mail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Behind:
    """Ask about a site whose name leads to this address, where nobody answers."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))
    resolve = socket.getaddrinfo

    def behind(port: int, *, address: str = NOBODYS) -> tuple[int, str]:
        def resolved(host: Any, *more: Any, **named: Any) -> Any:
            return resolve(address if host == NAME else host, *more, **named)

        monkeypatch.setattr(socket, "getaddrinfo", resolved)
        return ask(**PUBLIC | {"SITE_URL": f"https://{NAME}:{port}", "SMTP_URL": mail})

    return behind


def test_a_site_that_answers_here_and_is_not_seen_from_here_is_well(behind: Behind, tmp_path: Path) -> None:
    with proxy(certificate(tmp_path, name=NAME), name="127.0.0.1") as port:
        status, said = behind(port)
    well, note, remedy = said.splitlines()
    assert (status, f"{well}\n") == WELL
    assert f"Not seen from here: whether others reach https://{NAME}:{port}/" in note
    assert f"pass on port {port}; if not, add `127.0.0.1 {NAME}` to /etc/hosts" in remedy


def test_what_is_wrong_here_is_a_fault_all_the_same(behind: Behind, tmp_path: Path) -> None:
    with proxy(certificate(tmp_path, name=NAME, ends=5), 502, name="127.0.0.1") as port:
        all_of(
            behind(port),
            ("answers with 502", "proxy_pass"),
            (" ends in 5 days", "certbot renew"),
            ("Not seen from here", "/etc/hosts"),
        )


def test_a_certificate_of_another_name_is_no_answer(behind: Behind, tmp_path: Path) -> None:
    with proxy(certificate(tmp_path), name="127.0.0.1") as port:
        only(behind(port), "is not reached from here", "systemctl status nginx")


def test_an_address_of_this_machine_where_nobody_listens_is_a_fault(behind: Behind, tmp_path: Path) -> None:
    with proxy(certificate(tmp_path, name=NAME), name="127.0.0.1") as port:
        only(behind(port, address=OWN), "is not reached from here", "systemctl status nginx")
