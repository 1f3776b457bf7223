"""`flask doctor` finds what is wrong with the settings of a public site, its mail and its backups."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.hosts import read_origin
from feedapp.services.operations.doctor import SiteChecks
from tests.integration.doctor.asking import PUBLIC, WELL, all_of, only
from tests.integration.front.sites import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from tests.support.people import Somebody

    Ask = Callable[..., tuple[int, str]]


@pytest.mark.parametrize(
    ("given", "what", "remedy"),
    [
        ({"TRUSTED_PROXIES": "0"}, "The proxy is not named", "TRUSTED_PROXIES"),
        ({"SITE_URL": "http://feed.example"}, "No TLS: SITE_URL is http://feed.example/", "https://"),
        ({"SITE_URL": "", "HOST": "0.0.0.0"}, "No TLS: HOST is 0.0.0.0", "SITE_URL=https://"),  # noqa: S104
        ({"SMTP_URL": ""}, "No mail leaves: SMTP_URL is not set", "SMTP_URL="),
        ({"RATE_LIMITS": "0"}, "Rate limits are off (RATE_LIMITS is 0)", "Take RATE_LIMITS out"),
        ({"PUSH_PRIVATE": "1"}, "PUSH_PRIVATE is 1", "Take PUSH_PRIVATE out"),
        ({"SECRET_KEY": "change-me-change-me"}, "SECRET_KEY can be guessed", "secrets.token_urlsafe(48)"),
        ({"SECRET_KEY": "x" * 40}, "SECRET_KEY can be guessed", "secrets.token_urlsafe(48)"),
    ],
)
def test_a_public_site(ask: Ask, mail: str, given: dict[str, str], what: str, remedy: str) -> None:
    only(ask(**{**PUBLIC, "SMTP_URL": mail, **given}), what, remedy)


def test_two_faults_are_two_lines(ask: Ask, mail: str) -> None:
    all_of(
        ask(**{**PUBLIC, "SMTP_URL": mail, "TRUSTED_PROXIES": "0", "RATE_LIMITS": "0"}),
        ("The proxy is not named", "TRUSTED_PROXIES"),
        ("Rate limits are off", "RATE_LIMITS"),
    )


def test_a_key_that_is_too_short_stops_every_command(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"], cwd=ROOT,
        env=environment | {"SECRET_KEY": "short"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "SECRET_KEY is too short: it needs at least 16 characters" in done.stdout + done.stderr


def test_what_is_for_oneself_needs_none_of_it(ask: Ask) -> None:
    assert ask(SECRET_KEY="x" * 40, RATE_LIMITS="0", PUSH_PRIVATE="1") == WELL


def test_a_last_backup_that_is_old(ask: Ask, mail: str, engine: Engine, people: Callable[..., Somebody]) -> None:
    public = {**PUBLIC, "SMTP_URL": mail}
    people("ada")
    assert ask(**public) == WELL  # the site is new
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET created_at = now() - interval '3 days'"))
    only(ask(**public), "The last backup is 3 days old, or there was none", "backup DIR --verify")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO backups (kind, bytes) VALUES ('dump', 1)"))
    assert ask(**public) == WELL
    with engine.begin() as connection:
        connection.execute(text("UPDATE backups SET finished_at = now() - interval '5 days'"))
    only(ask(**public), "The last backup is 5 days old", "backup DIR --verify")
    assert ask() == WELL  # a site for oneself


def test_a_public_site_with_everything_is_well(ask: Ask, mail: str) -> None:
    assert ask(**PUBLIC, SMTP_URL=mail) == WELL
    assert ask(SITE_URL="http://localhost:8000") == WELL


def test_a_site_on_another_name_of_this_machine_is_not_public() -> None:
    for url in ("http://127.0.0.2", "http://[::1]:8000", "http://feed.localhost"):
        site = SiteChecks(
            site=read_origin(url),
            host="feed",
            listens_for_itself=False,
            trusted_proxies=0,
            sends_mail=False,
        )
        assert not site.is_public
