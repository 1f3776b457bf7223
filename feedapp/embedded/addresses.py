"""How other processes find the servers that one process runs: a file beside their data."""

import json
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

RUNTIME_FILE = "embedded.json"


@dataclass(frozen=True)
class Addresses:
    """Where the servers of a directory are; None for one that is not embedded. `pid` is who runs them."""

    pid: int
    database_url: str | None
    redis_url: str | None
    postgres_pid: int | None
    redis_pid: int | None

    def publish(self, directory: Path) -> None:
        """Replace the file in one step: readers see all of it or none."""
        unfinished = directory / f"{RUNTIME_FILE}.unfinished"
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(directory / RUNTIME_FILE)

    def answer(self) -> bool:
        """Tell whether all of them take connections."""
        return all(_accepts(_socket_of(url)) for url in (self.database_url, self.redis_url) if url)


def attach(directory: Path) -> Addresses | None:
    """Find the servers that some process runs in this directory; None unless all of them take connections."""
    with suppress(OSError, ValueError, TypeError):
        addresses = Addresses(**json.loads((directory / RUNTIME_FILE).read_text(encoding="utf-8")))
        return addresses if addresses.answer() else None
    return None


def socket_directories(urls: Iterable[str]) -> list[Path]:
    """Give the directories of those addresses that are sockets."""
    return [_socket_of(url).parent for url in urls if url.startswith("unix:") or "host=/" in unquote(url)]


def _socket_of(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return Path(unquote(parts.path))
    return Path(parse_qs(parts.query)["host"][0]) / ".s.PGSQL.5432"


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True
