from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """Open a browser: `browser()` signed out, `browser(ada)` signed in."""

    def make(somebody: Any = None) -> Browser:
        return Browser(app, somebody and somebody.session)

    return make
