"""/settings/passkeys: one's own passkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other, site
from feedapp.errors import DomainError, InvalidInputError, NotFoundError, TooLateError, TryLaterError
from feedapp.languages.catalogues import marked
from feedapp.schemas.recovery import PasskeyChosen, PasskeyMade, PasskeyWanted
from feedapp.services.people.passkeys.ceremonies import Party
from feedapp.text.characters import contained
from feedapp.web.host_guard import origin, site_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.reading.read_models import Viewer
    from feedapp.services.people.passkeys.service import PasskeyService

SAVED = {"added": marked("The passkey lets you in from now on."), "removed": marked("The passkey was removed.")}
REFUSALS = (InvalidInputError, TryLaterError, TooLateError, NotFoundError)


def party() -> Party:
    """Give for which host passkeys are: that of SITE_URL, which serves names below it, too, or else the request's."""
    own = origin()
    main = urlsplit(site_root()).hostname or own.name
    host = main if own.name == main or own.name.endswith(f".{main}") else own.name
    return Party(host, own.root.rstrip("/"), site().name)


def unkept(text: str) -> Response:
    """Answer a script with JSON that nobody keeps."""
    return Response(text, content_type="application/json", headers={"Cache-Control": "no-store"})


def blueprint(passkeys: PasskeyService) -> Blueprint:
    """Make the blueprint."""
    passkey_pages = Blueprint("passkeys", __name__)

    @passkey_pages.get("/settings/passkeys")
    def show() -> Response:
        return _shown(passkeys, saved=SAVED.get(request.args.get("saved", "")))

    @passkey_pages.post("/settings/passkeys")
    def begin() -> Response:
        return Change(
            act=lambda: _begin(passkeys, read(PasskeyWanted)),
            done=lambda begun: page("site/passkeys.html", viewer=begun[0], name=begun[1], options=begun[2]),
            refusals=REFUSALS,
            again=_again("add"),
        ).answer()

    @passkey_pages.post("/settings/passkeys/new")
    def add() -> Response:
        def act() -> None:
            given = read(PasskeyMade)
            passkeys.add(cookies.credentials(), party(), name=given.name, credential=given.credential)

        return Change(act=act, done=_saved("added"), refusals=REFUSALS, again=_again("add")).answer()

    @passkey_pages.post("/settings/passkeys/delete")
    def remove() -> Response:
        def act() -> None:
            given = read(PasskeyChosen)
            passkeys.remove(
                cookies.credentials(), current_password=given.current_password, passkey_id=int(given.passkey)
            )

        return Change(act=act, done=_saved("removed"), refusals=REFUSALS, again=_again("remove")).answer()

    @passkey_pages.get("/settings/passkeys/<any(new, delete):part>")
    def part(part: str) -> Response:
        del part
        return see_other(url_for("pages.passkeys.show"))

    def _again(part: str) -> Callable[[Form, DomainError], Response]:
        return lambda form, error: _shown(passkeys, form=form, part=part, status=error.status)

    return passkey_pages


def _begin(passkeys: PasskeyService, given: PasskeyWanted) -> tuple[Viewer, str, str]:
    viewer, options = passkeys.begin(cookies.credentials(), party(), current_password=given.current_password)
    return viewer, given.name, options


def _saved(what: str) -> Callable[[None], Response]:
    return lambda _: see_other(url_for("pages.passkeys.show", saved=what))


def _shown(
    passkeys: PasskeyService,
    *,
    form: Form | None = None,
    part: str = "",
    saved: str | None = None,
    status: int = 200,
) -> Response:
    viewer, own = passkeys.own(cookies.credentials())
    choices = [(str(each.id), contained(each.name)) for each in own]
    context = {"passkeys": own, "choices": choices, "form": form, "part": part, "saved": saved}
    return page("site/passkeys.html", viewer=viewer, status=status, **context)
