"""Pages that belong together lead to each other: those of one's settings, and those of who runs the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.wiring import Services
    from tests.support.people import Somebody

OF_ONES_OWN = [
    "/settings/email",
    "/settings/recovery",
    "/settings/second-factor",
    "/settings/passkeys",
    "/settings/tokens",
    "/settings/notifications",
    "/settings/blocks",
    "/settings/moderation",
    "/settings/archive",
    "/settings/delete",
]
OF_MODERATORS = [
    "/admin/reports",
    "/admin/people/sanctions",
    "/admin/people/sweeps",
    "/admin/filters",
    "/admin/people/members",
    "/admin/people",
    "/admin/log",
]
OF_ADMINS = ["/admin/invitations", "/admin/site", "/admin/webhooks", "/admin"]


def links(text: str) -> list[str]:
    return re.findall(r'<a href="([^"#]+)"', text)


def beside(text: str) -> str:
    """Give what stands beside a page."""
    return text.partition('<nav class="column ways-on"')[2].partition("</nav>")[0]


@pytest.fixture
def admin(browser: Callable[..., Any], people: Callable[..., Somebody], services: Services) -> Any:
    found = browser(people("ada"))
    services.roles.assign(username="ada", role="admin")
    return found


def test_from_each_page_of_the_settings_all_others_are_reached(admin: Any) -> None:
    for address in ("/settings", *OF_ONES_OWN):
        text = admin.get(address).text
        assert links(beside(text)) == ["/settings", *OF_ONES_OWN], address
        assert f'href="{address}" aria-current="page"' in beside(text), address
        assert (address == "/settings") != ('<a class="up" href="/settings">' in text), address
    listed = links(admin.get("/settings").text.partition('class="entries"')[2].partition("</main>")[0])
    assert set(listed) >= {*OF_ONES_OWN, "/settings/mutes", "/settings/words"}


def test_from_each_page_of_who_runs_the_site_all_others_are_reached(admin: Any) -> None:
    for address in (*OF_MODERATORS, *OF_ADMINS[:-1]):
        text = admin.get(address).text
        strip = text.partition('<nav class="tabs many"')[2].partition("</nav>")[0]
        assert links(strip) == links(beside(text)) == [*OF_MODERATORS, *OF_ADMINS], address
        assert f'href="{address}" aria-current="page"' in strip, address


def test_moderators_are_led_to_what_they_may_see(
    browser: Callable[..., Any], people: Callable[..., Somebody], services: Services
) -> None:
    mod = browser(people("mod"))
    services.roles.assign(username="mod", role="moderator")
    found = links(beside(mod.get("/admin/log").text))
    assert found == OF_MODERATORS
    assert [mod.get(each).status_code for each in found] == [200] * len(found)
