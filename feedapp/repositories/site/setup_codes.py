"""The codes that let somebody make the first admin."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from feedapp.models import SetupCode

if TYPE_CHECKING:
    from feedapp.extensions import ScopedSession


class SetupCodeRepository:
    """Codes, in the session's transaction. There are as many as processes have been started without an admin."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def has(self, code: str) -> bool:
        """Tell whether a code was given out; how long that takes says nothing of how much of it is right."""
        given = sha256(b"feedapp setup " + code.encode()).digest()
        found = [hmac.compare_digest(given, each) for each in self._session.scalars(select(SetupCode.hash))]
        return any(found)

    def use(self, code: str) -> bool:
        """Take a code and every other. Tell whether it was good."""
        good = self.has(code)
        if good:
            self._session.execute(delete(SetupCode))
        return good
