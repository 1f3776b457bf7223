"""Pictures of every page at two sizes, light and dark: `make screenshots OPTIONS='--import FILE --into DIR'`.

Without --import the community is the one of `flask seed --demo`.
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
from tests.browser.tour import SCHEMES, SIZES, Stop, furnish
from tests.browser.visitors import Visitor
from tests.consistency.sites.site import ROOT, Site

if TYPE_CHECKING:
    from collections.abc import Callable

FOLLOWED = 6


def main() -> None:
    """Take them all, into a folder that is named at the end."""
    options = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    options.add_argument("--import", dest="archive", type=Path, help="a community, as `flask import` reads it")
    options.add_argument("--into", type=Path, default=ROOT / "var" / "screenshots", help="the folder for the pictures")
    given = options.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, Site(Path(directory), processes=1) as site:
        _populate(site, given.archive)
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
            _take(browser, site, given.into)
            browser.close()
    sys.stdout.write(f"{len(list(given.into.glob('*.png')))} pictures in {given.into}\n")


def _populate(site: Site, archive: Path | None) -> None:
    command = ["import", str(archive), "--quiet"] if archive else ["seed", "--demo", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, env=site.environment(), check=True
    )


def _take(browser: Browser, site: Site, into: Path) -> None:
    visit = _visits(browser, f"http://127.0.0.1:{site.apps[0].port}")
    ada, stops = furnish(visit, site)
    newcomer, stranger = visit("newcomer"), visit()
    names = dict.fromkeys(re.findall(r'class="name" href="/@([a-z0-9_]+)"', stranger.go("/public").content()))
    known = [name for name in names if name != ada.name][:FOLLOWED]
    for name in known:
        ada.post(f"/@{name}/followers")
    stops += [Stop("somebody", f"/@{known[-1]}"), *_busiest(stranger)]
    for stop in stops:
        _picture(ada if stop.signed_in else stranger, stop, into)
    _picture(newcomer, Stop("first home", "/"), into)
    for name in known:
        newcomer.post(f"/@{name}/followers")
    _picture(newcomer, Stop("second home", "/"), into)


def _busiest(stranger: Visitor) -> list[Stop]:
    """Find the post of the first page that has the most comments, and one that was cut."""
    page = stranger.go("/public")
    posts = page.locator(".feed .card").evaluate_all(
        "all => all.map(card => [card.id.slice(5), Number(card.querySelector('.acts > a span').textContent)])"
    )
    number = max(posts, key=lambda each: each[1])[0]
    return [Stop("busy post", f"/posts/{number}"), Stop("deep in the feed", _onward(stranger), signed_in=False)]


def _onward(stranger: Visitor) -> str:
    return stranger.page.locator(".paging [rel=next]").get_attribute("href") or "/public"


def _picture(visitor: Visitor, stop: Stop, into: Path) -> None:
    for viewport in SIZES.values():
        visitor.page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            visitor.go(stop.address).wait_for_load_state("networkidle")
            name = f"{stop.name.replace(', ', '-').replace(' ', '-')}-{viewport['width']}-{scheme}.png"
            visitor.page.screenshot(path=into / name)


def _visits(browser: Browser, address: str) -> Callable[..., Visitor]:
    numbers = count(1)

    def visit(name: str | None = None) -> Visitor:
        context = browser.new_context(base_url=address, reduced_motion="reduce")
        visitor = Visitor(context, name and f"{name}_{next(numbers)}")
        if name:
            visitor.sign_up()
        return visitor

    return visit


if __name__ == "__main__":
    main()
