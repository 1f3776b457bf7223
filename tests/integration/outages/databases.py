"""A PostgreSQL that may be harmed, and what is done to it."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil
import psycopg2

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from feedapp.embedded import Postgres
    from feedapp.embedded import Redis as RedisServer


@contextmanager
def frozen(*servers: Postgres | RedisServer) -> Iterator[None]:
    """Let servers, with all their processes, stand still for the block, as on a machine that hangs."""
    processes: list[psutil.Process] = []
    for server in servers:
        parent = psutil.Process(server.pid)
        processes += [parent, *parent.children(recursive=True)]
    try:
        for process in processes:
            _send(process.pid, signal.SIGSTOP)
        yield
    finally:
        for process in processes:
            _send(process.pid, signal.SIGCONT)


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):  # a connection that was just ended
        os.kill(pid, number)


@contextmanager
def locked(url: str, statement: str) -> Iterator[int]:
    """Hold what a statement locks for the block, in a connection of somebody else; give its process."""
    connection = psycopg2.connect(url, application_name="somebody")
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            yield connection.info.backend_pid
    finally:
        connection.close()


def table_locked(url: str, table: str) -> AbstractContextManager[int]:
    """Lock a table against all others, readers too."""
    return locked(url, f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def ask(url: str, statement: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """Carry out one statement beside feedapp, committed at once."""
    connection = psycopg2.connect(url, application_name="somebody")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def end_connections(url: str) -> int:
    """Let PostgreSQL end every connection of feedapp, as an administrator would."""
    ended = ask(url, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'feedapp'")
    return len(ended)
