"""/settings: one's own profile, name and password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies, versions
from feedapp.blueprints.pages.kit.changes import CONFLICT, Change
from feedapp.blueprints.pages.kit.devices import device
from feedapp.blueprints.pages.kit.forms import Form, read, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import ConflictError, FieldError, InvalidInputError, TryLaterError
from feedapp.languages.catalogues import gettext as _
from feedapp.languages.catalogues import marked
from feedapp.languages.known import LANGUAGES
from feedapp.schemas.inputs import PasswordChange, ProfileChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Response

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.errors import DomainError
    from feedapp.reading.read_models import ProfileView, Viewer
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.profiles import ProfileService

SAVED = {
    "profile": marked("Your profile was saved."),
    "avatar": marked("Your picture was saved."),
    "no-avatar": marked("Your picture was removed."),
    "language": marked("This is the language of pages and mails for you now."),
    "username": marked("Your username was changed."),
    "password": marked("Your password was changed. Other devices were signed out."),
    "feed": marked("Your home has another address now. The one before leads nowhere."),
}
REFUSALS = (InvalidInputError, ConflictError, TryLaterError)


def blueprint(accounts: AccountService, profiles: ProfileService, members: Members) -> Blueprint:
    """Make the blueprint."""
    settings_pages = Blueprint("settings", __name__)

    @settings_pages.get("/settings")
    def show() -> Response:
        profile = profiles.own(cookies.credentials())  # one trip, and the viewer is known from it
        return settings_page(profile, members.current().viewer, saved=SAVED.get(request.args.get("saved", "")))

    @settings_pages.post("/settings/profile")
    @members
    def edit_profile(member: Member) -> Response:
        return _changed(member, "profile", "display_name", "bio")

    @settings_pages.post("/settings/language")
    @members
    def choose_language(member: Member) -> Response:
        return _changed(member, "language", "locale")

    @settings_pages.post("/settings/username")
    @members
    def rename(member: Member) -> Response:
        return _changed(member, "username", "username", "current_password")

    @settings_pages.post("/settings/feed")
    @members
    def renew_feed(member: Member) -> Response:
        profiles.renew_home(member.sender)
        return see_other(url_for("pages.settings.show", saved="feed", _anchor="feed"))

    @settings_pages.post("/settings/password")
    @members
    def change_password(member: Member) -> Response:
        def act() -> IssuedToken:
            given = read(PasswordChange)
            return accounts.change_password(
                member.sender, current=given.current_password, new=given.new_password, name=device()
            )

        return Change(
            act=act,
            done=lambda issued: cookies.keep(_saved("password"), issued),
            refusals=REFUSALS,
            again=again(profiles, member, "password"),
        ).answer()

    def _changed(member: Member, what: str, *fields: str) -> Response:
        def act() -> ProfileView:
            sent = _sent(*fields)
            expected = versions.expected()
            shown = {name: value for name, value in sent.items() if name != "current_password"}
            return versions.applied(shown, lambda: profiles.edit_own(member.sender, **sent, expected=expected), _values)

        return Change(
            act=act,
            done=lambda _: _saved(what),
            refusals=REFUSALS,
            again=again(profiles, member, what),
            stale=lambda now: _conflict(now, member.viewer),
        ).answer()

    settings_pages.add_url_rule("/settings/<any(profile, language, username, password, feed):part>", view_func=part)
    return settings_pages


def part(part: str) -> Response:
    """Lead to a part of the page: its form is sent to that address."""
    return see_other(url_for("pages.settings.show", _anchor=part))


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
    shown: dict[str, Any] = {"profile": profile, "form": form, "saved": saved, "part": part, "languages": _languages()}
    return page("settings.html", viewer=viewer, status=status, **shown)


def _languages() -> list[tuple[str, str]]:
    """Give what may be chosen: its value, and what it is called."""
    named = [(each.tag, each.name if each.complete else f"{each.name} ({_('in part')})") for each in LANGUAGES.values()]
    return [("", _("What your browser asks for")), *named]


def _saved(what: str) -> Response:
    return see_other(url_for("pages.settings.show", saved=what))


def _values(profile: ProfileView) -> dict[str, str]:
    person = profile.person
    names = {"username": person.username, "display_name": person.display_name}
    return {**names, "bio": profile.bio, "locale": profile.locale or ""}


def _conflict(now: ProfileView, viewer: Viewer) -> Response:
    """Show what was typed beside what somebody saved meanwhile; sent again, it replaces that."""
    person = now.person
    message = _(
        "Your profile was changed elsewhere in the meantime, and nothing was saved. It now has the name "
        "“%(name)s”, the username @%(username)s, and about you: “%(bio)s”. "
        "Saving again replaces that with what is below."
    ) % {"name": person.display_name, "username": person.username, "bio": now.bio}
    return settings_page(now, viewer, values=typed(), messages={"": message}, status=CONFLICT)


def _sent(*fields: str) -> dict[str, str]:
    """Read those fields and nothing else that the form may have. Raise InvalidInputError."""
    change = read(ProfileChange).model_dump(include=set(fields), exclude_unset=True)
    if missing := [FieldError(name, "is required") for name in fields if name not in change]:
        raise InvalidInputError(*missing)
    return change


def again(profiles: ProfileService, member: Member, part: str) -> Callable[[Form, DomainError], Response]:
    """Give what shows the settings once more, with what is wrong with that part."""

    def again(form: Form, error: DomainError) -> Response:
        profile = profiles.own(member.sender)
        more: dict[str, Any] = {"values": form.values, "messages": form.messages}
        return settings_page(profile, member.viewer, part=part, status=error.status, **more)

    return again
