"""/api/tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from feedapp.blueprints.api.answers import answer, body, credentials
from feedapp.schemas.inputs import LogIn

if TYPE_CHECKING:
    from feedapp.services.accounts import AccountService
    from feedapp.services.viewers import ViewerService


def blueprint(accounts: AccountService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    tokens = Blueprint("tokens", __name__)

    @tokens.post("/tokens")
    def log_in() -> Response:
        given = body(LogIn)
        address = request.remote_addr or ""
        issued = accounts.log_in(username=given.folded, password=given.password, kind="api", address=address)
        expires_at = issued.expires_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return answer({"token": issued.token, "expires_at": expires_at}, 201)

    @tokens.delete("/tokens/current")
    def log_out() -> Response:
        sender = credentials()
        viewers.require(sender)
        accounts.log_out(sender)
        return Response(status=204)

    return tokens
