"""Taking the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, ViewportSize

    from tests.browser.screenshots.views import View
    from tests.browser.visitors import Visitor

HEIGHTS = {320: 640, 390: 844, 768: 1024, 1280: 900, 1920: 1080}
OTHER_HEIGHT = 900


@dataclass(frozen=True)
class Camera:
    """Takes a view at each width, light and dark; `windows` is how many windows high a picture may be."""

    into: Path
    widths: list[int]
    schemes: list[Literal["light", "dark"]]
    windows: int = 1

    def take(self, visitor: Visitor, view: View, language: str) -> list[Path]:
        """Take a view; give the pictures in the order of widths, for each width in that of schemes."""
        page = visitor.go(view.address)
        page.wait_for_load_state("networkidle")
        taken = []
        for width in self.widths:
            self._fit(page, width)
            if view.opened:
                visitor.go(view.address).wait_for_load_state("networkidle")
                page.locator(view.opened).first.click()
                page.wait_for_load_state("networkidle")
            for scheme in self.schemes:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                taken.append(self.into / f"{file_name(view.name)}-{language}-{width}-{scheme}.png")
                page.screenshot(path=taken[-1])
        return taken

    def _fit(self, page: Page, width: int) -> None:
        height = HEIGHTS.get(width, OTHER_HEIGHT)
        size: ViewportSize = {"width": width, "height": height}
        page.set_viewport_size(size)
        if self.windows > 1:
            whole = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, min(whole, self.windows * height))})


def file_name(name: str) -> str:
    """Give a name without commas and gaps."""
    return name.replace(", ", "-").replace(" ", "-").replace("'", "")
