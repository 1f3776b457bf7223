"""/api/users/{username}/suspension and /silence."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import ForbiddenError, LastAdminError
from feedapp.schemas.moderation import Sanctioning
from feedapp.serialisers.moderation import SilenceJson, SuspensionJson, silence, suspension

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.moderation.sanctions import SanctionService, SanctionState

MADE = Either(attrgetter("changed"), 201, 200)
BEGUN: dict[str, Reply[SanctionState]] = {
    "suspension": Reply(SuspensionJson, suspension, status=MADE),
    "silence": Reply(SilenceJson, silence, status=MADE),
}
ENDED: dict[str, Reply[SanctionState]] = {
    "suspension": Reply(SuspensionJson, suspension),
    "silence": Reply(SilenceJson, silence),
}
WHAT = {"suspension": "Suspend somebody", "silence": "Silence somebody"}


def blueprint(sanctions: SanctionService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("sanctions", __name__)
    for kind in WHAT:
        _add(api, sanctions, endpoints, kind)
    return api


def _add(api: Blueprint, sanctions: SanctionService, endpoints: Endpoints, kind: str) -> None:
    path = f"/users/<username>/{kind}"

    def there(sent: Sent[None], username: str) -> None:
        sanctions.state(sent.sender, kind, username)

    def again(sent: Sent[None], user_id: int, username: str) -> SanctionState:
        del user_id
        return sanctions.state(sent.sender, kind, username)

    def begin(sent: Sent[Sanctioning], username: str) -> SanctionState:
        given = sent.body
        return sanctions.begin(sent.sender, kind, username, reason=given.reason, until=given.until, once=sent.once)

    def end(sent: Sent[None], username: str) -> SanctionState:
        return sanctions.end(sent.sender, kind, username)

    begin.__name__, end.__name__ = f"begin_{kind}", f"end_{kind}"
    add: Callable[..., object] = endpoints.add
    begins = Call(
        summary=WHAT[kind],
        method="POST",
        path=path,
        reply=BEGUN[kind],
        auth="required",
        scopes=("moderate",),
        body=Sanctioning,
        idempotent=True,
        again=again,
        exists=there,
        raises=(ForbiddenError, LastAdminError),
    )
    ends = Call(
        summary=f"End the {kind} of somebody",
        method="DELETE",
        path=path,
        reply=ENDED[kind],
        auth="required",
        scopes=("moderate",),
        exists=there,
        raises=(ForbiddenError,),
    )
    add(api, begins)(begin)  # type: ignore[operator]
    add(api, ends)(end)  # type: ignore[operator]
