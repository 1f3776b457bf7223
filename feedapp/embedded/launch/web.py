"""The web processes (`feedapp.server`), as a child of the launcher."""

import errno
import http.client
import os
import signal
import socket
import sys
from contextlib import closing, suppress
from urllib.parse import urlsplit

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.embedded.processes import Process, end, spawn

COMMAND = [sys.executable, "-m", "feedapp.server"]
STOP_SECONDS = 15  # its workers have some ten for requests that are being answered


def check_port(settings: LaunchSettings) -> None:
    """Raise EmbeddedServerError, with what to do, if nothing could listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was just left is free
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            what = f"port {settings.port} is taken: stop what listens there or set PORT to another"
        elif error.errno == errno.EACCES:
            what = f"port {settings.port} is not for everybody: set PORT to one above 1023"
        else:
            what = f"HOST is {settings.host!r}: nothing can listen there ({error.strerror})"
        raise EmbeddedServerError(what) from error


def start(environment: dict[str, str]) -> Process:
    """Start it by the settings in its environment; it writes to this process's terminal."""
    return spawn(COMMAND, log=None, death_signal=signal.SIGTERM, env=environment)


def answers(settings: LaunchSettings) -> bool:
    """Tell whether /livez says so."""
    place = urlsplit(settings.address)
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=2)) as connection:
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def stop(process: Process) -> None:
    """Let it finish its current requests, then end all of it, even a worker whose parent was killed."""
    end(process, (signal.SIGTERM, STOP_SECONDS))
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
