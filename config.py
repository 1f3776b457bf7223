"""Every setting: read once from the environment, checked, and then passed around as one value."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from feedapp.cache.redis_urls import SCHEMES, checked_redis_url
from feedapp.hosts import Host, Origin, in_ascii, read_host, read_origin
from feedapp.install.places import state_directory
from feedapp.limits import Figure, figure
from feedapp.mail.addresses import read_mail_address
from feedapp.mail.server import SmtpServer, read_smtp_url
from feedapp.pictures.stores import checked
from feedapp.times import seconds_by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VAR = state_directory()
SECRET_KEY_LENGTH = 16
T = TypeVar("T")
HIGHEST_PORT = 65_535


class SettingError(ValueError):
    """A setting is missing or wrong; the text is the one line an operator needs, and begins with its name."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a process of feedapp has to be told.

    `redis_timeout` is in seconds: how long Redis may take to answer before PostgreSQL is asked instead.
    `rate_limit_figures` overrides figures of `feedapp/limits.py` by name.
    `site_url` is where the site says to be, `site_hosts` are the hosts by which it may be asked beside that.
    `cache_lifetimes` overrides lifetimes of `feedapp/cache/catalogue/keys.py`: seconds by template name.
    `media_url` is a directory or s3://…; `media_quota` is in MB for each member.
    `webhooks_private` lets webhooks lead to this machine and the networks behind it, and without TLS; `push_private`
    does the same for push services, which members name.
    Without `smtp` the site sends no mail; `mail_from` is the address that its mails come from.
    `trusted_proxies` is how many reverse proxies stand in front and set X-Forwarded-For and -Proto.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    redis_timeout: float = 0.1
    secret_key: str = field(repr=False)
    log_format: str = "text"
    log_level: str = "INFO"
    rate_limits: bool = True
    rate_limit_figures: Mapping[str, Figure] = field(default_factory=dict)
    cache_key_prefix: str = "feedapp:"
    cache_lifetimes: Mapping[str, int] = field(default_factory=dict)
    database_pool_size: int = 8
    trusted_proxies: int = 0
    web_threads: int = 8
    site_url: Origin | None = None
    site_hosts: tuple[Host, ...] = ()
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None
    metrics_token: str | None = field(default=None, repr=False)
    smtp: SmtpServer | None = None
    mail_from: str | None = None
    media_url: str = field(default=str(VAR / "media"), repr=False)
    media_quota: int = 500
    webhooks_private: bool = False
    push_private: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read and check all of them. Raise SettingError for the first that is missing or wrong."""
        return cls(
            database_url=_url(environment, "DATABASE_URL", ("postgresql", "postgres", "postgresql+psycopg2")),
            redis_url=_redis_url(environment),
            redis_timeout=_number(environment, "REDIS_TIMEOUT", 100) / 1_000,
            secret_key=_secret_key(environment),
            log_format=_choice(environment, "LOG_FORMAT", "text", ("text", "json")),
            log_level=_choice(environment, "LOG_LEVEL", "INFO", tuple(logging.getLevelNamesMapping())),
            rate_limits=_choice(environment, "RATE_LIMITS", "1", ("0", "1")) == "1",
            rate_limit_figures=_figures(environment),
            cache_key_prefix=_prefix(environment),
            cache_lifetimes=_read(environment, "CACHE_LIFETIMES", "", seconds_by_name),
            database_pool_size=_number(environment, "DATABASE_POOL_SIZE", _number(environment, "WEB_THREADS", 8)),
            trusted_proxies=_number(environment, "TRUSTED_PROXIES", 0, least=0),
            web_threads=_number(environment, "WEB_THREADS", 8),
            site_url=_site_url(environment),
            site_hosts=_site_hosts(environment),
            metrics_host=environment.get("METRICS_HOST", "").strip() or "127.0.0.1",
            metrics_port=_metrics_port(environment),
            metrics_token=_metrics_token(environment),
            smtp=_smtp(environment),
            mail_from=_mail_from(environment),
            media_url=_read(environment, "MEDIA_URL", str(VAR / "media"), checked),
            media_quota=_number(environment, "MEDIA_QUOTA", 500),
            webhooks_private=_choice(environment, "WEBHOOKS_PRIVATE", "0", ("0", "1")) == "1",
            push_private=_choice(environment, "PUSH_PRIVATE", "0", ("0", "1")) == "1",
        )


def _url(environment: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise SettingError(f"{name} is not set: give it an address such as {schemes[0]}://…, or use `make run`")
    try:
        parts = urlsplit(value)
        scheme = parts.scheme
        for address in parts.netloc.rpartition("@")[2].split(","):  # several of a Redis Cluster, or Sentinels
            _ = urlsplit(f"//{address}").port
    except ValueError:
        raise SettingError(f"{name} cannot be read: write {schemes[0]}://user:password@host:port/…") from None
    if scheme not in schemes:
        raise SettingError(f"{name} must begin with {' or '.join(s + '://' for s in schemes)}")
    return value


def _redis_url(environment: Mapping[str, str]) -> str:
    value = _url(environment, "REDIS_URL", SCHEMES)
    try:
        return checked_redis_url(value)
    except ValueError as error:
        raise SettingError(f"REDIS_URL {error}") from None


def _secret_key(environment: Mapping[str, str]) -> str:
    value = environment.get("SECRET_KEY", "").strip()
    if not value:
        with suppress(OSError):  # none was made, or it is another user's
            value = (VAR / "secret_key").read_text(encoding="utf-8").strip()
    if not value:
        raise SettingError("SECRET_KEY is not set: give it a long random text, the same for every process")
    if len(value) < SECRET_KEY_LENGTH:
        raise SettingError(f"SECRET_KEY is too short: it needs at least {SECRET_KEY_LENGTH} characters")
    return value


def _site_url(environment: Mapping[str, str]) -> Origin | None:
    value = environment.get("SITE_URL", "").strip()
    if not value:
        return None
    found = None
    try:
        parts = urlsplit(value)
        if not parts.path.strip("/") and not parts.query and not parts.fragment:
            found = read_origin(f"{parts.scheme}://{in_ascii(parts.netloc)}")
    except ValueError:
        pass
    if found is None:
        raise SettingError(
            f"SITE_URL is {value!r}: give it a scheme and a host and nothing else, as in https://feed.example"
        )
    return found


def _site_hosts(environment: Mapping[str, str]) -> tuple[Host, ...]:
    hosts = []
    for value in filter(None, map(str.strip, environment.get("SITE_HOSTS", "").split(","))):
        try:
            host = read_host(in_ascii(value))
        except ValueError:
            host = None
        if host is None:
            raise SettingError(
                f"SITE_HOSTS has {value!r}: give it hosts with commas between, as in www.feed.example,localhost:8000"
            )
        hosts.append(host)
    return tuple(hosts)


def _smtp(environment: Mapping[str, str]) -> SmtpServer | None:
    value = environment.get("SMTP_URL", "").strip()
    try:
        return read_smtp_url(value) if value else None
    except ValueError as error:
        raise SettingError(f"SMTP_URL {error}") from None


def _mail_from(environment: Mapping[str, str]) -> str | None:
    value = environment.get("MAIL_FROM", "").strip()
    try:
        return read_mail_address(value) if value else None
    except ValueError as error:
        raise SettingError(f"MAIL_FROM {error}") from None


def _choice(environment: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = environment.get(name, "").strip() or default
    for choice in choices:
        if choice.lower() == value.lower():
            return choice
    raise SettingError(f"{name} is {value!r}: it must be one of {', '.join(choices)}")


def _number(environment: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    value = environment.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise SettingError(f"{name} is {value!r}: it must be a whole number, {least} or more")
    return int(value)


def _metrics_port(environment: Mapping[str, str]) -> int | None:
    if not environment.get("METRICS_PORT", "").strip():
        return None
    port = _number(environment, "METRICS_PORT", 0)
    if port > HIGHEST_PORT:
        raise SettingError(f"METRICS_PORT is {port}: it must be a whole number from 1 to {HIGHEST_PORT}")
    if str(port) == environment.get("PORT", "").strip():
        raise SettingError("METRICS_PORT must be another port than PORT")
    return port


def _metrics_token(environment: Mapping[str, str]) -> str | None:
    value = environment.get("METRICS_TOKEN", "").strip()
    if value and (len(value) < SECRET_KEY_LENGTH or not value.isascii() or not value.isprintable() or " " in value):
        raise SettingError(
            f"METRICS_TOKEN needs {SECRET_KEY_LENGTH} letters, digits and signs of ASCII, without spaces"
        )
    return value or None


def _read(environment: Mapping[str, str], name: str, default: str, read: Callable[[str], T]) -> T:
    try:
        return read(environment.get(name, "").strip() or default)
    except ValueError as error:
        raise SettingError(f"{name} has {error}") from None


def _prefix(environment: Mapping[str, str]) -> str:
    value = environment.get("CACHE_KEY_PREFIX", "feedapp:").strip()
    if not value:
        raise SettingError("CACHE_KEY_PREFIX must not be empty: the cache would own the whole Redis database then")
    return value


def _figures(environment: Mapping[str, str]) -> dict[str, Figure]:
    figures = {}
    for part in environment.get("RATE_LIMIT_FIGURES", "").replace(",", " ").split():
        name, _, text = part.partition("=")
        try:
            figures[name] = figure(text)
        except ValueError:
            form = "name=count/time, as in posts=30/minute log-ins=10/5minutes"
            raise SettingError(f"RATE_LIMIT_FIGURES has {part!r}: write {form}") from None
    return figures
