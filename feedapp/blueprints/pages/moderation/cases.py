"""/admin/reports: the queue, and a page for each case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_id
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import page, see_other
from feedapp.errors import AlreadyResolvedError, InvalidInputError
from feedapp.pagination import DEFAULT
from feedapp.schemas.moderation import CaseNote, Resolving

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.moderation.cases import CaseService

STATES = ("open", "resolved")


def blueprint(cases: CaseService) -> Blueprint:
    """Make the blueprint."""
    case_pages = Blueprint("cases", __name__)

    @case_pages.get("/admin/reports")
    def listed() -> Response:
        state = request.args.get("state", STATES[0])
        state = state if state in STATES else STATES[0]
        viewer, shown = cases.listed(
            cookies.credentials(), state=state, cursor=request.args.get("cursor"), limit=DEFAULT
        )
        return page("moderation/reports.html", viewer=viewer, cases=shown, state=state)

    @case_pages.get("/admin/reports/<report_id>")
    def show(report_id: str) -> Response:
        return _shown(known_id(report_id), saved="saved" in request.args)

    @case_pages.post("/admin/reports/<report_id>/resolution")
    def resolve(report_id: str) -> Response:
        case_id = known_id(report_id)

        def act() -> None:
            given = read(Resolving)
            cases.resolve(cookies.credentials(), case_id, action=given.action, note=given.note, until=given.until)

        return Change(
            act=act,
            done=lambda _: see_other(url_for("pages.cases.show", report_id=case_id, saved=1)),
            refusals=(InvalidInputError, AlreadyResolvedError),
            again=lambda form, error: _shown(case_id, form=form, status=error.status),
        ).answer()

    @case_pages.post("/admin/reports/<report_id>/notes")
    def note(report_id: str) -> Response:
        case_id = known_id(report_id)
        return Change(
            act=lambda: cases.note(cookies.credentials(), case_id, note=read(CaseNote).note),
            done=lambda _: see_other(url_for("pages.cases.show", report_id=case_id, _anchor="notes")),
            again=lambda form, error: _shown(case_id, note_form=form, status=error.status),
        ).answer()

    @case_pages.get("/admin/reports/<report_id>/<any(resolution, notes):what>")
    def listing(report_id: str, what: str) -> Response:
        del what
        return see_other(url_for("pages.cases.show", report_id=known_id(report_id)))

    def _shown(
        case_id: int,
        *,
        form: Form | None = None,
        note_form: Form | None = None,
        status: int = 200,
        saved: bool = False,
    ) -> Response:
        view = cases.page(cookies.credentials(), case_id)
        return page(
            "moderation/case.html",
            viewer=view.viewer,
            status=status,
            view=view,
            case=view.case,
            form=form,
            note_form=note_form,
            saved=saved,
        )

    return case_pages
