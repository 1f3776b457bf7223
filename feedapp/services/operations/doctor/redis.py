"""Redis: reachable, new enough, lets itself be used, evicts what it should, writes nothing to a disk, and its clock."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from redis.exceptions import AuthenticationError, OutOfMemoryError, RedisError, ResponseError

from feedapp.cache.redis.connections import addresses, connect, url_of
from feedapp.cache.redis.discovery import OLDEST, TooOldError, discover
from feedapp.cache.redis.sentinels import Sentinels
from feedapp.services.operations.doctor.clocks import clock_fault
from feedapp.services.operations.doctor.faults import Fault
from feedapp.services.operations.doctor.redis_memory import memory_fault
from feedapp.services.operations.doctor.sentinels import sentinel_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis import Redis

    from feedapp.cache.redis.discovery import Deployment

PATIENCE = 2.0
ENOUGH_NAMES = 100_000
SLOWER = "Every page is made from PostgreSQL meanwhile: nothing is wrong or lost, but it is slow."
START = "Start it (`systemctl start redis-server`), or mend REDIS_URL."
REMEDIES = {
    "AuthenticationError": "Write the right user and password in REDIS_URL: redis://user:password@host:6379/0.",
    "NoPermissionError": "Give the user in REDIS_URL what it needs, in redis-cli: ACL SETUSER name on ~* &* +@all.",
    "BusyLoadingError": 'Wait until it has loaded its data. With `save ""` and `appendonly no` it has none to load.',
    "ClusterDownError": "`redis-cli --cluster check HOST:PORT` says what is missing; start that, or `--cluster fix` "
    "it.",
    "TimeoutError": "See whether its machine is overloaded, or the process stopped (`ps` shows T): `kill -CONT PID`.",
    "ReadOnlyError": "Let REDIS_URL lead to the primary, or make this one: `redis-cli REPLICAOF NO ONE`.",
}
CERTIFICATE = "Name the certificate that vouches for it: rediss://…?ssl_ca_certs=FILE in REDIS_URL."


class RedisChecks:
    """Asks every server by connections of its own, whatever the cache thinks of it."""

    def __init__(self, url: str, *, prefix: str = "feedapp:") -> None:
        self._url = url
        self._prefix = prefix

    def check(self) -> Iterator[Fault]:
        """Ask all of them."""
        try:
            sentinels, url = Sentinels.of(self._url, timeout=PATIENCE), self._url
            if sentinels is None:
                deployment = discover(url, addresses(url), timeout=PATIENCE)
            else:
                url = sentinels.redis_url
                with closing(sentinels):
                    yield from sentinel_faults(list(sentinels.ask_all()))
                    deployment = sentinels.discover()
        except TooOldError as error:
            yield from version_fault("Redis", error.version)
        except (RedisError, OSError) as error:
            yield from self._unanswered(error)
        else:
            for address in deployment.servers:
                name = "Redis" if address is None or len(deployment.servers) == 1 else f"Redis at {address}"
                try:
                    with closing(connect(url_of(url, address or deployment.primary), timeout=PATIENCE)) as client:
                        yield from self._one(client, name, self._key(deployment, address))
                except (RedisError, OSError) as failure:
                    yield unanswered(name, failure)

    def _one(self, client: Redis, name: str, key: str | None) -> Iterator[Fault]:
        about: dict[str, Any] = client.info()
        if about["role"] != "master":
            yield Fault(
                f"{name} is a replica of {about.get('master_host')}:{about.get('master_port')}, and takes no "
                f"deletions, so it is not used. {SLOWER}",
                REMEDIES["ReadOnlyError"],
            )
        elif key is not None:
            yield from _use_fault(client, name, key)
        yield from memory_fault(name, about)
        yield from _disk_fault(name, about, _save(client))
        began = time.time()
        seconds, microseconds = client.time()
        yield from clock_fault(name, began, seconds + microseconds / 1e6, time.time())

    def _unanswered(self, error: Exception) -> Iterator[Fault]:
        """Say which of several does not answer, where that is it."""
        several = [each for each in addresses(self._url) if each] if "sentinel" not in self._url.split(":")[0] else []
        silent = []
        for address in several if len(several) > 1 else ():
            with closing(connect(url_of(self._url, address), timeout=PATIENCE)) as client:
                try:
                    client.ping()
                except (RedisError, OSError) as failure:
                    silent.append(unanswered(f"Redis at {address}", failure))
        yield from silent or [unanswered("Redis", error)]

    def _key(self, deployment: Deployment, address: Any) -> str | None:
        """Make up one that nobody uses, and that belongs to that server, if the prefix does not give all to another."""
        names = (f"{self._prefix}doctor:{number}" for number in range(ENOUGH_NAMES))
        return next((name for name in names if deployment.owner_of(name) in {None, address}), None)


def unanswered(name: str, error: Exception) -> Fault:
    """Say why it does not answer, and what helps against that."""
    said = " ".join(str(error).split()) or type(error).__name__
    remedy = next((REMEDIES[each.__name__] for each in type(error).__mro__ if each.__name__ in REMEDIES), START)
    if "certificate" in said.lower():
        remedy = CERTIFICATE
    how = "refuses" if isinstance(error, ResponseError | AuthenticationError) else "does not answer"
    return Fault(f"{name} {how}: {said}. {SLOWER}", remedy)


def version_fault(name: str, version: str) -> Iterator[Fault]:
    """Valkey says 7, whatever its own version is."""
    if int(version.partition(".")[0]) < OLDEST:
        yield Fault(
            f"An old version: {name} {version}. It lacks commands that feedapp needs, so it is not used. {SLOWER}",
            f"Upgrade it to {OLDEST} or newer, or to Valkey: what it holds may be lost, they are copies.",
        )


def _use_fault(client: Redis, name: str, key: str) -> Iterator[Fault]:
    """Do what feedapp does: write, read, run a script, delete."""
    try:
        client.set(key, "1", px=1_000)
        client.eval("return redis.call('MGET', KEYS[1])", 1, key)
        client.delete(key)
    except OutOfMemoryError:  # said by what follows
        return
    except ResponseError as error:
        said = " ".join(str(error).split())
        misconfigured = (
            'Make room on its disk, and let it write none: CONFIG SET save "" and appendonly no in redis-cli.'
        )
        remedy = misconfigured if "MISCONF" in said else REMEDIES["NoPermissionError"]
        yield Fault(f"{name} refuses what feedapp does: {said}. {SLOWER}", remedy)


def _disk_fault(name: str, about: dict[str, Any], save: str) -> Iterator[Fault]:
    ways = [way for way, is_so in (("appendonly yes", about["aof_enabled"]), (f"save {save}", save)) if is_so]
    if ways:
        yield Fault(
            f"{name} writes to a disk that it does not need: {' and '.join(ways)}. It holds copies only, each write to "
            "the disk slows it down, and a full disk stops it.",
            'Set save to "" and appendonly to no: `redis-cli CONFIG SET save ""`, and the same in redis.conf.',
        )


def _save(client: Redis) -> str:
    """Give the setting; "" too where it may not be asked (a managed Redis), since it cannot be changed there."""
    with suppress(RedisError):
        return str(client.config_get("save").get("save", "")).strip()
    return ""
