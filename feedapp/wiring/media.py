"""Pictures and avatars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.pictures.cards.making import CardMaking
from feedapp.pictures.processing import PictureProcessing
from feedapp.repositories.site.settings import SiteRepository
from feedapp.services.media.avatars import AvatarService
from feedapp.services.media.cards import CardService
from feedapp.services.media.files import PictureFiles
from feedapp.services.media.icons import SiteIconService
from feedapp.services.media.pictures import PictureService

if TYPE_CHECKING:
    from feedapp.pictures.stores import PictureStore
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores
    from feedapp.writing.belongings import Belongings


@dataclass(frozen=True, kw_only=True)
class Media:
    """What people show."""

    picture_store: PictureStore
    picture_files: PictureFiles
    pictures: PictureService
    avatars: AvatarService
    site_icon: SiteIconService
    link_cards: CardService

    @property
    def belongings(self) -> tuple[Belongings, ...]:
        """What of it is somebody's."""
        return (self.pictures,)


def build(given: Stores, base: Core) -> Media:
    """Build it."""
    files = PictureFiles(processing=PictureProcessing(), store=given.picture_store, unit_of_work=base.unit_of_work)
    return Media(
        picture_store=given.picture_store,
        picture_files=files,
        pictures=PictureService(
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            pictures=given.pictures,
            files=files,
            quota=given.settings.media_quota * 1024**2,
        ),
        avatars=AvatarService(
            reading=base.reading,
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            pictures=given.pictures,
            files=files,
        ),
        site_icon=SiteIconService(
            site=base.site,
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            settings=SiteRepository(given.session),
            files=files,
        ),
        link_cards=CardService(making=CardMaking(), store=given.picture_store, rate_limits=base.rate_limits),
    )
