"""Reports, what is hidden, the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.repositories.moderation.actions import ActionRepository
from feedapp.repositories.moderation.filters import FilterRepository
from feedapp.repositories.moderation.hidings import HidingRepository
from feedapp.repositories.moderation.people import PeopleRepository
from feedapp.repositories.moderation.reports import ReportRepository
from feedapp.repositories.moderation.sanctions import SanctionRepository
from feedapp.repositories.moderation.sweeps import SweepRepository
from feedapp.services.moderation.appeals import AppealService
from feedapp.services.moderation.cases import CaseService
from feedapp.services.moderation.filters import FilterService
from feedapp.services.moderation.hiding import HidingService
from feedapp.services.moderation.log import LogService
from feedapp.services.moderation.moderators import Moderators
from feedapp.services.moderation.people import MemberService
from feedapp.services.moderation.reports import ReportService
from feedapp.services.moderation.sanctions import SanctionService
from feedapp.services.moderation.screening import Screening
from feedapp.services.moderation.sweeps import SweepService

if TYPE_CHECKING:
    from feedapp.services.moderation.hiding import Text
    from feedapp.services.moderation.sanctions import Silence
    from feedapp.wiring.content import Content
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores
    from feedapp.writing.unit_of_work import Work


@dataclass(frozen=True, kw_only=True)
class Moderation:
    """What members report, and what moderators do."""

    reports: ReportService
    cases: CaseService
    hiding: HidingService
    sanctions: SanctionService
    sweeps: SweepService
    filters: FilterService
    screening: Screening
    appeals: AppealService
    moderation_log: LogService
    members: MemberService


def build(given: Stores, base: Core, written: Content, silence: Silence) -> Moderation:
    """Build it. `written` is what people write, which it may delete."""
    reading, viewers, unit_of_work = base.reading, base.viewers, base.unit_of_work
    actions = ActionRepository(session=given.session, engine=given.reads)
    reports = ReportRepository(session=given.session, engine=given.reads)
    filters = FilterRepository(given.session)
    moderators = Moderators(viewers=viewers, users=given.users, actions=actions)
    hiding = HidingService(
        moderators=moderators,
        unit_of_work=unit_of_work,
        hidings=HidingRepository(given.session),
        users=given.users,
    )

    sanctions = SanctionService(
        moderators=moderators,
        unit_of_work=unit_of_work,
        users=given.users,
        sanctions=SanctionRepository(given.session),
        silence=silence,
    )

    def remove(work: Work, text: Text) -> bool:
        if text.comment_id is None:
            return written.posts.remove(work, text.post_id)
        return written.comments.remove(work, post_id=text.post_id, comment_id=text.comment_id)

    return Moderation(
        reports=ReportService(reading=reading, viewers=viewers, unit_of_work=unit_of_work, reports=reports),
        cases=CaseService(
            reading=reading,
            moderators=moderators,
            unit_of_work=unit_of_work,
            reports=reports,
            actions=actions,
            hiding=hiding,
            remove=remove,
            sanctions=sanctions,
        ),
        sanctions=sanctions,
        filters=FilterService(moderators=moderators, unit_of_work=unit_of_work, filters=filters),
        screening=Screening(
            filters=filters,
            hidings=HidingRepository(given.session),
            hiding=hiding,
            reports=reports,
            rate_limits=base.rate_limits,
        ),
        sweeps=SweepService(
            moderators=moderators,
            unit_of_work=unit_of_work,
            users=given.users,
            sweeps=SweepRepository(session=given.session, engine=given.reads),
            named=SanctionRepository(given.session),
            sanctions=sanctions,
            remove=remove,
        ),
        appeals=AppealService(
            unit_of_work=unit_of_work,
            reports=reports,
            sanctions=SanctionRepository(given.session),
            secret=given.settings.secret_key,
        ),
        hiding=hiding,
        members=MemberService(reading=reading, moderators=moderators, people=PeopleRepository(given.reads)),
        moderation_log=LogService(
            reading=reading,
            viewers=viewers,
            site=base.site,
            unit_of_work=unit_of_work,
            moderators=moderators,
            actions=actions,
        ),
    )
