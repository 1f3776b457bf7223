"""Whatever belongs to a person is deleted with the account, and is in an archive: neither place forgets any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.archive.kinds import KINDS
from feedapp.models import Base
from feedapp.repositories.transfer.exports import OWN, SELECTS

if TYPE_CHECKING:
    from feedapp.wiring import Services

WITH_THE_USER = {
    *("user_counters", "tokens", "idempotency_records", "arrivals", "recovery_codes", "reset_links", "second_factors"),
    *("report_cases", "reports", "sanctions", "sweeps", "mail_addresses", "known_devices", "seen_networks", "passkeys"),
    *("refused_notifications", "notification_digests", "push_subscriptions", "muted_words", "personal_archives"),
}
"""Few rows each, or gone within a day: PostgreSQL deletes them with the user's own row."""
ONLY_HERE = {"notification", "muted_conversation"}
"""What somebody was told is no part of an archive: what is past when it is read in is no news."""
OF_THE_SITE = {"filters", "invitations", "moderation_actions"}
"""They stay, and forget who made them, and whom they were about."""


def registered(services: Services) -> set[str]:
    return {each.kind for each in services.account_deletion.belongings}


def test_every_table_that_refers_to_people_is_deleted_with_them(services: Services) -> None:
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "users" for key in table.foreign_keys)
    }
    assert referring == {f"{kind}s" for kind in registered(services)} | WITH_THE_USER | OF_THE_SITE


def test_whatever_is_deleted_with_an_account_is_in_an_archive(services: Services) -> None:
    assert {kind.kind for kind in KINDS} == (registered(services) - ONLY_HERE) | {"user"}


def test_every_kind_of_an_archive_has_its_sql_and_no_sql_is_without_a_kind() -> None:
    assert set(SELECTS) == {kind.kind for kind in KINDS}
    assert set(OWN) == set(SELECTS), "whose rows these are has to be said, for the archive of one person"


def test_whatever_is_deleted_with_an_account_is_registered_once(services: Services) -> None:
    assert len(services.account_deletion.belongings) == len(registered(services))
