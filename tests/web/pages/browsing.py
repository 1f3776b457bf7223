"""A browser: it keeps cookies and says where its forms come from."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from feedapp.blueprints.pages.kit.cookies import session_cookie

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

ORIGIN = "http://localhost"


class Browser:
    """A client that behaves as browsers do."""

    def __init__(self, app: Flask, session: str | None = None) -> None:
        self.client = app.test_client()
        self.name = session_cookie(app)
        if session is not None:
            self.client.set_cookie(self.name, session)

    def get(self, address: str, **more: Any) -> TestResponse:
        return self.client.get(address, **more)

    def post(self, address: str, data: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        return self.client.post(address, data=data or {}, headers={"Origin": ORIGIN, **headers})

    @property
    def session(self) -> str | None:
        cookie = self.client.get_cookie(self.name)
        return cookie.value if cookie else None


def textarea(response: TestResponse, name: str) -> str | None:
    """Give what stands in a text area, as a browser would send it."""
    found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n(.*?)</textarea>', response.text, re.DOTALL)
    return unescape(found[1]) if found else None
