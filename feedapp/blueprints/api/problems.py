"""/api/problems: what each kind of problem means. The `type` of a problem leads here."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from feedapp.blueprints.api.answers import answer
from feedapp.errors import DomainError, NotFoundError, kinds
from feedapp.web.problems import PROBLEMS

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.api.endpoint import Endpoint


def blueprint(endpoint: Endpoint) -> Blueprint:
    """Make the blueprint."""
    problems = Blueprint("problems", __name__)

    @problems.get("/problems")
    @problems.get("/problems/")
    @endpoint.read(public=True)
    def listing() -> Response:
        return answer({"items": [_described(kind) for kind in kinds().values()]})

    @problems.get("/problems/<code>")
    @endpoint.read(public=True)
    def show(code: str) -> Response:
        kind = kinds().get(code)
        if kind is None:
            raise NotFoundError("There is no such kind of problem; /api/problems/ lists them.")
        return answer(_described(kind))

    return problems


def _described(kind: type[DomainError]) -> dict[str, Any]:
    about = cleandoc(kind.__doc__ or kind.title)
    return {
        "type": PROBLEMS + kind.code,
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "description": about,
    }
