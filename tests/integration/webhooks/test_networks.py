"""Webhooks lead to the internet and nowhere else, unless an operator allows that."""

from __future__ import annotations

import socket
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.networks import is_public
from feedapp.writing.targets.pinned_http import PinnedHttp

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.webhooks.receiver import Receiver

OURS = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::127.0.0.1"),
    *(
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "255.255.255.255",
        "0.1.2.3",
        "a name",
    ),
]


@pytest.mark.parametrize("address", OURS)
def test_an_address_that_is_not_of_the_internet_is_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_so_is_one_that_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_nothing_is_sent_to_this_machine_however_it_is_spelled(receiver: Receiver, host: str) -> None:
    outcome = PinnedHttp(private=False).post(f"https://{host}:{receiver.port}/hook", b"{}", {})
    assert outcome.status is None
    assert outcome.trouble in {"leads to a private network", "has no address"} or "resolved" in outcome.trouble
    assert not receiver.sent


def test_a_name_is_resolved_once_and_one_private_address_is_enough(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a name that is public when it is looked at leads nowhere else when it is connected to."""
    asked = []

    def resolved(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        addresses = ["93.184.215.14", "127.0.0.1"] if host == "both.example" else ["127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    http = PinnedHttp(private=False)
    assert http.post(f"https://both.example:{receiver.port}/", b"{}", {}).trouble == "leads to a private network"
    assert asked == ["both.example"]
    allowed = PinnedHttp(private=True).post(f"http://hook.example:{receiver.port}/a?b", b"{}", {"X": "1"})
    assert allowed.is_good
    assert asked == ["both.example", "hook.example", "127.0.0.1"], "then the address that was checked"
    assert receiver.sent[0][0]["host"] == f"hook.example:{receiver.port}"


def test_a_certificate_must_be_of_the_name_that_was_given(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, path = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subprocess.run(
        [*made, "-keyout", key, "-out", path, "-subj", "/CN=hook", "-addext", "subjectAltName=DNS:hook.example"],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path, key)
    receiver.speak_tls(context)
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *a, **k: real("127.0.0.1", *a, **k))
    trusting = PinnedHttp(private=True, ca_certs=str(path))
    assert trusting.post(f"https://hook.example:{receiver.port}/", b"{}", {}).is_good
    assert "mismatch" in trusting.post(f"https://other.example:{receiver.port}/", b"{}", {}).trouble
    assert "verify" in PinnedHttp(private=True).post(f"https://hook.example:{receiver.port}/", b"{}", {}).trouble
    assert len(receiver.sent) == 1


def test_without_leave_nothing_goes_without_tls(receiver: Receiver) -> None:
    assert PinnedHttp(private=False).post("http://93.184.215.14/", b"{}", {}).trouble == "is no https address"
    assert not receiver.sent
