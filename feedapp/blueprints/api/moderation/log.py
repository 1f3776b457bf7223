"""/api/moderation/log: what moderators did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.errors import ForbiddenError
from feedapp.serialisers.moderation import ActionJson, action

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged
    from feedapp.services.moderation.log import LogService
    from feedapp.services.moderation.views import ActionView

LOG: Reply[Paged[ActionView]] = Reply(ActionJson, action, many="page", secret=True)


def blueprint(log: LogService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("moderation", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the log of moderation",
            method="GET",
            path="/moderation/log",
            reply=LOG,
            parameters=("cursor", "limit"),
            auth="required",
            scopes=("moderate",),
            reuse=False,
            raises=(ForbiddenError,),
        ),
    )
    def listed(sent: Sent[None]) -> Paged[ActionView]:
        return log.all(sent.sender, cursor=sent.cursor, limit=sent.limit)[1]

    return api
