"""/settings/tokens: one's own sessions and API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.form_keys import REUSED, claimed
from feedapp.blueprints.pages.kit.forms import Form, read, refused, typed
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, KeyReusedError, TooManyAttemptsError, TooManyTokensError
from feedapp.schemas.inputs import TokenNamed

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.access.tokens import TokenService
    from feedapp.services.people.accounts import AccountService

ENDED = {"one": "It was ended.", "others": "Everything but this session was ended."}


def blueprint(accounts: AccountService, tokens: TokenService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    token_pages = Blueprint("tokens", __name__)

    @token_pages.get("/settings/tokens")
    def own() -> Response:
        return _shown(saved=ENDED.get(request.args.get("ended", "")))

    @token_pages.post("/settings/tokens")
    def grant() -> Response:
        sender = cookies.credentials()
        viewers.require(sender)
        try:
            given = read(TokenNamed)
            issued = accounts.grant(
                sender, name=given.name, current_password=given.current_password, once=claimed(lambda _: "")
            )
        except (InvalidInputError, KeyReusedError, TooManyTokensError) as error:
            return _shown(form=_refused(error), status=error.status)
        except TooManyAttemptsError as error:
            answer = _shown(form=Form(typed(), {"current_password": error.detail}), status=error.status)
            answer.headers["Retry-After"] = str(error.retry_after)
            return answer
        return _shown(issued=issued, name=given.name)

    @token_pages.post("/settings/tokens/<token_id>/delete")
    def revoke(token_id: str) -> Response:
        tokens.revoke(cookies.credentials(), token_id)
        return see_other(url_for("pages.tokens.own", ended="one"))

    @token_pages.post("/settings/tokens/delete")
    def revoke_others() -> Response:
        tokens.revoke_others(cookies.credentials())
        return see_other(url_for("pages.tokens.own", ended="others"))

    @token_pages.get("/settings/tokens/delete")
    @token_pages.get("/settings/tokens/<token_id>/delete")
    def listing(token_id: str = "") -> Response:
        del token_id
        return see_other(url_for("pages.tokens.own"))

    def _shown(
        *,
        form: Form | None = None,
        issued: IssuedToken | None = None,
        name: str = "",
        saved: str | None = None,
        status: int = 200,
    ) -> Response:
        found = tokens.own(cookies.credentials())
        viewer = viewers.require(cookies.credentials())
        context = {"form": form, "issued": issued, "name": name, "saved": saved}
        return page("tokens.html", viewer=viewer, status=status, tokens=found, **context)

    return token_pages


def _refused(error: InvalidInputError | KeyReusedError | TooManyTokensError) -> Form:
    if isinstance(error, InvalidInputError):
        return refused(error)
    return Form(typed(), {"": REUSED if isinstance(error, KeyReusedError) else error.detail})
