"""`flask doctor` finds what is wrong with the settings of a public site, its mail and its backups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.hosts import read_origin
from feedapp.services.operations.doctor import SiteChecks
from tests.integration.doctor.asking import only
from tests.support.deployments.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from tests.support.people import Somebody

    Ask = Callable[..., tuple[int, str]]

PUBLIC = {"SITE_URL": "https://feed.example", "TRUSTED_PROXIES": "1"}


@pytest.mark.parametrize(
    ("given", "what", "remedy"),
    [
        ({"TRUSTED_PROXIES": "0"}, "The proxy is not named", "TRUSTED_PROXIES"),
        ({"SITE_URL": "http://feed.example"}, "No TLS: SITE_URL is http://feed.example/", "https://"),
        ({"SITE_URL": "", "HOST": "0.0.0.0"}, "No TLS: HOST is 0.0.0.0", "SITE_URL=https://"),  # noqa: S104
        ({"SMTP_URL": ""}, "No mail leaves: SMTP_URL is not set", "SMTP_URL="),
    ],
)
def test_a_public_site(ask: Ask, mail: str, given: dict[str, str], what: str, remedy: str) -> None:
    only(ask(**{**PUBLIC, "SMTP_URL": mail, **given}), what, remedy)


def test_mail_that_does_not_leave(ask: Ask) -> None:
    only(ask(**PUBLIC, SMTP_URL=f"smtp://127.0.0.1:{free_port()}"), "No mail leaves: ", "Mend SMTP_URL")


def test_a_last_backup_that_is_old(ask: Ask, mail: str, engine: Engine, people: Callable[..., Somebody]) -> None:
    public = {**PUBLIC, "SMTP_URL": mail}
    people("ada")
    assert ask(**public) == (0, "All is well.\n")  # the site is new
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET created_at = now() - interval '3 days'"))
    only(ask(**public), "The last backup is 3 days old, or there was none", "backup DIR --verify")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO backups (kind, bytes) VALUES ('dump', 1)"))
    assert ask(**public) == (0, "All is well.\n")
    with engine.begin() as connection:
        connection.execute(text("UPDATE backups SET finished_at = now() - interval '5 days'"))
    only(ask(**public), "The last backup is 5 days old", "backup DIR --verify")
    assert ask() == (0, "All is well.\n")  # a site for oneself


def test_a_public_site_with_everything_is_well(ask: Ask, mail: str) -> None:
    assert ask(**PUBLIC, SMTP_URL=mail) == (0, "All is well.\n")
    assert ask(SITE_URL="http://localhost:8000") == (0, "All is well.\n")


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
