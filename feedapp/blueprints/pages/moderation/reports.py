"""Reporting a post, a comment or a person: a page with a form, to which every card and profile leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit.addresses import known_name
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.form_keys import claimed
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import InvalidInputError, KeyReusedError
from feedapp.schemas.moderation import ReportGiven
from feedapp.services.moderation.reports import Target

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.changes import Member, Members
    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.moderation.reports import ReportService

OF_POST, OF_COMMENT = "/posts/<post_id>/report", "/posts/<post_id>/comments/<comment_id>/report"
OF_PERSON = "/@<username>/report"
WHAT = {"post": "post", "comment": "comment", "user": "person"}


def blueprint(reports: ReportService, members: Members) -> Blueprint:
    """Make the blueprint."""
    report_pages = Blueprint("reports", __name__)

    @members
    def form(member: Member, **ids: int | str) -> Response:
        return _shown(member, ids, sent="sent" in request.args)

    @members
    def report(member: Member, **ids: int | str) -> Response:
        target, done = _target(ids), f"{request.path}?sent=1"

        def act() -> None:
            given = read(ReportGiven, optional=frozenset({"note"}))
            once = claimed(lambda _: done)
            reports.report(member.sender, target, reason=given.reason, note=given.note, once=once)

        return Change(
            act=act,
            done=lambda _: see_other(done),
            refusals=(InvalidInputError, KeyReusedError),
            again=lambda sent, error: _shown(member, ids, form=sent, status=error.status),
        ).answer()

    def _shown(
        member: Member, ids: dict[str, int | str], *, form: Form | None = None, status: int = 200, sent: bool = False
    ) -> Response:
        target = _target(ids)
        own = seen = None
        try:
            seen = reports.seen(member.sender, target)
        except InvalidInputError as error:  # it is their own, and they are told so
            own = error.errors[0].message
        return page(
            "moderation/report.html",
            viewer=member.viewer,
            status=status,
            form=form,
            sent=sent,
            own=own,
            seen=seen,
            what=WHAT[target.kind],
            username=target.username,
            back=_back(ids),
            hiding=_hiding(ids) if member.viewer.moderates and target.kind != "user" else None,
        )

    for path in (OF_POST, OF_COMMENT, OF_PERSON):
        name = {OF_POST: "post", OF_COMMENT: "comment", OF_PERSON: "person"}[path]
        report_pages.add_url_rule(path, f"on_{name}", form)
        report_pages.add_url_rule(path, f"report_{name}", report, methods=["POST"])
    return report_pages


def _target(ids: dict[str, int | str]) -> Target:
    if "username" in ids:
        return Target("user", username=known_name(str(ids["username"])))
    if "comment_id" in ids:
        return Target("comment", int(ids["comment_id"]))
    return Target("post", int(ids["post_id"]))


def _back(ids: dict[str, int | str]) -> str:
    if "username" in ids:
        return url_for("pages.people.show", username=ids["username"])
    anchor = f"comment-{ids['comment_id']}" if "comment_id" in ids else None
    return url_for("pages.posts.show", post_id=ids["post_id"], _anchor=anchor)


def _hiding(ids: dict[str, int | str]) -> str:
    """Give where a moderator hides it without a report."""
    if "comment_id" in ids:
        return url_for("pages.hiding.hide_comment", **ids)  # type: ignore[arg-type]
    return url_for("pages.hiding.hide_post", **ids)  # type: ignore[arg-type]
