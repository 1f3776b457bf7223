"""Settings of the launcher; all others belong to the application."""

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config import SettingError, Settings

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
MOST_WORKERS_UNASKED = 4
DEFAULT_THREADS = 2  # by measurement (docs/performance.md): more of them take turns at the interpreter and wait for it
# Stand in for what the launcher will fill in itself, so that all other settings can be checked before anything starts.
FILLED_IN = {"DATABASE_URL": "postgresql://", "REDIS_URL": "unix:///socket", "SECRET_KEY": "x" * 64}


@dataclass(frozen=True, kw_only=True)
class LaunchSettings:
    """`database_url`, `redis_url` and `secret_key` are None where the launcher provides its own."""

    directory: Path
    host: str
    port: int
    workers: int
    threads: int
    json_logs: bool = False
    log_level: str = "INFO"
    database_url: str | None = None
    redis_url: str | None = None
    secret_key: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, directory: Path) -> "LaunchSettings":
        """Read and check all settings, the application's too. Raise SettingError for the first that is wrong."""
        given = {name: value.strip() for name, value in environment.items() if value.strip()}
        checked = Settings.from_environment({**environment, **FILLED_IN, **given})
        return cls(
            directory=directory,
            host=given.get("HOST", DEFAULT_HOST),
            port=_number(given, "PORT", DEFAULT_PORT, most=65_535),
            workers=_number(given, "WEB_WORKERS", max(2, min(os.cpu_count() or 1, MOST_WORKERS_UNASKED)), most=256),
            threads=_number(given, "WEB_THREADS", DEFAULT_THREADS, most=1_024),
            json_logs=checked.log_format == "json",
            log_level=checked.log_level,
            database_url=given.get("DATABASE_URL"),
            redis_url=given.get("REDIS_URL"),
            secret_key=given.get("SECRET_KEY"),
        )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach what listens there."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except OSError:
            return False
        addresses = [ipaddress.ip_address(str(address[0]).partition("%")[0]) for *_, address in found]
        return all((getattr(each, "ipv4_mapped", None) or each).is_loopback for each in addresses)

    @property
    def address(self) -> str:
        """The address for a browser on this machine, instead of 0.0.0.0 or ::."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (compared, not bound)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def _number(given: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    value = given.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) < len(str(most)) + 1 and 1 <= int(value) <= most):
        raise SettingError(f"{name} is {value!r}: it must be a whole number from 1 to {most}")
    return int(value)
