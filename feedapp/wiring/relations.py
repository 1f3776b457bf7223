"""Blocks and mutes: what people want to see of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.repositories.relations.pairs import MuteRepository
from feedapp.services.people.relations.blocks import BlockService
from feedapp.services.people.relations.mutes import MuteService
from feedapp.services.people.relations.own_lists import OwnLists

if TYPE_CHECKING:
    from feedapp.services.people.follows import FollowService
    from feedapp.wiring.core import Core
    from feedapp.wiring.stores import Stores


def build(given: Stores, base: Core, follows: FollowService) -> tuple[BlockService, MuteService]:
    """Build them."""
    lists = OwnLists(reading=base.reading, viewers=base.viewers)
    return (
        BlockService(
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            users=given.users,
            blocks=given.blocks,
            follows=follows,
            lists=lists,
        ),
        MuteService(
            viewers=base.viewers,
            unit_of_work=base.unit_of_work,
            users=given.users,
            blocks=given.blocks,
            mutes=MuteRepository(given.session),
            lists=lists,
        ),
    )
