"""/api/media and /api/me/avatar: pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import NOTHING, Call, Reply
from feedapp.errors import (
    ForbiddenError,
    QuotaError,
    TooManyPixelsError,
    TryLaterError,
    UnreadablePictureError,
    UnsupportedPictureError,
)
from feedapp.pictures.stores.errors import PictureStoreError
from feedapp.schemas.inputs import AvatarSent, PictureChange, PictureSent
from feedapp.serialisers.media import MediaJson, media
from feedapp.serialisers.people import OwnJson, own

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import PictureView, ProfileView
    from feedapp.services.media.avatars import AvatarService
    from feedapp.services.media.pictures import PictureService

OF_PICTURES = (
    UnsupportedPictureError,
    UnreadablePictureError,
    TooManyPixelsError,
    TryLaterError,
    PictureStoreError,
)
MEDIA: Reply[PictureView] = Reply(MediaJson, media)
UPLOADED: Reply[PictureView] = Reply(MediaJson, media, status=201)
ME: Reply[ProfileView] = Reply(OwnJson, own)


def blueprint(pictures: PictureService, avatars: AvatarService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("media", __name__)

    def uploaded(sent: Sent[None], media_id: int) -> PictureView:
        return pictures.uploaded(sent.sender, media_id)

    def own_picture(sent: Sent[None], media_id: int) -> None:
        pictures.uploaded(sent.sender, media_id)

    @endpoints.add(
        api,
        Call(
            summary="Send a picture for a post to come",
            method="POST",
            path="/media",
            reply=UPLOADED,
            auth="verified",
            body=PictureSent,
            file=True,
            idempotent=True,
            again=uploaded,
            raises=(*OF_PICTURES, QuotaError),
        ),
    )
    def upload(sent: Sent[PictureSent]) -> PictureView:
        return pictures.upload(sent.sender, sent.file, alt=sent.body.alt, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Say in words what a picture of yours shows",
            method="PATCH",
            path="/media/<media_id>",
            reply=MEDIA,
            auth="required",
            body=PictureChange,
            exists=own_picture,
            raises=(ForbiddenError,),
        ),
    )
    def describe(sent: Sent[PictureChange], media_id: int) -> PictureView:
        return pictures.describe(sent.sender, media_id, alt=sent.body.alt)

    @endpoints.add(
        api,
        Call(
            summary="Delete a picture of yours, also out of its post",
            method="DELETE",
            path="/media/<media_id>",
            reply=NOTHING,
            auth="required",
            exists=own_picture,
            raises=(ForbiddenError,),
        ),
    )
    def delete(sent: Sent[None], media_id: int) -> None:
        pictures.delete(sent.sender, media_id)

    @endpoints.add(
        api,
        Call(
            summary="Set your avatar, the middle of a picture",
            method="PUT",
            path="/me/avatar",
            reply=ME,
            auth="verified",
            body=AvatarSent,
            file=True,
            raises=OF_PICTURES,
        ),
    )
    def set_avatar(sent: Sent[AvatarSent]) -> ProfileView:
        return avatars.change(sent.sender, sent.file)

    @endpoints.add(
        api,
        Call(summary="Take your avatar away", method="DELETE", path="/me/avatar", reply=ME, auth="required"),
    )
    def remove_avatar(sent: Sent[None]) -> ProfileView:
        return avatars.remove(sent.sender)

    return api
