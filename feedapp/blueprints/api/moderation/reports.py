"""/api/reports: members report, moderators decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.blueprints.api.kit.sent import known_id
from feedapp.errors import (
    AlreadyResolvedError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    InvalidQueryError,
    NotFoundError,
)
from feedapp.schemas.moderation import Reporting, Resolving
from feedapp.serialisers.moderation import CaseJson, ReportJson, case, report
from feedapp.services.moderation.reports import Target

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged
    from feedapp.services.moderation.cases import CaseService
    from feedapp.services.moderation.reports import ReportService
    from feedapp.services.moderation.views import CaseView, OwnReportView

REPORTED: Reply[OwnReportView] = Reply(ReportJson, report, status=201)
CASES: Reply[Paged[CaseView]] = Reply(CaseJson, case, many="page", secret=True)
CASE: Reply[CaseView] = Reply(CaseJson, case, secret=True)
STATES = ("open", "resolved")


def blueprint(reports: ReportService, cases: CaseService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("reports", __name__)

    def case_of(sent: Sent[None], report_id: int) -> None:
        cases.case(sent.sender, report_id)

    def decided(sent: Sent[None], made_id: int, report_id: int) -> CaseView:
        del made_id
        return cases.case(sent.sender, report_id)

    @endpoints.add(
        api,
        Call(
            summary="Report a post, a comment or a person",
            method="POST",
            path="/reports",
            reply=REPORTED,
            auth="required",
            body=Reporting,
            idempotent=True,
            again=lambda sent, case_id: reports.own(sent.sender, case_id),
            raises=(NotFoundError,),
        ),
    )
    def report(sent: Sent[Reporting]) -> OwnReportView:
        given = sent.body
        return reports.report(sent.sender, _target(given), reason=given.reason, note=given.note, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the reports that are open or resolved",
            method="GET",
            path="/reports",
            reply=CASES,
            parameters=("state", "cursor", "limit"),
            auth="required",
            scopes=("moderate",),
            reuse=False,
            raises=(ForbiddenError,),
        ),
    )
    def listed(sent: Sent[None]) -> Paged[CaseView]:
        state = sent.parameter("state") or STATES[0]
        if state not in STATES:
            raise InvalidQueryError(FieldError("state", "must be open or resolved"))
        return cases.listed(sent.sender, state=state, cursor=sent.cursor, limit=sent.limit)[1]

    @endpoints.add(
        api,
        Call(
            summary="Read a report",
            method="GET",
            path="/reports/<report_id>",
            reply=CASE,
            auth="required",
            scopes=("moderate",),
            reuse=False,
            raises=(ForbiddenError,),
        ),
    )
    def show(sent: Sent[None], report_id: int) -> CaseView:
        return cases.case(sent.sender, report_id)

    @endpoints.add(
        api,
        Call(
            summary="Decide about a report",
            method="POST",
            path="/reports/<report_id>/resolution",
            reply=CASE,
            auth="required",
            scopes=("moderate",),
            body=Resolving,
            idempotent=True,
            again=decided,
            exists=case_of,
            raises=(ForbiddenError, AlreadyResolvedError),
        ),
    )
    def resolve(sent: Sent[Resolving], report_id: int) -> CaseView:
        given = sent.body
        return cases.resolve(
            sent.sender, report_id, action=given.action, note=given.note, until=given.until, once=sent.once
        )

    return api


def _target(given: Reporting) -> Target:
    named = [name for name in ("post_id", "comment_id", "username") if getattr(given, name) is not None]
    if len(named) != 1:
        raise InvalidInputError(
            *(FieldError(name, "goes with no other: name one thing") for name in named[1:]),
            *([] if named else [FieldError("post_id", "is required, or comment_id, or username")]),
        )
    if given.post_id is not None:
        return Target("post", known_id(given.post_id))
    if given.comment_id is not None:
        return Target("comment", known_id(given.comment_id))
    return Target("user", username=given.username or "")
