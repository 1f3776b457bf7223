"""Settings: what is right is read, what is wrong stops the start with one line that names it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from config import SettingError, Settings
from feedapp.cache.redis_urls import Watched, read_watched
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.hosts import Host

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "DATABASE_URL": "postgresql://feed:secret@db.example:5432/feed?sslmode=require",
    "REDIS_URL": "rediss://:secret@redis.example:6379/1",
    "SECRET_KEY": "sixteen characters and more",
}


def test_three_are_enough_and_the_rest_has_defaults() -> None:
    settings = Settings.from_environment(GOOD)
    assert (settings.log_format, settings.log_level, settings.rate_limits) == ("text", "INFO", True)
    assert (settings.cache_key_prefix, settings.redis_timeout, settings.trusted_proxies) == ("feedapp:", 0.1, 0)


def test_all_are_read() -> None:
    given = {
        "LOG_FORMAT": "JSON",
        "LOG_LEVEL": "debug",
        "RATE_LIMITS": "0",
        "REDIS_TIMEOUT": "250",
        "CACHE_KEY_PREFIX": "other:",
        "CACHE_LIFETIMES": "post=5, feed=6",
        "DATABASE_POOL_SIZE": "3",
        "TRUSTED_PROXIES": "2",
    }
    settings = Settings.from_environment({**GOOD, **given})
    assert (settings.log_format, settings.log_level, settings.rate_limits) == ("json", "DEBUG", False)
    assert (settings.redis_timeout, settings.cache_key_prefix) == (0.25, "other:")
    assert settings.cache_lifetimes == {"post": 5, "feed": 6}
    assert (settings.database_pool_size, settings.trusted_proxies) == (3, 2)


def test_where_the_site_is_and_what_else_it_is_called() -> None:
    given = {"SITE_URL": " https://Feed.Example/ ", "SITE_HOSTS": "www.feed.example, localhost:8000,"}
    settings = Settings.from_environment({**GOOD, **given})
    assert settings.site_url
    assert settings.site_url.root == "https://feed.example/"
    assert settings.site_hosts == (Host("www.feed.example", None), Host("localhost", 8000))
    unset = Settings.from_environment(GOOD)
    assert (unset.site_url, unset.site_hosts) == (None, ())


SERVERS = [
    ("smtp://mail.example", ("mail.example", 25, None, None, False)),
    ("smtps://Mail.Example", ("mail.example", 465, None, None, True)),
    ("smtp://ada%40feed.example:p%3A%2F@mail.example", ("mail.example", 587, "ada@feed.example", "p:/", False)),
    ("smtps://user:secret@mail.example:2465/", ("mail.example", 2465, "user", "secret", True)),
    ("smtp://[::1]:2525", ("::1", 2525, None, None, False)),
]


@pytest.mark.parametrize(("url", "parts"), SERVERS)
def test_where_mail_goes(url: str, parts: tuple[str, int, str | None, str | None, bool]) -> None:
    settings = Settings.from_environment({**GOOD, "SMTP_URL": url, "MAIL_FROM": "Feed@Feed.Example"})
    found = settings.smtp
    assert found
    assert (found.host, found.port, found.user, found.password, found.tls) == parts
    assert settings.mail_from == "Feed@feed.example"
    assert found.password is None or found.password not in repr(settings)


def test_mail_takes_starttls_as_it_is_told() -> None:
    assert Settings.from_environment(GOOD).smtp is None
    for url, starttls in (("smtp://m.example", "offered"), ("smtp://m.example?starttls=required", "required")):
        found = Settings.from_environment({**GOOD, "SMTP_URL": url}).smtp
        assert found
        assert found.starttls == starttls


def test_a_pool_has_a_connection_for_each_thread_unless_told_otherwise() -> None:
    assert Settings.from_environment({**GOOD, "WEB_THREADS": "21"}).database_pool_size == 21


@pytest.mark.parametrize("name", GOOD)
def test_each_that_is_needed_is_missed(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("config.VAR", tmp_path)
    for missing in ({}, {name: ""}, {name: "  "}):
        environment = {**{other: value for other, value in GOOD.items() if other != name}, **missing}
        with pytest.raises(SettingError, match=f"^{name} is not set"):
            Settings.from_environment(environment)


WRONG = [
    ("DATABASE_URL", "mysql://host/name"),
    ("DATABASE_URL", "postgresql://[::1"),
    ("DATABASE_URL", "postgresql://host:port/name"),
    ("REDIS_URL", "http://host"),
    ("REDIS_URL", "redis://host/zero"),
    ("REDIS_URL", "redis://host?db=-1"),
    ("REDIS_URL", "host:6379"),
    ("REDIS_URL", "unix://"),
    ("REDIS_URL", "redis+sentinel://one,two"),
    ("REDIS_URL", "redis+sentinel:///site"),
    ("REDIS_URL", "redis+sentinel://one,two:port/site"),
    ("REDIS_URL", "rediss+sentinel://:secret@one,two/site/zero"),
    ("SECRET_KEY", "short"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "loud"),
    ("RATE_LIMITS", "yes"),
    ("REDIS_TIMEOUT", "0"),
    ("REDIS_TIMEOUT", "1.5"),
    ("CACHE_KEY_PREFIX", " "),
    ("CACHE_LIFETIMES", "post"),
    ("CACHE_LIFETIMES", "post=0"),
    ("CACHE_LIFETIMES", "post=-1"),
    ("DATABASE_POOL_SIZE", "none"),
    ("DATABASE_POOL_SIZE", "\u0663"),
    ("TRUSTED_PROXIES", "-1"),
    ("WEB_THREADS", "many"),
    ("SITE_URL", "feed.example"),
    ("SITE_URL", "javascript://feed.example"),
    ("SITE_URL", "https://feed.example/feed"),
    ("SITE_URL", "https://feed.example?x=1"),
    ("SITE_URL", "https://user@feed.example"),
    ("SITE_URL", "https://"),
    ("SITE_URL", "https://[::1"),
    ("SITE_URL", "https://feed.example:99999"),
    ("SITE_HOSTS", "https://feed.example"),
    ("SITE_HOSTS", "feed.example www.feed.example"),
    ("SITE_HOSTS", "feed.example,*.example"),
    ("SMTP_URL", "http://mail.example"),
    ("SMTP_URL", "mail.example:25"),
    ("SMTP_URL", "smtp://"),
    ("SMTP_URL", "smtp://mail.example:port"),
    ("SMTP_URL", "smtp://mail.example:0"),
    ("SMTP_URL", "smtp://mail.example/inbox"),
    ("SMTP_URL", "smtp://[::1"),
    ("SMTP_URL", "smtp://:secret@mail.example"),
    ("SMTP_URL", "smtp://user@mail.example"),
    ("SMTP_URL", "smtp://mail.example?starttls=perhaps"),
    ("SMTP_URL", "smtp://mail.example?timeout=5"),
    ("MAIL_FROM", "feed"),
    ("MAIL_FROM", "Feed <feed@feed.example>"),
    ("MAIL_FROM", "feed@[127.0.0.1]"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_one_is_named_in_one_line_before_anything_starts(name: str, value: str, tmp_path: Path) -> None:
    environment = {**GOOD, name: value}
    for read in (Settings.from_environment, partial(LaunchSettings.from_environment, directory=tmp_path)):
        with pytest.raises(SettingError, match=f"^{name} ") as refused:
            read(environment)
        assert "\n" not in str(refused.value)
        assert "secret@" not in str(refused.value)


REDIS_URLS = [
    *("redis://host", "redis://host/", "redis://host:1/7", "unix:///run/redis.sock?db=2"),
    *("redis+sentinel://one,two/site", "rediss+sentinel://user:secret@one:1,[::1]:2/site/7?sentinel_password=other"),
]


@pytest.mark.parametrize("url", REDIS_URLS)
def test_every_form_of_an_address_of_redis_is_taken(url: str) -> None:
    assert Settings.from_environment({**GOOD, "REDIS_URL": url}).redis_url == url


def test_an_address_of_sentinels_says_how_to_reach_them_and_how_to_reach_redis() -> None:
    url = "rediss+sentinel://ada:x%40@one,[::1]:2/the%20site/7?ssl_ca_certs=/c.pem&sentinel_password=%2F"
    assert read_watched(url) == Watched(
        "the site",
        ("rediss://:%2F@one:26379?ssl_ca_certs=%2Fc.pem", "rediss://:%2F@[::1]:2?ssl_ca_certs=%2Fc.pem"),
        "rediss://ada:x%40@one,[::1]:2/7?ssl_ca_certs=%2Fc.pem",
    )
    assert read_watched("redis://one,two/7") is None


@pytest.mark.parametrize("name", ["PORT", "WEB_WORKERS"])
@pytest.mark.parametrize("value", ["0", "-1", "65536000", "http", "1.0", "\u0661"])
def test_where_and_how_to_serve_is_checked_by_the_launcher(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=f"^{name} is "):
        LaunchSettings.from_environment({name: value}, directory=tmp_path)


def test_a_secret_is_not_shown_with_the_rest() -> None:
    assert GOOD["SECRET_KEY"] not in repr(Settings.from_environment(GOOD))


HOSTS = [
    ("127.0.0.1", True),
    ("127.8.9.10", True),
    ("::1", True),
    ("::ffff:127.0.0.1", True),
    ("localhost", True),
    ("0.0.0.0", False),  # noqa: S104  (all of them)
    ("0", False),
    ("::", False),
    ("192.0.2.1", False),
    ("::ffff:192.0.2.1", False),
    ("no such name.invalid", False),
]


@pytest.mark.parametrize(("host", "is_loopback"), HOSTS)
def test_whether_only_this_machine_can_come_is_known(host: str, is_loopback: bool, tmp_path: Path) -> None:  # noqa: FBT001
    settings = LaunchSettings.from_environment({"HOST": host}, directory=tmp_path)
    assert settings.is_loopback is is_loopback
