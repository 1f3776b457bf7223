"""/admin/site: the settings of the site, for admins."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies, versions
from feedapp.blueprints.pages.kit.changes import CONFLICT, Change
from feedapp.blueprints.pages.kit.forms import Form, read, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import FieldError, InvalidInputError
from feedapp.languages.catalogues import marked
from feedapp.retention import RETENTION
from feedapp.schemas.site import SiteChange

if TYPE_CHECKING:
    from flask import Response

    from feedapp.errors import DomainError
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.site import Site
    from feedapp.services.site.settings import SiteService

CHANGED = marked(
    "Somebody changed the settings meanwhile, and nothing was saved. Look at what stands on the site now; saving again "
    "replaces that by what stands below."
)


def blueprint(settings: SiteService) -> Blueprint:
    """Make the blueprint."""
    site_pages = Blueprint("admin_site", __name__)

    @site_pages.get("/admin/site")
    def show() -> Response:
        viewer, now = settings.own(cookies.credentials())
        saved = marked("The settings were saved.") if "saved" in request.args else None
        return _shown(viewer, Form(_values(now), {}), version=now.version, saved=saved)

    @site_pages.post("/admin/site")
    def change() -> Response:
        viewer, now = settings.own(cookies.credentials())

        def act() -> None:
            changes = read(SiteChange).changes()
            if not changes:
                raise InvalidInputError(FieldError("name", "is required"))
            versions.applied(
                {name: str(value) for name, value in changes.items()},
                lambda: settings.change(cookies.credentials(), changes, expected=versions.expected()),
                lambda site: _values(cast("Site", site)),
            )

        def again(form: Form, *, status: int, version: str) -> Response:
            return _shown(viewer, form, status=status, version=version)

        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.admin_site.show", saved=1)),
            again=lambda form, error: again(
                form, status=error.status, version=request.form.get(versions.FIELD, now.version)
            ),
            stale=lambda site: again(Form(typed(), {"": CHANGED}), status=CONFLICT, version=site.version),
        ).answer()

    return site_pages


def icon_again(viewer: Viewer, now: Site, form: Form, error: DomainError) -> Response:
    """Show the settings once more, with what is wrong with a picture for the icon."""
    shown = Form({**_values(now), **form.values}, form.messages)
    return _shown(viewer, shown, status=error.status, version=now.version, part="icon")


def _shown(
    viewer: Viewer, form: Form, *, version: str, status: int = 200, saved: str | None = None, part: str = ""
) -> Response:
    shown = {"form": form, "version": version, "saved": saved, "part": part, "retention": RETENTION}
    return page("site/settings.html", viewer=viewer, status=status, **shown)


def _values(site: Site) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(site).items()}
