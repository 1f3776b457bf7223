"""/admin: the operator's desk, and webhooks beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.desk import webhooks
from feedapp.blueprints.pages.desk.pictures import bars, sparkline
from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.serialisers.desk import cards, tables
from feedapp.services import policy
from feedapp.services.operations.desk.looking import DESK
from feedapp.services.operations.desk.windows import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from feedapp.services.operations.desk.looking import Desk
    from feedapp.wiring import Services


def blueprints(services: Services) -> Iterator[Blueprint]:
    """Make them."""
    yield _blueprint(services.desk)
    yield webhooks.blueprint(services.webhooks)


def _blueprint(desk: Desk) -> Blueprint:
    desk_pages = Blueprint("desk", __name__)

    @desk_pages.get("/admin")
    def show() -> Response:
        viewer, found = desk.show(cookies.credentials())
        asked = request.args.get("window", NAMES[0])
        window = asked if asked in NAMES else NAMES[0]
        repaired = request.args.get("repaired", "")
        return page(
            "desk/page.html",
            viewer=viewer,
            found=found,
            cards=cards.cards(found),
            grids=tables.grids(found, window),
            distribution=cards.distribution(found.windows[window]) if found.windows else [],
            spread=cards.spread(found.windows[window]) if found.windows else "",
            window=window,
            windows=NAMES,
            backup=tables.backup(found),
            repaired=int(repaired) if repaired.isascii() and repaired.isdigit() and len(repaired) < 10 else None,  # noqa: PLR2004 (a number that is shown)
            may_repair=policy.may(viewer, "edit", DESK),
            sparkline=sparkline,
            bars=bars,
        )

    @desk_pages.post("/admin/counters/repair")
    def repair() -> Response:
        return Change(
            act=lambda: desk.repair(cookies.credentials()),
            done=lambda count: see_other(url_for("pages.desk.show", repaired=count, _anchor="counters")),
        ).answer()

    @desk_pages.get("/admin/counters/repair")
    def listing() -> Response:
        return see_other(url_for("pages.desk.show", _anchor="counters"))

    return desk_pages
