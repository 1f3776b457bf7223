"""The launcher of `make run`: servers, migrations, a demo community, the web server, and the shutdown of all."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from feedapp.embedded import private
from feedapp.embedded.database import check_database, has_people, offer_setup
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch import metrics_directory, web
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.embedded.launch.metrics_directory import RUN_LOCK
from feedapp.embedded.launch.parent import Parent
from feedapp.embedded.launch.secrets_file import secret_key
from feedapp.embedded.launch.supervision import Supervision
from feedapp.embedded.launch.workers import worker_user
from feedapp.embedded.locks import owner_of, take_lock
from feedapp.embedded.privileges import Account, ourselves
from feedapp.embedded.processes import Process, end, last_lines, spawn
from feedapp.embedded.servers import Servers

READY_SECONDS = 60
POLL_SECONDS = 0.05
ONE_LINE = "feedapp: "
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


class StopRequested(Exception):  # noqa: N818 (nothing went wrong)
    """A request to stop, by a signal or by the end of make."""


class Launcher:
    """One run, from start to shutdown."""

    def __init__(self, settings: LaunchSettings, *, parent: Parent | None = None) -> None:
        """With `parent`, the run ends when that does."""
        self._settings = settings
        self._parent = parent
        self._stop_requested = False
        self._web: Process | None = None
        self._servers = Servers(
            settings.directory,
            postgres=settings.database_url is None,
            redis=settings.redis_url is None,
            clients=Account(*user) if (user := worker_user()) else ourselves(),
        )
        own = (self._servers.postgres, self._servers.redis)
        self._supervised = [Supervision(server, say) for server in own if server]

    def run(self) -> None:
        """Return after a signal asked for the end. Raise EmbeddedServerError if something fails."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        try:
            self._claim_folder()
            web.check_port(self._settings)
            if self._settings.database_url:
                check_database(self._settings.database_url)
            figures_at = self._figures()
            self._servers.start()
            environment = self._environment()
            self._step("the migrations", [*FLASK, "db", "upgrade"], environment)
            own = self._servers.postgres  # never people of ours in a database that was given, nor where others come
            if own and self._settings.is_loopback and not has_people(own.url):  # asked here: a command takes a second
                self._step(
                    "the demo community", [*FLASK, "seed", "--demo", "--if-empty", "--quiet"], environment, show=True
                )
            self._serve({**environment, metrics_directory.SETTING: figures_at})
        except StopRequested:
            say("feedapp stops")
        finally:
            if self._web:
                web.stop(self._web)
            self._servers.stop()

    def _note_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requested = True  # acted upon between two steps, never in the middle of starting a server

    def _pause(self) -> None:
        if self._stop_requested or (self._parent and self._parent.is_leaving()):
            raise StopRequested
        time.sleep(POLL_SECONDS)

    def _claim_folder(self) -> None:
        directory = self._settings.directory
        try:
            private.make_directory(directory)
            lock = take_lock(directory / RUN_LOCK, f"process {os.getpid()}, {self._settings.address}")
        except OSError as error:
            raise EmbeddedServerError(f"{directory} cannot be written to: {error.strerror}") from error
        if lock is None:  # never closed: it is held until this process ends
            raise EmbeddedServerError(f"feedapp already runs from this folder ({owner_of(directory / RUN_LOCK)})")
        private.close_to_others(directory)

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        return {
            **{name: value for name, value in os.environ.items() if name != metrics_directory.SETTING},
            "DATABASE_URL": settings.database_url or self._servers.database_url,
            "REDIS_URL": settings.redis_url or self._servers.redis_url,
            "SECRET_KEY": settings.secret_key or secret_key(settings.directory),
            "WEB_THREADS": str(settings.threads),
            "WEB_WORKERS": str(settings.workers),
            "HOST": settings.host,
            "PORT": str(settings.port),
            "PYTHONUNBUFFERED": "1",
        }

    def _figures(self) -> str:
        """Set the directory for the metrics of all serving processes, unless a setting does."""
        if given := metrics_directory.given():
            return given
        metrics = metrics_directory.of_run(self._settings.directory)
        shutil.rmtree(metrics, ignore_errors=True)  # of this run only: the figures of dead processes would be added up
        metrics.mkdir(mode=0o700, exist_ok=True)
        return str(metrics)

    def _step(self, what: str, command: Sequence[str], environment: dict[str, str], *, show: bool = False) -> None:
        log = self._settings.directory / "start.log"
        process = spawn(command, log=log, death_signal=signal.SIGTERM, env=environment)
        try:
            while process.poll() is None:
                self._pause()
        finally:
            end(process, (signal.SIGTERM, 5))
        if process.returncode != 0:
            told = last_lines(log)
            if told and told[-1].startswith(ONE_LINE):  # the application's own word: a setting is wrong
                raise EmbeddedServerError(told[-1].removeprefix(ONE_LINE))
            lines = "\n  ".join(told)
            raise EmbeddedServerError(f"{what} failed (status {process.returncode}, see {log}):\n  {lines}")
        if show:
            say(*last_lines(log))
            log.unlink(missing_ok=True)  # it has a password in it

    def _serve(self, environment: dict[str, str]) -> None:
        self._web = web.start(environment)
        deadline = time.monotonic() + READY_SECONDS
        while not web.answers(self._settings):
            self._check_children()
            if time.monotonic() > deadline:
                raise EmbeddedServerError(f"{self._settings.address}/livez did not answer 200 in {READY_SECONDS} s")
            self._pause()
        self._check_children()  # else somebody else answered there
        say(f"feedapp is ready: {self._settings.address}")
        if code := offer_setup(environment["DATABASE_URL"]):
            say(f"Nobody runs this site yet. Become its admin: {self._settings.address}/setup?code={code}")
        while True:
            self._check_children()
            self._pause()

    def _check_children(self) -> None:
        if self._web and self._web.poll() is not None:
            raise EmbeddedServerError(f"the web server ended by itself (status {self._web.returncode}): see above")
        if any([each.check() for each in self._supervised]):  # noqa: C419 (all are checked, also after one was started)
            self._servers.addresses().publish(self._settings.directory)


def say(*lines: str) -> None:
    """Write to the terminal, if it still exists."""
    with suppress(OSError):
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()


def launch(directory: Path, *, stop_with_parent: bool) -> None:
    """Run until told to stop. Raise SettingError or EmbeddedServerError, whose text is for the operator."""
    settings = LaunchSettings.from_environment(os.environ, directory=directory)
    Launcher(settings, parent=Parent() if stop_with_parent else None).run()
