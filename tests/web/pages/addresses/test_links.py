"""Links by a kept form are the addresses that Flask gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import url_for

from feedapp.blueprints.pages.kit.addresses import link

if TYPE_CHECKING:
    from flask import Flask

LARGE = 2**63 - 1


@pytest.mark.parametrize(
    ("endpoint", "ids"),
    [
        ("pages.people.show", {"username": "a_1"}),
        ("pages.likes.like", {"post_id": 1}),
        ("pages.comments.show", {"post_id": 12, "comment_id": 1}),
        ("pages.posts.show", {"post_id": LARGE}),
    ],
)
def test_a_link_is_what_flask_would_make(app: Flask, endpoint: str, ids: dict[str, object]) -> None:
    with app.test_request_context():
        for _ in range(2):
            assert link(endpoint, **ids) == url_for(endpoint, **ids)  # type: ignore[arg-type]
