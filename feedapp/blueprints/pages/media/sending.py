"""Pictures that come with a form: those of a post, kept before it is written, and one's avatar."""

from __future__ import annotations

from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING

from flask import Blueprint, g, request, url_for

from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import piece, see_other
from feedapp.errors import FieldError, InvalidInputError, NotFoundError, TooLargeError
from feedapp.lengths import MOST_PICTURES_OF_POST
from feedapp.schemas.inputs import PictureSent, from_form
from feedapp.web.bodies import file_sent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Response

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.errors import DomainError
    from feedapp.reading.read_models import PictureView
    from feedapp.reading.viewers import Credentials
    from feedapp.services.media.avatars import AvatarService
    from feedapp.services.media.pictures import PictureService

FIELD = "picture"


def add_to(
    pages: Blueprint,
    pictures: PictureService,
    avatars: AvatarService,
    members: Members,
    again: Callable[[Member], Callable[[Form, DomainError], Response]],
) -> None:
    """Add the forms. `again` shows the settings once more, with what is wrong with an avatar."""

    @pages.post("/media")
    @members
    def send(member: Member) -> Response:
        sent = pictures.upload(member.sender, file_sent(), alt=read(PictureSent).alt)
        return piece("_picture.html", picture=sent)

    @pages.post("/settings/avatar")
    @members
    def change_avatar(member: Member) -> Response:
        return Change(
            act=lambda: avatars.change(member.sender, file_sent()),
            done=lambda _: see_other(url_for("pages.settings.show", saved="avatar")),
            again=again(member),
        ).answer()

    @pages.post("/settings/avatar/delete")
    @members
    def remove_avatar(member: Member) -> Response:
        avatars.remove(member.sender)
        return see_other(url_for("pages.settings.show", saved="no-avatar"))


def taken(pictures: PictureService, sender: Credentials) -> list[int]:
    """Keep the pictures of a form; give the ids of all that its post is to have, those sent before first.

    Raise InvalidInputError for `picture`.
    """
    sent = g.pictures_sent = _sent_before()
    for picture_id in sent:
        alt = request.form.get(f"alt-{picture_id}")
        if alt is not None:
            _at_fault(partial(pictures.describe, sender, picture_id), alt)
    files = [(file, alt) for file, alt in zip(request.files.getlist(FIELD), _alts(), strict=False) if file.filename]
    if len(sent) + len(files) > MOST_PICTURES_OF_POST:
        raise InvalidInputError(FieldError(FIELD, f"is one too many: at most {MOST_PICTURES_OF_POST} can be in a post"))
    for file, alt in files:
        file.seek(0)
        sent.append(_at_fault(partial(pictures.upload, sender, file.read()), alt).id)
    return sent


def kept(pictures: PictureService, sender: Credentials) -> list[PictureView]:
    """Give the pictures of a form that was refused: they are here, and need not be sent again."""
    return pictures.unused(sender, g.get("pictures_sent") or _sent_before())


def _sent_before() -> list[int]:
    found = []
    for text in request.form.getlist("media")[:MOST_PICTURES_OF_POST]:
        try:
            found.append(known_id(text))
        except NotFoundError:
            continue
    return list(dict.fromkeys(found))


def _alts() -> Iterator[str]:
    return chain(request.form.getlist("alt"), repeat(""))


def _at_fault(act: Callable[..., PictureView], alt: str) -> PictureView:
    """Carry something out; whatever is wrong with a file, or its text, is said beside the pictures."""
    try:
        return act(alt=from_form(PictureSent, {"alt": alt}).alt)
    except InvalidInputError as error:
        error.errors = tuple(FieldError(FIELD, each.message) for each in error.errors)
        raise
    except TooLargeError:
        raise InvalidInputError(FieldError(FIELD, "is too large: at most 10 MB")) from None
