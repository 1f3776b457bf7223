"""Why something failed is said in one line that is never empty."""

from __future__ import annotations

import psycopg2
import pytest
from redis import exceptions as redis
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from feedapp.observability.reasons import reason
from feedapp.postgres.server_state import NoAnswerError


def refused(text: str = "") -> OperationalError:
    return OperationalError("SELECT 1", {}, psycopg2.OperationalError(text))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused(), "PostgreSQL cannot be reached"),
        (refused("\n"), "PostgreSQL cannot be reached"),
        (refused('connection to server at "h", port 1 failed: Connection refused'), "PostgreSQL cannot be reached"),
        (refused('connection to "h" failed: FATAL:  sorry, too many clients already'), "no connection to spare"),
        (refused("FATAL:  remaining connection slots are reserved for roles"), "no connection to spare"),
        (refused("FATAL:  the database system is starting up"), "is starting up"),
        (refused("FATAL:  the database system is in recovery mode"), "is starting up"),
        (refused('FATAL:  password authentication failed for user "u"'), "does not accept the password"),
        (refused('FATAL:  database "db" does not exist'), "does not exist"),
        (refused("server closed the connection unexpectedly\n\tThis probably means"), "was lost"),
        (refused("SSL SYSCALL error: EOF detected"), "was lost"),
        (refused("connection to server failed: timeout expired"), "does not answer in time"),
        (OperationalError("COMMIT", {}, NoAnswerError("PostgreSQL did not answer")), "does not answer in time"),
        (psycopg2.InterfaceError("connection already closed"), "was lost"),
        (PoolTimeoutError("QueuePool limit of size 2"), "no connection"),
        (redis.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."), "memory is full"),
        (redis.ConnectionError(), "Redis cannot be reached"),
        (redis.TimeoutError("Timeout reading from socket"), "does not answer in time"),
        (redis.ResponseError(""), "ResponseError"),
        (redis.ResponseError("MISCONF Redis is configured to save"), "MISCONF"),
        (ValueError(), "ValueError"),
        (OSError(28, "No space left on device"), "No space left"),
        ("a test", "a test"),
    ],
)
def test_the_reason_says_what_it_is_in_one_line(error: Exception | str, kind: str) -> None:
    found = reason(error)
    assert kind in found.kind
    assert found.text.strip(": ()")
    assert "\n" not in found.text
    assert kind in found.text or str(error) in found.text or "in use" in found.text


def test_with_several_addresses_it_says_what_each_of_them_said() -> None:
    text = 'connection to server at "a" failed: Connection refused\nconnection to server at "b" failed: timeout expired'
    said = reason(DBAPIError("SELECT", {}, psycopg2.OperationalError(text))).text
    assert '"a"' in said
    assert '"b"' in said
