"""People of the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.reading.tokens.views import SCOPES
from feedapp.services.access.token_issuer import Terms
from feedapp.services.people.joining.sign_ups import Newcomer

if TYPE_CHECKING:
    from feedapp.wiring import Services
    from feedapp.writing.unit_of_work import Work

PASSWORD = "a good password"
ALL_SCOPES = Terms(SCOPES)


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


def somebody(
    services: Services, username: str, display_name: str | None = None, *, terms: Terms = ALL_SCOPES
) -> Somebody:
    """Make an account with a token and a session, in one write: most tests begin with it."""
    issuer, tokens = services.accounts._issuer, list[str]()

    def log_in(work: Work, user_id: int) -> None:
        for kind in ("api", "session"):
            tokens.append(issuer.add(work, user_id, kind, name="", terms=terms).token)

    made = services.joining.sign_ups.create(Newcomer(username, PASSWORD, display_name), also=log_in)
    return Somebody(made, username, PASSWORD, *tokens)


def newcomer(services: Services, username: str, display_name: str | None = None) -> int:
    """Make an account with the password of all people here and give its id."""
    return services.joining.sign_ups.create(Newcomer(username, PASSWORD, display_name))
