"""/api/tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from feedapp.blueprints.api.answers import answer, body, credentials
from feedapp.blueprints.api.once import once, replayed
from feedapp.reading.read_models import time_text
from feedapp.schemas.inputs import TokenWanted
from feedapp.serialisers.tokens import token

if TYPE_CHECKING:
    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.access.tokens import TokenService
    from feedapp.services.people.accounts import AccountService


def blueprint(
    accounts: AccountService, token_service: TokenService, viewers: ViewerService, endpoint: Endpoint
) -> Blueprint:
    """Make the blueprint."""
    tokens = Blueprint("tokens", __name__)

    @tokens.post("/tokens")
    @endpoint.write(token=False)
    def log_in() -> Response:
        given, address = body(TokenWanted), request.remote_addr or ""
        return once(
            lambda key: accounts.log_in(
                username=given.folded,
                password=given.password,
                kind="api",
                address=address,
                name=given.name or "",
                code=given.code,
                once=key,
            ),
            issued,
        )

    @tokens.get("/tokens")
    @endpoint.read(token=True, reuse=False)
    def own() -> Response:
        return answer({"items": [token(each) for each in token_service.own(credentials())]})

    @tokens.delete("/tokens")
    @endpoint.write()
    def revoke_others() -> Response:
        token_service.revoke_others(credentials())
        return Response(status=204)

    @tokens.delete("/tokens/<token_id>")
    @endpoint.write()
    def revoke(token_id: str) -> Response:
        token_service.revoke(credentials(), token_id)
        return Response(status=204)

    @tokens.delete("/tokens/current")
    @endpoint.write()
    def log_out() -> Response:
        sender = credentials()
        viewers.require(sender)
        accounts.log_out(sender)
        return Response(status=204)

    return tokens


def issued(new: IssuedToken, status: int = 201) -> Response:
    """Show a token, this once."""
    response = answer({"token": new.token, "expires_at": time_text(new.expires_at)}, status)
    return replayed(response) if new.replayed else response
