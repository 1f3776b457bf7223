"""REDIS_URL as it is written: which forms there are, and what one of a Redis watched by Sentinel says.

    redis+sentinel://[user:password@]one:26379,two:26379,three:26379/primary[/number]

User, password, number and what redis-py reads from the query hold for Redis itself. `sentinel_username` and
`sentinel_password` in the query are for the Sentinels. With `rediss+sentinel` both are reached by TLS, by the same
certificates.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

WATCHED = {"redis+sentinel": "redis", "rediss+sentinel": "rediss"}
SCHEMES = ("redis", "rediss", "unix", *WATCHED)
SENTINEL_PORT = 26379
OF_SENTINELS = ("sentinel_username", "sentinel_password")


class Watched(NamedTuple):
    """What a URL says: the name of the primary, the URLs of the Sentinels, and that of Redis but for its address."""

    primary: str
    sentinels: tuple[str, ...]
    redis: str


def read_watched(url: str) -> Watched | None:
    """Read the URL of a Redis that Sentinel watches; None for any other. Raise ValueError if it cannot be read."""
    parts = urlsplit(url)
    if parts.scheme not in WATCHED:
        return None
    scheme = WATCHED[parts.scheme]
    name, _, number = parts.path.strip("/").partition("/")
    hosts = [host.strip() for host in parts.netloc.rpartition("@")[2].split(",")]
    if not name or not all(hosts):
        raise ValueError("names no primary: write redis+sentinel://one:26379,two:26379,three:26379/name")
    given = parse_qsl(parts.query, keep_blank_values=True)
    own = {key: value for key, value in given if key in OF_SENTINELS}
    user, password = (quote(own.get(key, ""), safe="") for key in OF_SENTINELS)
    login = f"{user}:{password}@" if password else ""
    for_both = urlencode([(key, value) for key, value in given if key not in {*OF_SENTINELS, "db"}])
    sentinels = (urlunsplit((scheme, login + _with_port(host), "", for_both, "")) for host in hosts)
    query = urlencode([(key, value) for key, value in given if key not in OF_SENTINELS])
    redis = urlunsplit(parts._replace(scheme=scheme, path=f"/{number}", query=query))
    return Watched(unquote(name), tuple(sentinels), redis)


def checked_redis_url(url: str) -> str:
    """Give it if it can be read. Raise ValueError; redis-py takes database 0 for a number that it cannot read."""
    watched = read_watched(url)
    parts = urlsplit(watched.redis if watched else url)
    if parts.scheme == "unix" and not parts.path.strip("/"):
        raise ValueError("names no socket: write unix:///path/to/redis.sock")
    path = "" if parts.scheme == "unix" else parts.path.strip("/")
    for number in [path, *parse_qs(parts.query, keep_blank_values=True).get("db", [])]:
        if number and not (number.isascii() and number.isdigit()):
            form = "redis+sentinel://host:26379/name/0" if watched else "redis://host:6379/0"
            raise ValueError(f"names the database {number!r}: it must be a number, as in {form}")
    return url


def _with_port(host: str) -> str:
    return host if urlsplit(f"//{host}").port else f"{host}:{SENTINEL_PORT}"
