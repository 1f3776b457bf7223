"""/api/problems: what each kind of problem means. The `type` of a problem leads here."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING

from flask import Blueprint
from typing_extensions import TypedDict

from feedapp.blueprints.api.declaration import Call, Reply
from feedapp.errors import DomainError, NotFoundError, kinds
from feedapp.web.problems import PROBLEMS

if TYPE_CHECKING:
    from collections.abc import Collection

    from feedapp.blueprints.api.endpoint import Endpoints
    from feedapp.blueprints.api.sent import Sent

Kind = type[DomainError]


class ProblemKindJson(TypedDict):
    """What a kind of problem means."""

    type: str
    code: str
    status: int
    title: str
    description: str


def described(kind: Kind) -> ProblemKindJson:
    """Give what a kind of problem means."""
    return {
        "type": PROBLEMS + kind.code,
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "description": cleandoc(kind.__doc__ or kind.title),
    }


KINDS: Reply[Collection[Kind]] = Reply(ProblemKindJson, described, many="items")
KIND: Reply[Kind] = Reply(ProblemKindJson, described)


def blueprint(endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("problems", __name__)

    @endpoints.add(api, Call(method="GET", path="/problems", reply=KINDS, aliases=("/problems/",), auth="ignored"))
    def listing(sent: Sent[None]) -> Collection[Kind]:
        del sent
        return kinds().values()

    @endpoints.add(api, Call(method="GET", path="/problems/<code>", reply=KIND, auth="ignored"))
    def show(sent: Sent[None], code: str) -> Kind:
        del sent
        kind = kinds().get(code)
        if kind is None:
            raise NotFoundError("There is no such kind of problem; /api/problems/ lists them.")
        return kind

    return api
