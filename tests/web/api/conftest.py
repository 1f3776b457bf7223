"""Three people: ada owns what the tests are about, bob is a friend, cyd the stranger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import comment, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada", display_name="Ada Lovelace")


@pytest.fixture
def bob(people: Callable[..., Somebody], ada: Somebody) -> Somebody:
    return people("bob")


@pytest.fixture
def cyd(people: Callable[..., Somebody], bob: Somebody) -> Somebody:
    return people("cyd")


@pytest.fixture
def post_id(client: FlaskClient, ada: Somebody) -> str:
    return publish(client, ada)


@pytest.fixture
def world(client: FlaskClient, ada: Somebody, cyd: Somebody, post_id: str) -> Somebody:
    """A post of ada's with a comment of hers, who is given."""
    assert (post_id, comment(client, ada, post_id)) == ("1", "1")
    return ada
