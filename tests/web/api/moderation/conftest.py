from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.wiring import Services
    from tests.support.people import Somebody


@pytest.fixture
def mod(people: Callable[..., Somebody], services: Services, ada: Somebody) -> Somebody:
    """A moderator."""
    del ada
    moderator = people("mod")
    services.roles.assign(username="mod", role="moderator")
    return moderator
