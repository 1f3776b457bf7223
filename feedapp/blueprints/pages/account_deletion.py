"""/settings/delete: deleting one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.forms import Form, read, refused
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.errors import InvalidInputError, LastAdminError, TryLaterError
from feedapp.schemas.inputs import OwnPassword

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.people.accounts import AccountService


def blueprint(accounts: AccountService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    deletion_pages = Blueprint("account_deletion", __name__)

    @deletion_pages.get("/settings/delete")
    def ask() -> Response:
        return page("leave.html", viewer=viewers.require(cookies.credentials()), form=None)

    @deletion_pages.post("/settings/delete")
    def leave() -> Response:
        viewer = viewers.require(cookies.credentials())
        try:
            done = accounts.leave(cookies.credentials(), current_password=read(OwnPassword).current_password)
        except InvalidInputError as error:
            return page("leave.html", viewer=viewer, status=error.status, form=refused(error))
        except LastAdminError as error:
            return page("leave.html", viewer=viewer, status=error.status, form=Form({}, {"": error.detail}))
        except TryLaterError as error:
            form = Form({}, {"current_password": error.detail})
            answer = page("leave.html", viewer=viewer, status=error.status, form=form)
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        return cookies.drop(page("left.html", viewer=None, done=done, next="/"))

    return deletion_pages
