"""Ada, and her browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def browser(app: Flask, ada: Somebody) -> Browser:
    return Browser(app, ada.session)
