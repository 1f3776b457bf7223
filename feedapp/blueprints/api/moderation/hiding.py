"""/api/posts/{id}/hiding, and the same for comments."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.errors import ForbiddenError
from feedapp.schemas.moderation import Hiding
from feedapp.serialisers.moderation import HidingStateJson, hiding
from feedapp.services.moderation.hiding import Text

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.moderation.hiding import HidingService, HidingState

HIDDEN: Reply[HidingState] = Reply(HidingStateJson, hiding, status=Either(attrgetter("changed"), 201, 200))
SHOWN: Reply[HidingState] = Reply(HidingStateJson, hiding)
OF_POST, OF_COMMENT = "/posts/<post_id>/hiding", "/posts/<post_id>/comments/<comment_id>/hiding"


def blueprint(service: HidingService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("hiding", __name__)

    def there(sent: Sent[None], post_id: int, comment_id: int | None = None) -> None:
        service.state(sent.sender, Text(post_id, comment_id))

    def again(sent: Sent[None], text_id: int, post_id: int, comment_id: int | None = None) -> HidingState:
        del text_id
        return service.state(sent.sender, Text(post_id, comment_id))

    for path, name in ((OF_POST, "post"), (OF_COMMENT, "comment")):

        def hide(sent: Sent[Hiding], post_id: int, comment_id: int | None = None) -> HidingState:
            return service.hide(sent.sender, Text(post_id, comment_id), reason=sent.body.reason, once=sent.once)

        def show(sent: Sent[None], post_id: int, comment_id: int | None = None) -> HidingState:
            return service.show(sent.sender, Text(post_id, comment_id))

        hide.__name__, show.__name__ = f"hide_{name}", f"show_{name}"
        endpoints.add(
            api,
            Call(
                summary=f"Hide a {name}",
                method="POST",
                path=path,
                reply=HIDDEN,
                auth="required",
                scopes=("moderate",),
                body=Hiding,
                idempotent=True,
                again=again,
                exists=there,
                raises=(ForbiddenError,),
            ),
        )(hide)
        endpoints.add(
            api,
            Call(
                summary=f"Show a {name} again that was hidden",
                method="DELETE",
                path=path,
                reply=SHOWN,
                auth="required",
                scopes=("moderate",),
                exists=there,
                raises=(ForbiddenError,),
            ),
        )(show)
    return api
