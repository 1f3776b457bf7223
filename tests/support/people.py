"""People of the tests."""

from __future__ import annotations

from dataclasses import dataclass

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
