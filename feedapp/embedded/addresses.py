"""The addresses file beside the data, by which other processes find running servers."""

import json
import os
import socket
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from feedapp.embedded import private

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
        private.write_file(directory / RUNTIME_FILE, json.dumps(asdict(self), indent=2) + "\n")

    def answer(self) -> bool:
        """Tell whether all of them take connections."""
        return all(_accepts(_socket_of(url)) for url in (self.database_url, self.redis_url) if url)

    def are_ours(self, directory: Path) -> bool:
        """Tell whether only we, root, or the owner of the contents of `directory` can have put the sockets there."""
        trusted = {os.geteuid(), 0, directory.stat().st_uid}
        with suppress(FileNotFoundError):
            trusted.add((directory / "postgres" / "data").stat().st_uid)
        places = [_socket_of(url).parent.lstat() for url in (self.database_url, self.redis_url) if url]
        return all(each.st_uid in trusted and not each.st_mode & stat.S_IWOTH for each in places)


def attach(directory: Path) -> Addresses | None:
    """Find the servers that a process runs in this directory; None unless all of them accept connections.

    Files and sockets that someone else may have put there are not trusted.
    """
    with suppress(OSError, ValueError, TypeError):
        addresses = Addresses(**json.loads(private.read_file(directory / RUNTIME_FILE)))
        return addresses if addresses.are_ours(directory) and addresses.answer() else None
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
