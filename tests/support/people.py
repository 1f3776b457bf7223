"""People of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.services.people.joining.sign_ups import Newcomer

if TYPE_CHECKING:
    from feedapp.wiring import Services

PASSWORD = "a good password"


@dataclass(frozen=True)
class Somebody:
    """A person with an API token and a browser session."""

    id: int
    username: str
    password: str
    token: str
    session: str

    @property
    def headers(self) -> dict[str, str]:
        """What an API call of theirs carries."""
        return {"Authorization": f"Bearer {self.token}"}


def newcomer(services: Services, username: str, display_name: str | None = None) -> int:
    """Make an account with the password of all people here and give its id."""
    return services.joining.sign_ups.create(Newcomer(username, PASSWORD, display_name))
