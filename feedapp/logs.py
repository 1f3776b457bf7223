"""Log lines: readable in a terminal, JSON with LOG_FORMAT=json; each with the id of its request."""

from __future__ import annotations

import logging
import re
from collections import deque
from contextvars import ContextVar
from os import register_at_fork, urandom
from time import gmtime, localtime, strftime

from pythonjsonlogger.json import JsonFormatter

from feedapp.log_output import PatientHandler
from feedapp.networks import network_of

_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEX = 24
_ids: deque[str] = deque()
"""Random ones, so that they do not tell how many requests there are; hundreds at a time, since each draw is a system
call, at which threads lose their turn."""
register_at_fork(after_in_child=_ids.clear)

# The documented way to leave out what no line of ours has: the calling line, threads, processes.
logging._srcfile = None  # noqa: SLF001
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_user_id: ContextVar[int | None] = ContextVar("user_id", default=None)


class _Text(logging.Formatter):
    """Writes the date and the second down once a second, not once a line; of a request's line, who sent it."""

    _second = ("", 0)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802
        """Give local time with milliseconds."""
        text, second = self._second
        if second != int(record.created):
            second = int(record.created)
            text = strftime("%Y-%m-%d %H:%M:%S", localtime(second))
            self._second = text, second  # at once, since other threads read it
        return f"{text},{int(record.msecs):03d}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Write a line."""
        line = super().formatMessage(record)
        if hasattr(record, "network"):
            line += f" from {record.network} by {getattr(record, 'user_id', None) or '-'}"
        return line


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
    request_id = offered if offered and _ACCEPTED.fullmatch(offered) else _new_id()
    _request_id.set(request_id)
    _user_id.set(None)
    return request_id


def note_user(user_id: int | None) -> None:
    """Let the line of this request name who sent it: somebody whose token was found genuine, None for nobody."""
    _user_id.set(user_id)


def noted_user() -> int | None:
    """Give the user that was noted in this request."""
    return _user_id.get()


def sender(address: str | None) -> dict[str, str | int | None]:
    """Give what the line of this request says of its sender: `network` and `user_id`."""
    return {"network": network(address or ""), "user_id": _user_id.get()}


def network(address: str) -> str:
    """Give what a log may keep of an address: /24 or /64, since a whole IPv4 address would be personal data."""
    found = network_of(address)
    return f"{found.rpartition('.')[0]}.0/24" if found.count(".") == 3 else found  # noqa: PLR2004  (IPv4's)


def _new_id() -> str:
    try:
        return _ids.pop()
    except IndexError:
        drawn = urandom(512 * _HEX // 2).hex()
        _ids.extend(drawn[at : at + _HEX] for at in range(_HEX, len(drawn), _HEX))
        return drawn[:_HEX]


def configure(*, log_format: str, level: str) -> None:
    """Send everything to standard error in one form."""
    handler = logging.StreamHandler()
    handler.addFilter(_add_request_id)
    if log_format == "json":
        handler.setFormatter(json_formatter("request_id"))
    else:
        handler.setFormatter(_Text("%(asctime)s %(levelname)-7s %(request_id)s %(name)s: %(message)s"))
    logger = logging.getLogger("feedapp")
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False


def never_wait() -> None:
    """Let no request wait for whoever reads the log. For processes that serve; commands wait for their reader."""
    logger = logging.getLogger("feedapp")
    if all(isinstance(each, PatientHandler) for each in logger.handlers):
        return
    try:
        handler = PatientHandler()
    except (AttributeError, OSError, ValueError):  # standard error is closed, or no file of the system's
        return
    for each in logger.handlers:
        handler.setFormatter(each.formatter)
        handler.filters = each.filters
    logger.handlers = [handler]


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request_id = _request_id.get()
    return True
