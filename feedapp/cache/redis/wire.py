"""Speaks to one server or to several at the same time: all that is to be sent first, then all answers.

It uses the connections of redis-py, but not its pipelines: those take longer to write a page's hundred commands down
than Redis takes to carry them out.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha1
from typing import TYPE_CHECKING, Any, TypeVar

from hiredis import pack_command
from redis.exceptions import NoScriptError, ResponseError

from feedapp.cache.redis.connections import Address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redis import Redis
    from redis.connection import Connection

Command = tuple[Any, ...]
Packed = tuple[bytes, int]
"""Commands in Redis' own form, and how many they are."""
Where = TypeVar("Where", bound=Address | None)


def exchange(
    clients: Mapping[Address | None, Redis], parts: Mapping[Where, Sequence[Command]]
) -> dict[Where, list[Any]]:
    """Speak to several servers at the same time: send to all, then read from all. An answer may be a ResponseError.

    A script goes by its digest. A server that does not know it, since it has just started, is sent the text then.
    """
    answers = exchange_as_is(
        clients, {where: [_by_digest(command) for command in part] for where, part in parts.items()}
    )
    unknown = {
        where: [number for number, answer in enumerate(found) if isinstance(answer, NoScriptError)]
        for where, found in answers.items()
    }
    again = {where: [parts[where][number] for number in numbers] for where, numbers in unknown.items() if numbers}
    for where, found in (exchange_as_is(clients, again) if again else {}).items():
        for number, answer in zip(unknown[where], found, strict=True):
            answers[where][number] = answer
    return answers


def exchange_as_is(
    clients: Mapping[Address | None, Redis], parts: Mapping[Where, Sequence[Command]]
) -> dict[Where, list[Any]]:
    """Do it once, scripts as text."""
    return exchange_packed(clients, {where: packed(commands) for where, commands in parts.items()})


def packed(commands: Sequence[Command]) -> Packed:
    """Write commands down in Redis' own form."""
    return b"".join(map(pack_command, commands)), len(commands)


def exchange_packed(clients: Mapping[Address | None, Redis], parts: Mapping[Where, Packed]) -> dict[Where, list[Any]]:
    """Do it once; connections with unread answers are closed if one fails."""
    connections: dict[Where, Connection] = {}
    read = False
    try:
        for where, (written, _) in parts.items():
            connection: Connection = clients[where].connection_pool.get_connection()
            connections[where] = connection
            connection.send_packed_command([written])  # type: ignore[no-untyped-call]
        answers = {where: [_answer(connections[where]) for _ in range(count)] for where, (_, count) in parts.items()}
        read = True
        return answers
    finally:
        for where, connection in connections.items():
            if not read:
                connection.disconnect()  # type: ignore[no-untyped-call]
            clients[where].connection_pool.release(connection)


def _by_digest(command: Command) -> Command:
    return ("EVALSHA", _digest(command[1]), *command[2:]) if command[0] == "EVAL" else command


@cache
def _digest(script: str) -> str:
    return sha1(script.encode(), usedforsecurity=False).hexdigest()  # the name that Redis gives it


def _answer(connection: Connection) -> Any:
    try:
        return connection.read_response(disconnect_on_error=False)
    except ResponseError as error:
        return error
