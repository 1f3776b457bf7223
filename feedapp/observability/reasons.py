"""Why something failed, in one line that is never empty and holds no value of a row: for logs and health checks.

What PostgreSQL adds below its first line (DETAIL, CONTEXT, the statement) can hold rows, a password's hash among them,
so it is left out everywhere.
"""

from __future__ import annotations

from typing import NamedTuple

BY_SQLSTATE = {
    "25006": "PostgreSQL accepts no writes here: it is a replica, or set to read only",
    "28000": "PostgreSQL does not admit this user",
    "28P01": "PostgreSQL does not accept the password in DATABASE_URL",
    "3D000": "the database in DATABASE_URL does not exist",
    "40001": "two transactions changed the same, and PostgreSQL ended this one",
    "40P01": "two transactions waited for each other, and PostgreSQL ended this one",
    "42501": "the user in DATABASE_URL lacks rights that it needs",
    "42703": "the tables are older than this code: run `flask --app wsgi db upgrade`",
    "42P01": "the tables are not there: run `flask --app wsgi db upgrade`",
    "53000": "PostgreSQL has too little of something",
    "53100": "PostgreSQL's disk is full",
    "53200": "PostgreSQL has no memory left",
    "53300": "PostgreSQL has no connection to spare",
    "55P03": "a lock that another transaction holds was not released in time",
    "57014": "PostgreSQL took longer than a statement may",
    "57P01": "PostgreSQL is shutting down",
    "57P02": "PostgreSQL ends after a crash",
    "57P03": "PostgreSQL is starting up or shutting down",
    "58030": "PostgreSQL cannot read or write its files",
}
MIGRATE = frozenset({"42703", "42P01"})
READ_ONLY = "25006"
DISK_FULL = "53100"
_BY_TEXT = {
    "53300": ("too many clients", "remaining connection slots", "too many connections", "no more connections allowed"),
    "57P03": ("starting up", "shutting down", "in recovery mode", "not yet accepting connections"),
    "28P01": ("password authentication failed",),
    "28000": ("no pg_hba.conf entry", "authentication failed", "role "),
    "3D000": ("does not exist",),
}
"""psycopg2 gives no code for what refuses a connection: that is known by the text alone, where it is in English."""
_LOST = (
    "closed the connection",
    "terminating connection",
    "connection already closed",
    "EOF detected",
    "reset by peer",
)
_REDIS = {
    "OutOfMemoryError": "Redis' memory is full",
    "ReadOnlyError": "this Redis is a replica and accepts no writes",
    "BusyLoadingError": "Redis is still loading its data",
    "AuthenticationError": "Redis does not accept the password in REDIS_URL",
    "NoPermissionError": "the user in REDIS_URL lacks rights that it needs",
    "ConnectionError": "Redis cannot be reached",
    "TimeoutError": "Redis does not answer in time",
    "ClusterDownError": "the Redis Cluster is down",
}

NO_CONNECTION = "no connection"
KINDS = frozenset({*BY_SQLSTATE.values(), *_REDIS.values(), NO_CONNECTION})
"""The causes that are known by name: there are so many and no more."""


class Reason(NamedTuple):
    """`kind` is the same for all failures of one cause; `text` may add what the server said."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


def sqlstate(error: BaseException | None) -> str | None:
    """Give PostgreSQL's code for what happened, of its own error or of SQLAlchemy's around it."""
    code: str | None = getattr(getattr(error, "orig", None) or error, "pgcode", None)
    return code


def reason(error: BaseException | str) -> Reason:
    """Say why, of an exception of SQLAlchemy, psycopg2, redis-py or any other, or of a text."""
    if isinstance(error, str):
        told = error.strip() or "no reason was given"
        return Reason(told, told)
    inner: BaseException = getattr(error, "orig", None) or getattr(error, "storage_error", None) or error
    said, name, module = first_line(inner), type(inner).__name__, type(inner).__module__
    if module.startswith("redis"):
        return _with(_REDIS.get(name) or said or f"Redis failed ({name})", said)
    code = sqlstate(inner)
    if code is not None:
        kind = BY_SQLSTATE.get(code, f"PostgreSQL refused ({name})")
        return Reason(kind, f"{kind} ({code}{f': {said}' if said else ''})")
    if module.startswith("sqlalchemy") and name == "TimeoutError":
        return Reason(NO_CONNECTION, "every connection to PostgreSQL that this process may have is in use")
    if module.startswith(("psycopg2", "feedapp.postgres")):
        return _of_connection(inner, name)
    return _with(said or name, f"{name}: {said}" if said else name)


def first_line(error: BaseException) -> str:
    """Give the first line that an error says, without PostgreSQL's level before it, and without what it quotes of data.

    In a name of a table or a rule nothing is secret; in errors of data (class 22) what is quoted is the value itself.
    """
    lines = (line.strip() for line in str(error).splitlines())
    line = next((line for line in lines if line), "")
    for level in ("FATAL:", "PANIC:", "ERROR:"):
        line = line.removeprefix(level).strip()
    return line.partition('"')[0].rstrip(": ") if (sqlstate(error) or "")[:2] == "22" else line


def _of_connection(error: BaseException, name: str) -> Reason:
    """Say why there is no connection, or no longer; with several addresses, what each of them said."""
    said = " ".join(str(error).split())
    for code, texts in _BY_TEXT.items():
        if any(each in said for each in texts):
            return _with(BY_SQLSTATE[code], said)
    if any(each in said for each in _LOST):
        return _with("the connection to PostgreSQL was lost", said)
    if "timeout expired" in said or name == "NoAnswerError":
        return _with("PostgreSQL does not answer in time", said)
    if name == "OutOfTimeError":
        return Reason(said, said)
    return _with("PostgreSQL cannot be reached", said or name)


def _with(kind: str, said: str) -> Reason:
    return Reason(kind, kind if said in {"", kind} else f"{kind} ({said})")
