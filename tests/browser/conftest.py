"""A whole site, served as it is to people, and Debian's Chromium to visit it."""

from __future__ import annotations

import os
import shutil
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.tour import TONGUES, flask, furnish
from tests.browser.visitors import Visitor
from tests.consistency.sites.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext

    from tests.browser.tour import Stop

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
NODE_MODULES = Path(__file__).parents[2] / ".venv" / "node" / "node_modules"
PATIENCE = 20_000
"""Milliseconds; what is not there after a few hundred of them is late because the machine does other things."""
expect.set_options(timeout=PATIENCE)
_numbers = count(1_000)
"""As many digits for all, so no name begins with another."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), processes=1) as started:
        yield started


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    return f"http://127.0.0.1:{site.apps[0].port}"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    return {**browser_context_args, "base_url": base_url, "reduced_motion": "reduce"}


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Callable[..., Visitor]:
    """Open a browser of its own: `visit()` signed out, `visit("ada")` as somebody new whose name begins like that."""

    def open_browser(name: str | None = None, *, scripts: bool = True, **more: Any) -> Visitor:
        context = new_context(java_script_enabled=scripts, **more)
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context, name and f"{name}_{next(_numbers)}")
        visitor.refuse_errors()
        if name:
            visitor.sign_up()
        return visitor

    return open_browser


@pytest.fixture
def furnished(visit: Callable[..., Visitor], site: Site) -> Iterator[tuple[Visitor, list[Stop]]]:
    """Give an admin and every page there is, with something on it; the site is called as before afterwards."""
    yield furnish(visit, site)
    unset = ("tagline=", "description=", "privacy=", "contact=", "accent=", "announcement=", "name=feedapp")
    flask(site, "site", "set", *unset)


@pytest.fixture
def translated(
    visit: Callable[..., Visitor], furnished: tuple[Visitor, list[Stop]], site: Site
) -> Iterator[Callable[[], Iterator[tuple[Stop, Visitor, str]]]]:
    """Give every page once, in one of the other languages in turn: its stop, who visits it, and the language.

    Strangers have the language that their browser asks for; one that is in part only if it is the site's.
    """
    ada, stops = furnished

    def tour() -> Iterator[tuple[Stop, Visitor, str]]:
        for number, tongue in enumerate(TONGUES):
            ada.post("/settings/language", locale=tongue)
            stranger = visit(locale=tongue)
            for stop in stops[number :: len(TONGUES)]:
                yield stop, ada if stop.signed_in else stranger, tongue
            assert not ada.mistakes + stranger.mistakes

    flask(site, "site", "set", "language=ar")
    yield tour
    flask(site, "site", "set", "language=en")


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(scope="session")
def node_modules() -> Path:
    assert NODE_MODULES.is_dir(), "the checkers are not installed: make test-browser does that"
    return NODE_MODULES
