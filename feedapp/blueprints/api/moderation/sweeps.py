"""/api/users/{username}/sweep: all that somebody wrote is deleted in one step, and that can be undone."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import ForbiddenError, LastAdminError
from feedapp.schemas.moderation import Sweeping
from feedapp.serialisers.moderation import SweepJson, sweep

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.moderation.sweeps import SweepService, SweepState

SWEPT: Reply[SweepState] = Reply(SweepJson, sweep, status=Either(attrgetter("changed"), 201, 200))
UNDONE: Reply[SweepState] = Reply(SweepJson, sweep)
PATH = "/users/<username>/sweep"


def blueprint(sweeps: SweepService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("sweeps", __name__)

    def there(sent: Sent[None], username: str) -> None:
        sweeps.state(sent.sender, username)

    def again(sent: Sent[None], user_id: int, username: str) -> SweepState:
        del user_id
        return sweeps.state(sent.sender, username)

    @endpoints.add(
        api,
        Call(
            summary="Delete all that somebody wrote, until it is undone",
            method="POST",
            path=PATH,
            reply=SWEPT,
            auth="required",
            scopes=("moderate",),
            body=Sweeping,
            idempotent=True,
            again=again,
            exists=there,
            raises=(ForbiddenError, LastAdminError),
        ),
    )
    def begin(sent: Sent[Sweeping], username: str) -> SweepState:
        given = sent.body
        return sweeps.begin(sent.sender, username, reason=given.reason, suspend=given.suspend, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Bring back all that was deleted of somebody in one step",
            method="DELETE",
            path=PATH,
            reply=UNDONE,
            auth="required",
            scopes=("moderate",),
            exists=there,
            raises=(ForbiddenError,),
        ),
    )
    def end(sent: Sent[None], username: str) -> SweepState:
        return sweeps.end(sent.sender, username)

    return api
