"""A site that is not reached by https, made for real: its certificate, its proxy, its name."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.doctor.asking import PUBLIC, WELL, only, run
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    At = Callable[[int], tuple[int, str]]

NAME = socket.gethostname()


def is_known() -> bool:
    """Whether this machine has a name that leads to it, as a public one would."""
    try:
        return not NAME.startswith("localhost") and bool(socket.getaddrinfo(NAME, 443))
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not is_known(), reason="this machine has no name of its own")


def certificate(place: Path, *, name: str = NAME, begins: float = -9, ends: float = 90) -> Path:
    """Make one, valid between these days from now; with its key in the same file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=ends))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = place / "site.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@contextmanager
def proxy(file: Path, status: int = 200, *, name: str = NAME) -> Iterator[int]:
    """Answer by TLS as a proxy does, on a port of its own; refuse other hosts than the site's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    server = ThreadingHTTPServer((socket.gethostbyname(name), 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that trusts it not leaves
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def at(environment: dict[str, str], mail: str, tmp_path: Path) -> At:
    """Ask about a public site at a port of this machine, whose certificate is trusted."""

    def at(port: int, **more: str) -> tuple[int, str]:
        public = {**PUBLIC, "SMTP_URL": mail, "SITE_URL": f"https://{NAME}:{port}"}
        return run(environment | public | {"SSL_CERT_FILE": str(tmp_path / "site.pem")} | more)

    return at


def test_a_site_that_is_reached_is_well(at: At, tmp_path: Path) -> None:
    with proxy(certificate(tmp_path)) as port:
        assert at(port) == WELL


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"begins": -90, "ends": -1}, "certificate has expired"),
        ({"name": "another.example"}, "Hostname mismatch"),
    ],
)
def test_a_certificate_that_browsers_refuse(at: At, tmp_path: Path, given: dict[str, Any], said: str) -> None:
    with proxy(certificate(tmp_path, **given)) as port:
        only(at(port), f"No TLS: the certificate of https://{NAME}:{port}/ is not accepted ({said}", "certbot renew")


def test_a_certificate_that_nobody_vouches_for(at: Any, tmp_path: Path) -> None:
    file = certificate(tmp_path)
    (tmp_path / "none.pem").touch()
    with proxy(file) as port:
        only(at(port, SSL_CERT_FILE=str(tmp_path / "none.pem")), "is not accepted (self-signed", "fullchain.pem")


def test_a_certificate_that_was_not_renewed(at: At, tmp_path: Path) -> None:
    with proxy(certificate(tmp_path, ends=5)) as port:
        only(at(port), f"The certificate of https://{NAME}:{port}/ ends in 5 days", "certbot renew")


def test_nobody_listens(at: At, tmp_path: Path) -> None:
    certificate(tmp_path)
    port = free_port()
    only(at(port), f"No TLS: https://{NAME}:{port}/ is not reached from here", "systemctl status nginx")


def test_somebody_listens_and_says_nothing(at: At, tmp_path: Path) -> None:
    certificate(tmp_path)
    with socket.create_server((socket.gethostbyname(NAME), 0)) as silent:
        only(at(silent.getsockname()[1]), "is not reached from here (no answer in time)", "systemctl status nginx")


@pytest.mark.parametrize(
    ("status", "what", "remedy"),
    [(421, "passes on another host", "proxy_set_header Host $host;"), (502, "answers with 502", "proxy_pass")],
)
def test_a_proxy_that_leads_nowhere(at: At, tmp_path: Path, status: int, what: str, remedy: str) -> None:
    with proxy(certificate(tmp_path), status) as port:
        only(at(port), what, remedy)
