"""/settings: one's own profile, name and password."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies, versions
from feedapp.blueprints.pages.kit.devices import device
from feedapp.blueprints.pages.kit.forms import Form, read, refused, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.blueprints.pages.kit.writing import CONFLICT
from feedapp.errors import ConflictError, FieldError, InvalidInputError, StaleEditError, TryLaterError
from feedapp.schemas.inputs import PasswordChange, ProfileChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from feedapp.reading.read_models import ProfileView, Viewer
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.profiles import ProfileService

SAVED = {
    "profile": "Your profile was saved.",
    "username": "Your username was changed.",
    "password": "Your password was changed. Other devices were signed out.",
}


def blueprint(accounts: AccountService, profiles: ProfileService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    settings_pages = Blueprint("settings", __name__)

    @settings_pages.get("/settings")
    def show() -> Response:
        profile = profiles.own(cookies.credentials())
        viewer = viewers.require(cookies.credentials())
        return settings_page(profile, viewer, saved=SAVED.get(request.args.get("saved", "")))

    @settings_pages.get("/settings/<any(profile, username, password):part>")
    def part(part: str) -> Response:
        return see_other(url_for("pages.settings.show", _anchor=part))

    @settings_pages.post("/settings/profile")
    def edit_profile() -> Response:
        return _changed("profile", "display_name", "bio")

    @settings_pages.post("/settings/username")
    def rename() -> Response:
        return _changed("username", "username", "current_password")

    @settings_pages.post("/settings/password")
    def change_password() -> Response:
        viewer = viewers.require(cookies.credentials())
        try:
            issued = _change_password(accounts)
        except (InvalidInputError, TryLaterError) as error:
            return _again("password", profiles.own(cookies.credentials()), viewer, error)
        return cookies.keep(see_other(url_for("pages.settings.show", saved="password")), issued)

    def _changed(what: str, *fields: str) -> Response:
        viewer = viewers.require(cookies.credentials())
        try:
            sent = _sent(*fields)
            expected = versions.expected()
            shown = {name: value for name, value in sent.items() if name != "current_password"}
            versions.applied(
                shown, lambda: profiles.edit_own(cookies.credentials(), **sent, expected=expected), _values
            )
        except (InvalidInputError, ConflictError, TryLaterError) as error:
            return _again(what, profiles.own(cookies.credentials()), viewer, error)
        except StaleEditError as error:
            return _conflict(cast("ProfileView", error.current), viewer)
        return see_other(url_for("pages.settings.show", saved=what))

    return settings_pages


def settings_page(
    profile: ProfileView,
    viewer: Viewer,
    *,
    values: Mapping[str, str] | None = None,
    messages: Mapping[str, str] | None = None,
    saved: str | None = None,
    part: str | None = None,
    status: int = 200,
) -> Response:
    """Show the settings; `values` are what was typed and not accepted, in the form of that `part`."""
    form = Form({**_values(profile), **(values or {})}, messages or {})
    return page("settings.html", viewer=viewer, status=status, profile=profile, form=form, saved=saved, part=part)


def _values(profile: ProfileView) -> dict[str, str]:
    person = profile.person
    return {"username": person.username, "display_name": person.display_name, "bio": profile.bio}


def _conflict(now: ProfileView, viewer: Viewer) -> Response:
    """Show what was typed beside what somebody saved meanwhile; sent again, it replaces that."""
    person = now.person
    message = (
        "Your profile was changed elsewhere meanwhile, and nothing was saved. It now has the name "
        f"“{person.display_name}”, the username @{person.username}, and about you: “{now.bio}”. "
        "Saving again replaces that by what stands below."
    )
    return settings_page(now, viewer, values=typed(), messages={"": message}, status=CONFLICT)


def _sent(*fields: str) -> dict[str, str]:
    """Read those fields and nothing else that the form may have. Raise InvalidInputError."""
    change = read(ProfileChange).model_dump(include=set(fields), exclude_unset=True)
    if missing := [FieldError(name, "is required") for name in fields if name not in change]:
        raise InvalidInputError(*missing)
    return change


def _change_password(accounts: AccountService) -> IssuedToken:
    given, sender = read(PasswordChange), cookies.credentials()
    return accounts.change_password(sender, current=given.current_password, new=given.new_password, name=device())


def _again(
    part: str, profile: ProfileView, viewer: Viewer, error: InvalidInputError | ConflictError | TryLaterError
) -> Response:
    if isinstance(error, TryLaterError):
        answer = settings_page(
            profile,
            viewer,
            values=typed(),
            messages={"current_password" if "current_password" in request.form else "": error.detail},
            part=part,
            status=error.status,
        )
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    sent = refused(error)
    return settings_page(profile, viewer, values=sent.values, messages=sent.messages, part=part, status=error.status)
