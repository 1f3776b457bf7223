"""Speaks to one server or to several at the same time: all that is to be sent first, then all answers.

It uses the connections of redis-py, but not its pipelines: those take longer to write a page's hundred commands down
than Redis takes to carry them out.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha1
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from hiredis import pack_command
from redis.exceptions import NoScriptError, ResponseError

from feedapp.cache.redis.connections import Address
from feedapp.observability.request_costs import redis_trip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redis import Redis
    from redis.connection import Connection

Command = tuple[Any, ...]
Where = TypeVar("Where", bound=Address | None)


class Packed(NamedTuple):
    """Commands in Redis' own form, how many they are, and by their numbers those that run a script, as text."""

    written: bytes
    size: int
    scripts: Mapping[int, Command]


NO_SCRIPTS: Mapping[int, Command] = {}


def packed(commands: Sequence[Command], *, by_digest: bool = True) -> Packed:
    """Write commands down. A script goes by its digest, unless that is not wanted."""
    scripts = {number: each for number, each in enumerate(commands) if each[0] == "EVAL"} if by_digest else {}
    if scripts:
        commands = [
            ("EVALSHA", _digest(each[1]), *each[2:]) if number in scripts else each
            for number, each in enumerate(commands)
        ]
    return Packed(b"".join(map(pack_command, commands)), len(commands), scripts or NO_SCRIPTS)


class Wire:
    """The connections to all servers of a route."""

    def __init__(self, clients: Mapping[Address | None, Redis]) -> None:
        self._pools = {where: client.connection_pool for where, client in clients.items()}

    def send(self, parts: Mapping[Where, Packed]) -> dict[Where, list[Any]]:
        """Give the answers of all servers; one may be a ResponseError. Raise redis.ConnectionError or TimeoutError.

        A server that does not know a script, since it has just started or was told to forget it, has not run it, and
        is sent the text then.
        """
        answers = self._exchange(parts)
        for where, part in parts.items():
            if part.scripts:
                unknown = [n for n in part.scripts if isinstance(answers[where][n], NoScriptError)]
                if unknown:
                    texts = packed([part.scripts[n] for n in unknown], by_digest=False)
                    for n, answer in zip(unknown, self._exchange({where: texts})[where], strict=True):
                        answers[where][n] = answer
        return answers

    def _exchange(self, parts: Mapping[Where, Packed]) -> dict[Where, list[Any]]:
        """Take one trip. Connections with unread answers are closed if one fails."""
        connections: dict[Where, Connection] = {}
        answers: dict[Where, list[Any]] = {}
        try:
            with redis_trip():
                for where, part in parts.items():
                    connections[where] = connection = self._pools[where].get_connection()
                    connection.send_packed_command([part.written])  # type: ignore[no-untyped-call]
                for where, connection in connections.items():
                    found = [_answer(connection) for _ in range(parts[where].size)]
                    answers[where] = found
            return answers
        finally:
            for where, connection in connections.items():
                if where not in answers:
                    connection.disconnect()  # type: ignore[no-untyped-call]
                self._pools[where].release(connection)


def checked(answers: list[Any]) -> list[Any]:
    """Raise the first error among answers."""
    for answer in answers:
        if isinstance(answer, ResponseError):
            raise answer
    return answers


@cache
def _digest(script: str) -> str:
    return sha1(script.encode(), usedforsecurity=False).hexdigest()  # the name that Redis gives it


def _answer(connection: Connection) -> Any:
    try:
        return connection.read_response(disconnect_on_error=False)
    except ResponseError as error:
        return error
