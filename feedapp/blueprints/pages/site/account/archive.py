"""/settings/archive: an archive of everything that is one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.errors import TryLaterError
from feedapp.services.people.leaving.archives import WAIT_SECONDS, ArchiveFile, ArchiveService
from feedapp.web.files import GZIP, sent_file

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form


def blueprint(archives: ArchiveService) -> Blueprint:
    """Make the blueprint."""
    archive_pages = Blueprint("archive", __name__)

    @archive_pages.get("/settings/archive")
    def show() -> Response:
        return _shown()

    @archive_pages.post("/settings/archive")
    def fetch() -> Response:
        return Change(
            act=lambda: archives.own(cookies.credentials()),
            done=_fetched,
            refusals=(TryLaterError,),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

    def _fetched(file: ArchiveFile | None) -> Response:
        if file is None:
            response = _shown(status=202)
            response.headers["Retry-After"] = str(WAIT_SECONDS)
            return response
        response = sent_file(file, GZIP)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _shown(*, form: Form | None = None, status: int = 200) -> Response:
        viewer, state = archives.state(cookies.credentials())
        return page("site/archive.html", viewer=viewer, status=status, form=form, state=state)

    return archive_pages
