"""/api/tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import NOTHING, Call, Reply
from feedapp.blueprints.api.kit.idempotency import REPLAYED
from feedapp.errors import (
    AccountLeavingError,
    ApplicationRefusedError,
    AwaitingApprovalError,
    ResultGoneError,
    SecondFactorNeededError,
    SuspendedError,
    TooManyTokensError,
    TryLaterError,
    WrongCodeError,
    WrongPasswordError,
)
from feedapp.schemas.tokens import TokenWanted
from feedapp.serialisers.tokens import IssuedJson, TokenJson, issued, token
from feedapp.services.access.token_issuer import Terms

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.tokens.views import TokenView
    from feedapp.services.access.token_issuer import IssuedToken
    from feedapp.services.access.tokens import TokenService
    from feedapp.services.people.accounts import AccountService


def _replayed(new: IssuedToken) -> str | None:
    return "true" if new.replayed else None


ISSUED: Reply[IssuedToken] = Reply(IssuedJson, issued, status=201, headers={REPLAYED: _replayed})
TOKENS: Reply[list[TokenView]] = Reply(TokenJson, token, many="items", secret=True)


def blueprint(accounts: AccountService, tokens: TokenService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("tokens", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Log in: get a token",
            method="POST",
            path="/tokens",
            reply=ISSUED,
            auth="ignored",
            body=TokenWanted,
            idempotent=True,
            raises=(
                WrongPasswordError,
                SecondFactorNeededError,
                WrongCodeError,
                AwaitingApprovalError,
                ApplicationRefusedError,
                SuspendedError,
                AccountLeavingError,
                TooManyTokensError,
                TryLaterError,
                ResultGoneError,
            ),
        ),
    )
    def log_in(sent: Sent[TokenWanted]) -> IssuedToken:
        given = sent.body
        return accounts.log_in(
            username=given.folded,
            password=given.password,
            kind="api",
            address=sent.address,
            name=given.name or "",
            terms=Terms(given.wanted_scopes, given.lifetime),
            code=given.code,
            restore=given.restore,
            once=sent.once,
        )

    @endpoints.add(
        api,
        Call(
            summary="List your tokens and sessions",
            method="GET",
            path="/tokens",
            reply=TOKENS,
            auth="required",
            reuse=False,
        ),
    )
    def own(sent: Sent[None]) -> list[TokenView]:
        return tokens.own(sent.sender)

    @endpoints.add(
        api,
        Call(
            summary="Revoke all your other tokens and sessions",
            method="DELETE",
            path="/tokens",
            reply=NOTHING,
            auth="required",
        ),
    )
    def revoke_others(sent: Sent[None]) -> None:
        tokens.revoke_others(sent.sender)

    @endpoints.add(
        api,
        Call(
            summary="Revoke one of your tokens or sessions",
            method="DELETE",
            path="/tokens/<token_id>",
            reply=NOTHING,
            auth="required",
        ),
    )
    def revoke(sent: Sent[None], token_id: str) -> None:
        tokens.revoke(sent.sender, token_id)

    @endpoints.add(
        api,
        Call(
            summary="Revoke the token of this request",
            method="DELETE",
            path="/tokens/current",
            reply=NOTHING,
            auth="verified",
        ),
    )
    def log_out(sent: Sent[None]) -> None:
        accounts.log_out(sent.sender)

    return api
