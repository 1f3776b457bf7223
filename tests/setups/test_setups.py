"""The same two settings reach other servers: Redis 7, Redis behind TLS with a password.

These need Debian's redis-server and openssl, so they are a target of their own (`make test-setups`).
"""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import cost_of
from conftest import services as services_of

from feedapp.app import create_app
from feedapp.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Somebody
    from flask import Flask
    from flask.testing import FlaskClient

    from config import Settings


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], *, port: int, cwd: Path) -> Iterator[None]:
    """Run a server until the block ends, from when its port answers."""
    log = cwd / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=cwd, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait()


@contextmanager
def site(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings)
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()
    services_of(app).backend.client.close()


def check_the_promise(client: FlaskClient, ada: Somebody) -> None:
    """Every write shows at once, and warm reads need no SQL."""
    post = client.post("/api/posts", headers=ada.headers, json={"body": "0"}).get_json()["id"]
    for version in range(1, 6):
        client.patch(f"/api/posts/{post}", headers=ada.headers, json={"body": str(version)})
        client.post(f"/api/posts/{post}/comments", headers=ada.headers, json={"body": "and"})
        new = client.post("/api/posts", headers=ada.headers, json={"body": "new"}).get_json()["id"]
        feed = client.get("/api/posts", headers=ada.headers).get_json()["items"]
        assert feed[0]["id"] == new
        assert (feed[version]["body"], feed[version]["comments_count"]) == (str(version), version)
        warm = client.get("/api/posts", headers=ada.headers)
        assert warm.headers["Cache-Status"] == "feedapp; hit"
        assert cost_of(warm).sql_statements == 0
    assert services_of(client.application).backend.trust.state == "trusted"


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def test_redis_7(app: Flask, settings: Settings, ada: Somebody, tmp_path: Path) -> None:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    wanted = replace(settings, redis_url=f"redis://127.0.0.1:{port}/3")
    with running(command, port=port, cwd=tmp_path), site(wanted) as client:
        check_the_promise(client, ada)


@pytest.fixture
def secure_redis(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    certificate, key, port = tmp_path / "cert.pem", tmp_path / "key.pem", free_port()
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    command = ["redis-server", "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-ca-cert-file", str(certificate)]
    command += ["--tls-auth-clients", "no", "--requirepass", "a secret"]
    with running(command, port=port, cwd=tmp_path):
        yield port, certificate


def test_redis_behind_tls_with_a_password(
    app: Flask, settings: Settings, ada: Somebody, secure_redis: tuple[int, Path]
) -> None:
    port, certificate = secure_redis
    url = f"rediss://:a%20secret@localhost:{port}/0?ssl_ca_certs={certificate}"
    with site(replace(settings, redis_url=url)) as client:
        check_the_promise(client, ada)


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_site_goes_on(
    app: Flask, settings: Settings, ada: Somebody, secure_redis: tuple[int, Path]
) -> None:
    port, _ = secure_redis
    with site(replace(settings, redis_url=f"rediss://:a%20secret@localhost:{port}/0")) as client:
        feed = client.get("/api/posts", headers=ada.headers)
        assert feed.status_code == 200
        assert feed.headers["Cache-Status"] == "feedapp; fwd=bypass"
        assert client.get("/readyz").get_json()["status"] == "degraded"
