"""The accent colour as a style sheet: it follows from its address alone, so that a browser keeps it for a year."""

from __future__ import annotations

from flask import Blueprint, Response

from feedapp.blueprints.pages.kit.assets import YEAR
from feedapp.errors import NotFoundError
from feedapp.schemas import colours

SHEET = """@layer tokens {{
  :root {{
    --pine-2: light-dark({light.tint}, {dark.tint});
    --pine-6: light-dark({light.accent}, {dark.accent});
    --pine-7: light-dark({light.strong}, {dark.strong});
    --pine-on: light-dark({light.on}, {dark.on});
  }}
}}
"""
"""In the place of the site's own green, by the names that static/css/tokens.css has for it."""


def blueprint() -> Blueprint:
    """Make the blueprint."""
    appearance_pages = Blueprint("appearance", __name__)

    @appearance_pages.get("/static/<version>/accent/<colour>.css")
    def accent(version: str, colour: str) -> Response:
        del version  # another one for other style sheets: then this may be another, too
        try:
            made = colours.accent(colours.colour(f"#{colour}"))
        except ValueError:
            raise NotFoundError("There is no such file.") from None
        answer = Response(SHEET.format(light=made.light, dark=made.dark), content_type="text/css; charset=utf-8")
        answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return answer

    return appearance_pages
