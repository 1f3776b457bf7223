"""Pictures of every page: `make screenshots OPTIONS='--import FILE --into DIR'`.

Without --import the community is the one of `flask seed --demo`. Without other options the pictures are in English, at
two widths, light and dark. All there is: `--widths 320,390,768,1280,1920 --languages en,de,ar --sheets`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.browser.screenshots import states, views
from tests.browser.screenshots.camera import Camera, file_name
from tests.browser.screenshots.sheets import put_together
from tests.browser.screenshots.views import View
from tests.browser.tour import SCHEMES, flask, furnish
from tests.browser.visitors import Visitor
from tests.consistency.sites.site import ROOT, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FOLLOWED = 6
OWNER, NEWCOMER, FIRST = "ada", "newcomer", "first"


def main() -> None:
    """Take them all, into a folder that is named at the end."""
    given = _options()
    given.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, Site(Path(directory), processes=1) as site:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            visit = _visits(browser, f"http://127.0.0.1:{site.apps[0].port}")
            _take_nothing(visit, site, given)
            _populate(site, given.archive)
            _take(visit, site, given)
            browser.close()
    sys.stdout.write(f"{len(list(given.into.glob('*.png')))} pictures in {given.into}\n")


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(
        prog="make screenshots", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--import", dest="archive", type=Path, help="a community, as `flask import` reads it")
    options.add_argument("--into", type=Path, default=ROOT / "var" / "screenshots", help="the folder for the pictures")
    options.add_argument("--widths", type=_numbers, default=[390, 1280], help="in pixels, with commas")
    options.add_argument("--languages", type=_words, default=["en"], help="with commas")
    options.add_argument("--schemes", type=_words, default=list(SCHEMES), help="light, dark, or both with a comma")
    options.add_argument("--windows", type=int, default=1, help="how many windows high a picture may be")
    options.add_argument(
        "--only", type=re.compile, default=re.compile(""), help="a regular expression that begins names of pages"
    )
    options.add_argument("--sheets", action="store_true", help="also sheets with the pictures of a page together")
    return options.parse_args()


def _words(given: str) -> list[str]:
    return given.split(",")


def _numbers(given: str) -> list[int]:
    return [int(each) for each in _words(given)]


def _populate(site: Site, archive: Path | None) -> None:
    command = ["import", str(archive), "--quiet"] if archive else ["seed", "--demo", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, env=site.environment(), check=True
    )


def _take_nothing(visit: Callable[..., Visitor], site: Site, given: argparse.Namespace) -> None:
    """Take what a site shows before anybody has written anything."""
    first = visit(FIRST)
    shown = states.of_an_empty_site(first, FIRST)
    if any(given.only.match(view.name) for view in shown):
        _Photographer(site, visit, {FIRST: first}, given).take(shown)


def _take(visit: Callable[..., Visitor], site: Site, given: argparse.Namespace) -> None:
    ada, stops = furnish(visit, site)
    newcomer, stranger = visit(NEWCOMER), visit()
    names = dict.fromkeys(re.findall(r'class="name" href="/@([a-z0-9_]+)"', stranger.go("/public").content()))
    known = [name for name in names if name != ada.name][:FOLLOWED]
    onward = stranger.page.locator(".paging [rel=next]").get_attribute("href") or "/public"
    shown = [
        *views.of_the_tour(stops, OWNER),
        *views.of_a_newcomer(newcomer, NEWCOMER),
        *views.of_the_community(site, OWNER),
        *views.opened(OWNER, known[-1]),
        *states.at_the_limits(visit, ada, OWNER),
        View("somebody", f"/@{known[-1]}", OWNER),
        View("deep in the feed", onward, None),
        View("notifications", "/notifications", OWNER),
        View("not found, signed in", "/nothing/here", OWNER),
        View("not allowed", "/admin", NEWCOMER),
    ]
    refusing, refused = views.refused(site, newcomer, NEWCOMER)
    broken = View("broken", f"/@{'nobody_' * 3}", None)
    followed = View("second home", "/", NEWCOMER)
    people = {OWNER: ada, NEWCOMER: newcomer}
    photographer = _Photographer(site, visit, people, given)
    try:
        for each in known:
            ada.post(f"/@{each}/followers")
        photographer.take([*shown, refused])
        for each in known:
            newcomer.post(f"/@{each}/followers")
        photographer.take([followed])
        if given.only.match(broken.name):
            site.database.stop()
            photographer.take([broken], settle=False)
    finally:
        refusing.stop()


class _Photographer:
    """Shows views to the camera in each language."""

    def __init__(
        self, site: Site, visit: Callable[..., Visitor], people: dict[str, Visitor], given: argparse.Namespace
    ) -> None:
        self._site, self._people, self._given = site, people, given
        self._strangers = {tag: visit(locale=tag) for tag in given.languages}
        self._camera = Camera(given.into, given.widths, given.schemes, given.windows)
        self._sheets = given.into / "sheets"
        if given.sheets:
            self._sheets.mkdir(exist_ok=True)

    def take(self, shown: Iterable[View], *, settle: bool = True) -> None:
        """Take those that were asked for."""
        wanted = [view for view in shown if self._given.only.match(view.name)]
        for tag in self._given.languages if wanted else ():
            if settle:
                self._speak(tag)
            for view in wanted:
                visitor = self._people[view.who] if view.who else self._strangers[tag]
                pictures = self._camera.take(visitor, view, tag)
                if self._given.sheets:
                    put_together(pictures, len(self._given.schemes), self._sheets, f"{file_name(view.name)}-{tag}")

    def _speak(self, tag: str) -> None:
        """Have the site and its members choose a language: one that is not complete is spoken to nobody else."""
        flask(self._site, "site", "set", f"language={tag}")
        for person in self._people.values():
            person.post("/settings/language", locale=tag)


def _visits(browser: Browser, address: str) -> Callable[..., Visitor]:
    numbers = count(1)

    def visit(name: str | None = None, *, locale: str = "en") -> Visitor:
        context = browser.new_context(base_url=address, reduced_motion="reduce", locale=locale)
        visitor = Visitor(context, name and f"{name}_{next(numbers)}")
        if name:
            visitor.sign_up()
        return visitor

    return visit


if __name__ == "__main__":
    main()
