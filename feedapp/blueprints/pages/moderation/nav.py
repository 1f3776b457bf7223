"""What the pages of moderators have in common: how many reports wait is asked for by the template that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from feedapp.services.moderation.cases import CaseService


def blueprint(cases: CaseService) -> Blueprint:
    """Make the blueprint."""
    common = Blueprint("moderation_nav", __name__)

    @common.record_once
    def equip(state: BlueprintSetupState) -> None:
        state.app.jinja_env.globals["open_reports"] = cases.waiting

    return common
