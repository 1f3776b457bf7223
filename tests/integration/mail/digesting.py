"""What tests of digests say often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite
    from tests.support.mailserver import Received
    from tests.support.people import Somebody

SETTINGS = "/api/notifications/settings"


def do(site: MailSite, who: Somebody, method: str, path: str, **body: object) -> Any:
    answer = site.app.test_client().open(f"/api/{path}", method=method, headers=who.headers, json=body or None)
    assert answer.status_code < 300, answer.text
    return answer.get_json()


def wanting(site: MailSite, username: str = "ada", every: str = "daily") -> Somebody:
    """Give somebody who wants digests, and has a post with the id 1, 2, and so on."""
    who = site.verified(username, f"{username}@example.org")
    do(site, who, "PATCH", "notifications/settings", digest=every)
    do(site, who, "POST", "posts", body=f"the post of {username}")
    return who


def later(site: MailSite, engine: Engine, days: int = 1) -> None:
    """Let time go by, for digests and for what people were told."""
    with engine.begin() as connection:
        for table, columns in {
            "notifications": ("created_at", "began_at", "unread_since", "read_at"),
            "notification_digests": ("due_at", "told_until"),
        }.items():
            moved = ", ".join(f"{each} = {each} - make_interval(days => {days}, secs => 100)" for each in columns)
            connection.exec_driver_sql(f"UPDATE {table} SET {moved}")
    assert site.app.test_cli_runner().invoke(args=["cache", "clear"]).exit_code == 0


def run(site: MailSite) -> int:
    with site.app.app_context():
        return site.services.digests.send_due()


def digests_of(site: MailSite, engine: Engine, days: int = 1) -> list[Received]:
    """Let a day go by, and give the mails that leave."""
    later(site, engine, days)
    run(site)
    return site.sent()
