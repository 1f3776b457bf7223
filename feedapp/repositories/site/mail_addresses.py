"""Mail addresses, and whom a mail for one reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from feedapp.models import MailAddress, User
from feedapp.postgres import database

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession


class Mailbox(NamedTuple):
    """A verified address, and whose it is."""

    username: str
    address: str
    locale: str | None


class Account(NamedTuple):
    """Whose password a mail may set; the address is verified."""

    user_id: int
    user_key: str
    username: str
    address: str
    password_hash: str | None
    locale: str | None


class MailAddressRepository:
    """Addresses, in the session's transaction. They come in as `read_mail_address` gives them."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def verified(self, user_id: int) -> MailAddress | None:
        """Give the address that mails to somebody go to."""
        return self._one(user_id, verified=True)

    def pending(self, user_id: int) -> MailAddress | None:
        """Give the address that somebody has yet to verify."""
        return self._one(user_id, verified=False)

    def mailbox(self, user_id: int) -> Mailbox | None:
        """Give where mails to somebody go; None for who has no verified address."""
        query = select(User.username, MailAddress.address, User.locale).join(
            MailAddress, MailAddress.user_id == User.id
        )
        found = self._session.execute(query.where(User.id == user_id, MailAddress.verified_at.is_not(None)))
        row = found.one_or_none()
        return None if row is None else Mailbox(*row)

    def await_verification(self, user_id: int, address: str) -> int:
        """Let an address wait to be verified, in the place of another that does; give the id of the row."""
        self.remove_pending(user_id)
        added = insert(MailAddress).values({"user_id": user_id, "address": address}).returning(MailAddress.id)
        return self._session.execute(added).scalar_one()

    def remove_pending(self, user_id: int) -> None:
        """Forget the address that waits."""
        self._session.execute(
            delete(MailAddress).where(MailAddress.user_id == user_id, MailAddress.verified_at.is_(None))
        )

    def remove_all(self, user_id: int) -> None:
        """Forget both addresses of somebody."""
        self._session.execute(delete(MailAddress).where(MailAddress.user_id == user_id))

    def verify(self, row: MailAddress) -> bool:
        """Let mails go to an address that waited, and to no other any more. False if it is somebody else's by now.

        After that the transaction can only be rolled back.
        """
        self._session.execute(
            delete(MailAddress).where(MailAddress.user_id == row.user_id, MailAddress.verified_at.is_not(None))
        )
        try:
            self._session.execute(
                update(MailAddress).where(MailAddress.id == row.id).values(verified_at=func.clock_timestamp())
            )
        except IntegrityError:
            return False
        return True

    def _one(self, user_id: int, *, verified: bool) -> MailAddress | None:
        query = select(MailAddress).where(MailAddress.user_id == user_id)
        query = query.where(MailAddress.verified_at.is_not(None) if verified else MailAddress.verified_at.is_(None))
        return self._session.scalar(query.execution_options(populate_existing=True))


class MailboxReader:
    """What is looked up when a mail leaves, outside of requests. `engine` is that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def waits(self, row_id: int, *, user_id: int, address: str) -> bool:
        """Tell whether an address still waits to be verified by that user."""
        query = (
            "SELECT FROM mail_addresses WHERE id = %(id)s AND user_id = %(user_id)s AND address = %(address)s "
            "AND verified_at IS NULL"
        )
        return bool(database.read(self._engine, query, {"id": row_id, "user_id": user_id, "address": address}))

    def owner(self, address: str) -> int | None:
        """Give whose verified address that is; None for nobody's."""
        query = (
            "SELECT user_id FROM mail_addresses WHERE lower(address) = lower(%(address)s) AND verified_at IS NOT NULL"
        )
        found = database.read(self._engine, query, {"address": address})
        return found[0][0] if found else None

    def account(self, who: str) -> Account | None:
        """Give the account of a username or of a verified address, both in small letters."""
        where = "lower(address) = %(who)s" if "@" in who else "username = %(who)s"
        query = (
            "SELECT users.id, users.key::text, username, address, password_hash, locale FROM users "  # noqa: S608
            "JOIN mail_addresses ON user_id = users.id AND verified_at IS NOT NULL "
            f"WHERE {where} AND leaving_since IS NULL"
        )
        found = database.read(self._engine, query, {"who": who})
        return Account(*found[0]) if found else None
