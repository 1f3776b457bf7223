"""What Debian packages: Redis 7, alone or behind TLS with a password, and pgbouncer before a PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import psycopg2

from feedapp.embedded import Redis
from feedapp.embedded.privileges import unprivileged_identity
from feedapp.embedded.processes import end, spawn, wait_until_ready
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PASSWORD = "a secret"


def program(name: str) -> Path | None:
    """Find a program, or None."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    return Path(found) if found else None


class DebianRedis(Redis):
    """Debian's redis-server in place of the embedded one."""

    def __init__(self, directory: Path, *, arguments: Sequence[str] = ()) -> None:
        found = program("redis-server")
        assert found, "redis-server is not installed"
        super().__init__(directory, arguments=arguments, program=found)


class SecureRedis(DebianRedis):
    """The same, which clients reach by TLS with a password; `certificate` is what they must have to trust it."""

    def __init__(self, directory: Path, *, arguments: Sequence[str] = ()) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.certificate, key, self.port = directory / "certificate.pem", directory / "key.pem", free_port()
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )
        secured = [
            *("--tls-port", str(self.port), "--bind", "127.0.0.1", "--tls-auth-clients", "no"),
            *("--tls-cert-file", str(self.certificate), "--tls-key-file", str(key)),
            *("--tls-ca-cert-file", str(self.certificate), "--requirepass", PASSWORD),
        ]
        super().__init__(directory, arguments=[*secured, *arguments])

    @property
    def url(self) -> str:
        """Say where it is, with the password and the certificate that is asked of it."""
        return f"{self.url_without_certificate}?ssl_ca_certs={self.certificate}"

    @property
    def url_without_certificate(self) -> str:
        """Say where it is, and trust only whom everybody trusts."""
        return f"rediss://:{PASSWORD.replace(' ', '%20')}@localhost:{self.port}/0"


@contextmanager
def pooled(
    database_url: str, directory: Path, *, size: int = 20, clients: int = 1000, is_open: bool = True
) -> Iterator[str]:
    """Run pgbouncer in transaction mode before a PostgreSQL on a unix socket; give the DATABASE_URL through it.

    `clients` is how many it lets in. With `is_open` everybody may ask it how it is set up.
    """
    directory.mkdir(parents=True, exist_ok=True)
    parts, port = urlsplit(database_url), free_port()
    name, host = parts.path.strip("/"), parse_qs(parts.query)["host"][0]
    settings, users = directory / "pgbouncer.ini", directory / "users.txt"
    users.write_text('"postgres" ""\n', encoding="utf-8")
    settings.write_text(
        f"[databases]\n{name} = host={host} user=postgres\n[pgbouncer]\npool_mode = transaction\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = {'any' if is_open else 'trust'}\nauth_file = {users}\n"
        f"default_pool_size = {size}\nmax_client_conn = {clients}\nserver_login_retry = 0.2\n",
        encoding="utf-8",
    )
    found = program("pgbouncer")
    assert found, "pgbouncer is not installed"
    log = directory / "pgbouncer.log"
    # It refuses to run as root, and only the owner of PostgreSQL's socket may use that.
    identity = unprivileged_identity(found, directory)
    process = spawn([str(found), str(settings)], log=log, death_signal=signal.SIGKILL, identity=identity)
    url = f"postgresql://postgres@127.0.0.1:{port}/{name}"
    try:
        wait_until_ready("pgbouncer", process, lambda: _answers(url), log=log, seconds=20)
        yield url
    finally:
        end(process, (signal.SIGINT, 2))


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True
