"""/settings/tokens: one's own sessions and API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.form_keys import claimed
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, KeyReusedError, TooManyAttemptsError, TooManyTokensError
from feedapp.languages.catalogues import marked
from feedapp.schemas.tokens import TokenNamed
from feedapp.services.access.token_issuer import Terms

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.access.tokens import TokenService
    from feedapp.services.people.accounts import AccountService

ENDED = {"one": marked("The session or token was ended."), "others": marked("Everything but this session was ended.")}


def blueprint(accounts: AccountService, tokens: TokenService, members: Members) -> Blueprint:
    """Make the blueprint."""
    token_pages = Blueprint("tokens", __name__)

    @token_pages.get("/settings/tokens")
    def own() -> Response:
        return _shown(saved=ENDED.get(request.args.get("ended", "")))

    @token_pages.post("/settings/tokens")
    @members
    def grant(member: Member) -> Response:
        def act() -> tuple[str, IssuedToken]:
            given = read(TokenNamed)
            return given.name, accounts.grant(
                member.sender,
                name=given.name,
                terms=Terms(given.wanted_scopes, given.lifetime),
                current_password=given.current_password,
                once=claimed(lambda _: ""),
            )

        return Change(
            act=act,
            done=lambda made: _shown(name=made[0], issued=made[1]),
            refusals=(InvalidInputError, KeyReusedError, TooManyTokensError, TooManyAttemptsError),
            again=lambda form, error: _shown(form=form, status=error.status),
        ).answer()

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
        found = tokens.own(cookies.credentials())  # one trip, and the viewer is known from it
        viewer = members.current().viewer
        context = {"form": form, "issued": issued, "name": name, "saved": saved}
        return page("tokens.html", viewer=viewer, status=status, tokens=found, **context)

    return token_pages
