"""The desk says first what is wrong, and what to do, while it is so for real; and axe-core finds nothing on it.

With DESK_PICTURES, a folder, each state is kept as pictures: at both sizes, light and dark.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.desk import faults
from tests.browser.quality.test_accessibility import violations
from tests.browser.tour import SCHEMES, SIZES

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from playwright.sync_api import Page

    from tests.browser.desk.faults import Watched
    from tests.browser.visitors import Visitor

PICTURES = os.environ.get("DESK_PICTURES")
SOON = 20.0
IN_TERMINAL = {"redis away", "disk full"}
"""Where `flask status`, another process, has to find out by itself."""
STATES: dict[str, tuple[Callable[[Any], AbstractContextManager[None]], str, str]] = {
    "well": (nullcontext, r"All is well\.", ""),
    "redis away": (
        faults.redis_away,
        r"Redis is away since \d\d:\d\d UTC; reads come from PostgreSQL\.",
        "Start it, or mend REDIS_URL.",
    ),
    "redis full": (faults.redis_full, r"Redis is full: .* MB, and it evicts nothing\.", "Give it more memory"),
    "redis evicting": (
        faults.redis_evicting,
        r"Redis evicts: it had to forget [\d,]+ values in the last hour\.",
        "give it more",
    ),
    "postgresql slow": (
        faults.postgresql_slow,
        r"PostgreSQL is slow: what this page asks of it took \d\.\d s\.",
        "pg_stat_activity",
    ),
    "postgresql read only": (
        faults.postgresql_replica,
        r"PostgreSQL is a replica and accepts no writes\.",
        "Let DATABASE_URL name the primary",
    ),
    "disk full": (
        faults.disk_full,
        r"PostgreSQL's disk is full: what people write is refused\.",
        "Make room on it (",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_the_first_sentence_says_what_is_wrong_and_what_to_do(
    watched: Watched, admin: Visitor, node_modules: Path, state: str
) -> None:
    harm, said, remedy = STATES[state]
    if harm is faults.disk_full and not os.path.ismount(watched.directory):
        pytest.skip("no file system of a small size can be mounted here")
    token = watched.member(watched.next_name())
    use(watched, token)
    told = ""
    with harm(watched):
        use(watched, token)
        deadline = time.monotonic() + SOON
        while not re.match(said, told) and time.monotonic() < deadline:
            told = first_sentence(admin)
        assert re.match(said, told), told
        assert remedy in told
        if state in IN_TERMINAL:
            shown = watched.flask("status").stdout.splitlines()
            assert re.match(said, shown[0]), shown[:6]
            assert remedy in " ".join(shown[:2])
        found = [
            f"{each}" for size in SIZES for scheme in SCHEMES for each in seen(admin.page, size, scheme, node_modules)
        ]
        assert not found, "\n".join(found)
        if PICTURES:
            keep(admin, state.replace(" ", "-"))
    assert not admin.mistakes


def use(site: Watched, token: str) -> None:
    """Read and write a little, as people do: most of what is refused is noticed by that."""
    for number in range(8):
        for path in ("/public", f"/posts/{number + 1}"):
            assert site.ask("GET", path).status == 200
        site.ask("POST", "/api/posts", {"body": f"{number} " + os.urandom(1500).hex()}, token=token)


def first_sentence(admin: Visitor) -> str:
    """Give the desk's judgement; or, while PostgreSQL begins anew and nothing can be judged, what is said instead."""
    page = admin.go("/admin")
    judged = page.locator(".verdict .notice")
    return (judged if judged.count() else page.locator("body")).first.inner_text().replace("\n", " ")


def seen(page: Page, size: str, scheme: Any, node_modules: Path) -> list[str]:
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{size}, {scheme}: {each}" for each in violations(page, node_modules) + ["too wide"] * sideways]


def keep(admin: Visitor, name: str) -> None:
    for viewport in SIZES.values():
        admin.page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            admin.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            Path(str(PICTURES)).mkdir(parents=True, exist_ok=True)
            path = Path(str(PICTURES)) / f"desk-{name}-{viewport['width']}-{scheme}.png"
            admin.page.screenshot(path=path, full_page=True)
