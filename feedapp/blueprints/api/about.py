"""/api and /api/problems: where the API is described; what each kind of problem means, where its `type` leads."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING

from flask import Blueprint
from typing_extensions import TypedDict

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.errors import DomainError, NotFoundError, kinds
from feedapp.serialisers.fields import Address
from feedapp.web.host_guard import site_root
from feedapp.web.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent

Kind = type[DomainError]


OPENAPI, DOCS = "api/openapi.json", "api/docs"


class RootJson(TypedDict):
    """Where the API is described: for programs, and for people."""

    openapi: Address
    docs: Address


class ProblemKindJson(TypedDict):
    """What a kind of problem means."""

    type: str
    code: str
    status: int
    title: str
    description: str


def _root(root: str) -> RootJson:
    return {"openapi": root + OPENAPI, "docs": root + DOCS}


def described(kind: Kind) -> ProblemKindJson:
    """Give what a kind of problem means."""
    return {
        "type": PROBLEMS + kind.code,
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "description": cleandoc(kind.__doc__ or kind.title),
    }


ROOT: Reply[str] = Reply(RootJson, _root)
KINDS: Reply[Collection[Kind]] = Reply(ProblemKindJson, described, many="items")
KIND: Reply[Kind] = Reply(ProblemKindJson, described)


def root(endpoints: Endpoints) -> Blueprint:
    """Make the blueprint of /api itself."""
    api = Blueprint("root", __name__)

    @endpoints.add(api, Call(summary="Find the documentation", method="GET", path="", reply=ROOT, auth="ignored"))
    def show(sent: Sent[None]) -> str:
        del sent
        return site_root()

    return api


def problems(endpoints: Endpoints) -> Blueprint:
    """Make the blueprint of the kinds of problems."""
    api = Blueprint("problems", __name__)

    @endpoints.add(
        api,
        Call(
            summary="List every kind of problem",
            method="GET",
            path="/problems",
            reply=KINDS,
            aliases=("/problems/",),
            auth="ignored",
        ),
    )
    def listing(sent: Sent[None]) -> Collection[Kind]:
        del sent
        return kinds().values()

    @endpoints.add(
        api,
        Call(summary="Explain a kind of problem", method="GET", path="/problems/<code>", reply=KIND, auth="ignored"),
    )
    def show(sent: Sent[None], code: str) -> Kind:
        del sent
        kind = kinds().get(code)
        if kind is None:
            raise NotFoundError("There is no such kind of problem; /api/problems/ lists them.")
        return kind

    return api
