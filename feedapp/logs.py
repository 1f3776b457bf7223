"""Log lines: readable in a terminal, JSON with LOG_FORMAT=json; each with the id of its request."""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from itertools import count
from os import urandom
from secrets import token_hex
from time import gmtime, localtime, strftime

from pythonjsonlogger.json import JsonFormatter

_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PROCESS = token_hex(4)
_numbers = count(int.from_bytes(urandom(3)))
"""Together they are unique. Drawing each id at random would cost a system call, at which threads lose their turn."""

# The documented way to leave out what no line of ours has: the calling line, threads, processes.
logging._srcfile = None  # noqa: SLF001
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

_request_id: ContextVar[str] = ContextVar("request_id", default="-")


class _Timed(logging.Formatter):
    """Writes the date and the second down once a second, not once a line."""

    _second = ("", 0)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """Give local time with milliseconds."""
        text, second = self._second
        if second != int(record.created):
            second = int(record.created)
            text = strftime("%Y-%m-%d %H:%M:%S", localtime(second))
            self._second = text, second  # at once, since other threads read it
        return f"{text},{int(record.msecs):03d}"


class _Json(JsonFormatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """Give RFC 3339, in UTC."""
        return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(record.created))}.{int(record.msecs):03d}Z"


def json_formatter(*more: str) -> logging.Formatter:
    """Make what writes a line in JSON."""
    fields = " ".join(f"%({name})s" for name in ("asctime", "levelname", "name", *more, "message"))
    return _Json(fields, rename_fields={"asctime": "time", "levelname": "level", "name": "logger"})


def begin_request(offered: str | None) -> str:
    """Take the id that a proxy in front gave the request, if it is a sane one, or make one."""
    request_id = offered if offered and _ACCEPTED.fullmatch(offered) else f"{_PROCESS}{next(_numbers):08x}"
    _request_id.set(request_id)
    return request_id


def configure(*, log_format: str, level: str) -> None:
    """Send everything to standard error in one form."""
    handler = logging.StreamHandler()
    handler.addFilter(_add_request_id)
    if log_format == "json":
        handler.setFormatter(json_formatter("request_id"))
    else:
        handler.setFormatter(_Timed("%(asctime)s %(levelname)-7s %(request_id)s %(name)s: %(message)s"))
    logger = logging.getLogger("feedapp")
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request_id = _request_id.get()
    return True
