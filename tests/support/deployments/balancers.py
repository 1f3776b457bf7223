"""nginx and HAProxy before app servers, by the files of `deploy/`: with addresses and a certificate of a test."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from feedapp.embedded.processes import Process, end, spawn, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
LOOPBACK = "127.0.0.1"


def program(name: str) -> str | None:
    """Find one of Debian's programs."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


@contextmanager
def nginx(
    place: Path, servers: Sequence[str], *, port: int, plain_port: int, address: str = LOOPBACK
) -> Iterator[Process]:
    """Run Debian's nginx in a folder of its own before those `host:port`."""
    certificate(place)
    text = _changed(
        "nginx.conf",
        {
            "/etc/letsencrypt/live/example.org": str(place),
            "server 127.0.0.1:8000 max_fails=0;": "".join(f"server {server} max_fails=0;" for server in servers),
            "listen 443 ssl": f"listen {address}:{port} ssl",
            "    listen [::]:443 ssl;\n": "",
            "listen 80;": f"listen {address}:{plain_port};",
            "    listen [::]:80;\n": "",
        },
    )
    (place / "site.conf").write_text(text)
    (place / "nginx.conf").write_text(
        f"daemon off; pid {place}/pid; error_log {place}/error.log; events {{ worker_connections 1024; }}\n"
        f"http {{ access_log off; client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;"
        f" fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;"
        f" include {place}/site.conf; }}\n"
    )
    with _running("nginx", ["-c", str(place / "nginx.conf")], place, address, port) as process:
        yield process


@contextmanager
def haproxy(
    place: Path, servers: Sequence[str], *, port: int, plain_port: int, address: str = LOOPBACK
) -> Iterator[Process]:
    """Run Debian's HAProxy in a folder of its own before those `host:port`."""
    certificate(place)
    (place / "site.pem").write_text((place / "fullchain.pem").read_text() + (place / "privkey.pem").read_text())
    named = [f"web{number} {server}" for number, server in enumerate(servers, 1)]
    text = _changed(
        "haproxy.cfg",
        {
            "log /dev/log local0": "log stdout format raw local0",
            "    user haproxy\n    group haproxy\n": "",
            "bind :443": f"bind {address}:{port}",
            "    bind :::443 v6only ssl crt /etc/haproxy/example.org.pem alpn h2,http/1.1\n": "",
            "bind :80": f"bind {address}:{plain_port}",
            "    bind :::80 v6only\n": "",
            "/etc/haproxy/example.org.pem": str(place / "site.pem"),
            "    server web1 127.0.0.1:8000\n": "".join(f"    server {each}\n" for each in named),
        },
    )
    (place / "haproxy.cfg").write_text(text)
    with _running("haproxy", ["-db", "-f", str(place / "haproxy.cfg")], place, address, port) as process:
        yield process


def certificate(place: Path) -> None:
    place.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=example.org",
         "-keyout", place / "privkey.pem", "-out", place / "fullchain.pem"], check=True, capture_output=True,
    )  # fmt: skip


def _changed(name: str, changes: Mapping[str, str]) -> str:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text


@contextmanager
def _running(name: str, words: Sequence[str], place: Path, address: str, port: int) -> Iterator[Process]:
    found = program(name)
    assert found, f"{name} is not installed"
    log = place / f"{name}.log"
    process = spawn([found, *words], log=log, death_signal=signal.SIGTERM)
    try:
        wait_until_ready(name, process, lambda: _listens(address, port), log=log, seconds=20)
        yield process
    finally:
        end(process, (signal.SIGTERM, 5))


def _listens(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), 1).close()
    except OSError:
        return False
    return True
