"""The links of mails. They are signed, so the database has nothing that could be made into one.

Each names what it is good for and what must not have changed since, so that it works once: a verification names the row
of the address, which is verified then; a reset names the hash of the password, which is another one then.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

VERIFICATION_SECONDS, RESET_SECONDS = 86_400, 3_600


class Verification(NamedTuple):
    """Which address a link verifies: that of a row, unless the row has another one by now."""

    row_id: int
    user_id: int
    digest: str


class Resetting(NamedTuple):
    """Whose password a link sets, unless it is another one by now."""

    user_id: int
    digest: str


class Ending(NamedTuple):
    """Whose digests a link ends, unless the id is of another account by now."""

    user_id: int
    digest: str


class MailLinks:
    """Makes the codes of links, and reads them. `secret` is the site's own."""

    def __init__(self, secret: str) -> None:
        self._verifications = URLSafeTimedSerializer(secret, salt="feedapp mail verification")
        self._digests = URLSafeSerializer(secret, salt="feedapp mail digest")
        self._resets = URLSafeTimedSerializer(secret, salt="feedapp mail reset")

    def verification(self, row_id: int, *, user_id: int, address: str) -> str:
        """Make the code of a link that verifies an address."""
        return str(self._verifications.dumps([row_id, user_id, digest_of(address)]))

    def read_verification(self, code: str) -> Verification | None:
        """Read it; None for what is none of ours, or over."""
        found = _read(self._verifications, code, VERIFICATION_SECONDS)
        return None if found is None else Verification(*found)

    def reset(self, user_id: int, *, user_key: str, password_hash: str | None) -> str:
        """Make the code of a link that sets a password."""
        return str(self._resets.dumps([user_id, _digest_of_password(user_key, password_hash)]))

    def read_reset(self, code: str) -> Resetting | None:
        """Read it; None for what is none of ours, or over."""
        found = _read(self._resets, code, RESET_SECONDS)
        return None if found is None else Resetting(*found)

    def ending(self, user_id: int, *, user_key: str) -> str:
        """Make the code of a link that ends the digests of an account. It is good for as long as that is there."""
        return str(self._digests.dumps([user_id, digest_of(user_key)]))

    def read_ending(self, code: str) -> Ending | None:
        """Read it; None for what is none of ours."""
        try:
            return Ending(*self._digests.loads(code))
        except (BadData, ValueError):
            return None

    @staticmethod
    def ends(given: Ending, *, user_key: str) -> bool:
        """Tell whether a link was made for the account that has the id now."""
        return given.digest == digest_of(user_key)

    @staticmethod
    def fits(given: Resetting, *, user_key: str, password_hash: str | None) -> bool:
        """Tell whether the password is still the one that the link was made for."""
        return given.digest == _digest_of_password(user_key, password_hash)


def _digest_of_password(user_key: str, password_hash: str | None) -> str:
    return digest_of(f"{user_key} {password_hash or ''}")


def digest_of(text: str) -> str:
    """Give what stands in a code in the place of what nobody should read there."""
    return sha256(b"feedapp mail " + text.encode()).hexdigest()[:32]


def _read(serializer: URLSafeTimedSerializer, code: str, seconds: int) -> list[Any] | None:
    try:
        found: list[Any] = serializer.loads(code, max_age=seconds)
    except (BadData, ValueError):
        return None
    return found
