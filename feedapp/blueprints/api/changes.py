"""/api/changes: what was created, edited and deleted, for mirrors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.errors import CursorExpiredError
from feedapp.serialisers.changes import ChangesJson, changes

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.content.changes.reading import ChangeService, ChangesView

CHANGES: Reply[ChangesView] = Reply(ChangesJson, changes)


def blueprint(service: ChangeService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("changes", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Read what changed since a cursor",
            method="GET",
            path="/changes",
            reply=CHANGES,
            parameters=("cursor", "limit"),
            raises=(CursorExpiredError,),
            reuse=False,
        ),
    )
    def read(sent: Sent[None]) -> ChangesView:
        return service.read(sent.sender, cursor=sent.cursor, limit=sent.limit)

    return api
